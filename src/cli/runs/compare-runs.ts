import { diffArrays, diffLines } from "diff";
import type { Value } from "../../contract/value.ts";
import { toJson } from "../format-value.ts";
import type { RunRecord, ShownCall } from "./run-record.ts";
import { argumentsOnOneLine, onOneLine } from "./run-texts.ts";

/** One step of a comparison: a call of both runs, or of one. */
export type CallChange =
  | { readonly kind: "same"; readonly first: ShownCall; readonly second: ShownCall }
  | { readonly kind: "answer"; readonly first: ShownCall; readonly second: ShownCall }
  | { readonly kind: "removed"; readonly first: ShownCall }
  | { readonly kind: "added"; readonly second: ShownCall };

/** A line that both have, or one. */
export interface LineChange {
  readonly kind: "same" | "removed" | "added";
  readonly text: string;
}

/** What two runs have in common, and what not. */
export interface RunComparison {
  readonly parameters: readonly [first: string, second: string] | undefined;
  readonly calls: readonly CallChange[];
  readonly output: readonly LineChange[];
  readonly end: readonly [first: string, second: string] | undefined;
  readonly isSame: boolean;
}

/** Compares two runs: parameters, calls with their arguments and answers, output, and how they ended. */
export function compareRuns(first: RunRecord, second: RunRecord): RunComparison {
  const calls = compareCalls(first.calls, second.calls);
  const output = compareLines(outputOf(first), outputOf(second));
  const parameters = pair(parametersOf(first), parametersOf(second));
  const end = pair(endOf(first), endOf(second));
  const isSame =
    parameters === undefined &&
    end === undefined &&
    calls.every(({ kind }) => kind === "same") &&
    output.every(({ kind }) => kind === "same");
  return { parameters, calls, output, end, isSame };
}

function pair(first: string, second: string): readonly [string, string] | undefined {
  return first === second ? undefined : [first, second];
}

/** The call without its number: those of two runs are the same when function and arguments are. */
function keyOf({ function: name, args }: ShownCall): string {
  return `${name}(${argumentsOnOneLine(args)})`;
}

function compareCalls(first: readonly ShownCall[], second: readonly ShownCall[]): CallChange[] {
  const changes: CallChange[] = [];
  let [at, other] = [0, 0];
  for (const { added, removed, count = 0 } of diffArrays(first.map(keyOf), second.map(keyOf))) {
    for (let step = 0; step < count; step++) {
      const before = added ? undefined : first[at++];
      const after = removed ? undefined : second[other++];
      if (before !== undefined && after !== undefined) {
        const kind = answerOf(before) === answerOf(after) ? "same" : "answer";
        changes.push({ kind, first: before, second: after });
      } else if (before !== undefined) changes.push({ kind: "removed", first: before });
      else if (after !== undefined) changes.push({ kind: "added", second: after });
    }
  }
  return changes;
}

/** What a call was answered with, on one line. */
export function answerOf({ value, error, cancelled }: ShownCall): string {
  if (error !== undefined) return `error ${error.code}: ${onOneLine(error.message)}`;
  if (cancelled) return "given up";
  return value === undefined ? "no answer" : onOneLine(value);
}

function compareLines(first: string, second: string): LineChange[] {
  return diffLines(first, second).flatMap(({ added, removed, value }) => {
    const lines = value.endsWith("\n") ? value.slice(0, -1).split("\n") : value.split("\n");
    return lines.map((text) => ({ kind: added ? "added" : removed ? "removed" : "same", text }) as const);
  });
}

function outputOf({ output }: RunRecord): string {
  return Buffer.concat(output.map(({ text }) => Buffer.from(text))).toString();
}

function parametersOf({ start }: RunRecord): string {
  return JSON.stringify(toJson((start?.message.parameters ?? null) as Value));
}

function endOf({ end }: RunRecord): string {
  if (end === undefined) return "no end";
  const { failure, result } = end;
  return failure === undefined ? onOneLine(result) : `error ${failure.code}: ${onOneLine(failure.message)}`;
}
