import type { SourcePosition } from "../contract/errors.ts";
import type { Value } from "../contract/value.ts";
import type { WrittenCase } from "./case-schema.ts";

/** A test case of a spell, as its file says it. */
export interface SpellCase {
  /** The file's name without its ending. */
  readonly name: string;
  /** The file's path, as errors show it. */
  readonly file: string;
  /** Where its text begins. */
  readonly start: SourcePosition;
  readonly description: string;
  /** An engine's id; undefined: every language that the spell has. */
  readonly engine: string | undefined;
  /** Undefined: none, or those of the recording. */
  readonly parameters: Readonly<Record<string, Value>> | undefined;
  /** The text of standard input. */
  readonly input: string;
  /** A name, or a file's path from the case's folder. */
  readonly profile: string | undefined;
  /** The model that recording it again asks. */
  readonly model: string | undefined;
  readonly seed: number | undefined;
  /** Milliseconds since the epoch. */
  readonly time: number | undefined;
  /** The mock's script, or the path of one from the case's folder. */
  readonly mock: Value | undefined;
  /** The path of a recorded run from the case's folder. */
  readonly recording: string | undefined;
  readonly expect: Expectation | undefined;
  /** Where an expectation is written: `["result"]`. */
  readonly placeOf: (path: readonly (string | number)[]) => SourcePosition;
}

/** What a case expects of its run; what it does not name is not looked at. */
export type Expectation = NonNullable<WrittenCase["expect"]>;
/** A text itself, or what it must match and contain. */
export type TextExpectation = NonNullable<Expectation["output"]>;
/** Calls in their order. */
export type CallsExpectation = NonNullable<Expectation["calls"]>;
/** One call: its name, or its name and arguments. */
export type CallExpectation = Extract<CallsExpectation, readonly unknown[]>[number];
/** A number itself, or its bounds. */
export type AmountExpectation = NonNullable<NonNullable<Expectation["usage"]>["usd"]>;
