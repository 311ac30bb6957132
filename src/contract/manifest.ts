import type { Value } from "./value.ts";

/** The types that a parameter may have. `number` is either kind of number; `integer` fits 64 bits. */
export const PARAMETER_TYPES = ["string", "integer", "number", "boolean", "array", "object"] as const;

/** One of {@link PARAMETER_TYPES}. */
export type ParameterType = (typeof PARAMETER_TYPES)[number];

/** One parameter that a spell takes. */
export interface ParameterDefinition {
  readonly type: ParameterType;
  /** Whether a run without it is refused; false where there is a default. */
  readonly required: boolean;
  /** Its value where none is given. Absent: the spell does not see the parameter. */
  readonly default?: Value;
  /** The only values that it may have. */
  readonly enum?: readonly Value[];
  readonly description: string;
}

/** What a spell says of itself in its `spell.yaml`. It asks; it never grants. */
export interface Manifest {
  /** Absent: the name of the spell's folder or file. */
  readonly name?: string;
  /** Empty where none is given. */
  readonly version: string;
  readonly description: string;
  /** The engine's id; absent: by the ending of the main file. */
  readonly engine?: string;
  /** The main file, relative to the spell's folder; absent: `main` with any engine's ending. */
  readonly main?: string;
  /** The bridges without which the spell cannot run. */
  readonly needs: readonly string[];
  /** Absent: the spell takes any parameters, as text. */
  readonly parameters?: Readonly<Record<string, ParameterDefinition>>;
}
