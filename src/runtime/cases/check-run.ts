import type { Failure } from "../../contract/errors.ts";
import { USAGE_KEYS, type Expectation, type SpellCase } from "../../profile/index.ts";
import type { CaseRun } from "./case-task.ts";
import type { Difference } from "./difference.ts";
import { matchCalls } from "./match-calls.ts";
import { isSame, matchAmount, matchersOf, matchText, matchValue, showValue } from "./match-value.ts";

/** Compares a run with what its case expects; where the case of a recording says nothing, with how the recorded run ended. */
export function checkRun(spellCase: Pick<SpellCase, "expect" | "placeOf">, run: CaseRun): readonly Difference[] {
  const { expect, placeOf } = spellCase;
  if (run.failure?.code === "journal.diverged" && expect?.error?.code !== "journal.diverged") {
    return [diverged(run.failure)];
  }
  if (expect === undefined) return checkRecorded(run);
  return findDifferences(expect, run).map((found) => ({ ...found, position: placeOf(found.path) }));
}

/** Both calls with their lines, where it was a call. */
function diverged({ message, details }: Failure): Difference {
  const { call, recorded, now, recordedAt, nowAt } = (details ?? {}) as Readonly<Record<string, unknown>>;
  if (typeof call !== "number") return { path: [], message };
  const line = (text: unknown, place: unknown) => {
    const { file, line: number } = (place ?? {}) as { readonly file?: string; readonly line?: number };
    return `${String(text)}${file === undefined ? "" : ` (${file}:${number})`}\n`;
  };
  return {
    path: [],
    message: `call ${call} is not the recorded one`,
    expected: line(recorded, recordedAt),
    received: line(now, nowAt),
  };
}

function findDifferences(expect: Expectation, run: CaseRun): Difference[] {
  const ending = checkEnding(expect, run);
  // What else is missing then is a consequence.
  if (ending.length > 0 && run.failure !== undefined) return ending;
  const found: Difference[] = [...ending];
  const { output, stderr, calls, usage } = expect;
  if (expect.result !== undefined) {
    found.push(...checkResult(expect.result, run.result));
  }
  for (const [name, wanted, received] of [
    ["output", output, run.output],
    ["stderr", stderr, run.stderr],
  ] as const) {
    const wrong = wanted === undefined ? undefined : matchText(wanted, received);
    if (wrong === undefined) continue;
    const { message, ...rest } = wrong;
    found.push({ path: [name], message: `${name} ${message}`, ...rest, received, ...updateOf(wanted, received) });
  }
  if (calls !== undefined) found.push(...matchCalls(calls, run.calls));
  for (const name of USAGE_KEYS) {
    const wanted = usage?.[name];
    const wrong = wanted === undefined ? undefined : matchAmount(wanted, run.usage[name]);
    if (wrong !== undefined) {
      found.push({
        path: ["usage", name],
        message: `usage.${name} ${wrong.message}`,
        ...updateOf(wanted, run.usage[name]),
      });
    }
  }
  return found;
}

/** What would be written instead of a value; what a person wrote as a pattern or bounds stays theirs. */
function updateOf(expected: unknown, value: unknown): Pick<Difference, "update"> {
  const isPattern =
    typeof expected === "object" &&
    expected !== null &&
    ["match", "contains", "min", "max"].some((key) => key in expected);
  return isPattern ? {} : { update: { value } };
}

function checkResult(expected: unknown, received: unknown): Difference[] {
  const wrong = matchValue(expected, received);
  if (wrong === undefined) return [];
  const value = matchersOf(received) === undefined ? received : { equals: received };
  const { message, ...rest } = wrong;
  return [
    { path: ["result"], message: `result ${message}`, ...rest, received: showValue(received), update: { value } },
  ];
}

/** Status and error: a run that is not told to fail must end well. */
function checkEnding(expect: Expectation, { status, failure }: CaseRun): Difference[] {
  const { error } = expect;
  const wanted = expect.status ?? (error === undefined ? 0 : undefined);
  const how = failure === undefined ? "it ended well" : `${failure.code}: ${failure.message}`;
  if (wanted !== undefined && status !== wanted) {
    const path = expect.status === undefined ? [] : ["status"];
    const update = expect.status === undefined ? {} : { update: { value: status } };
    return [{ path, message: `exit status is ${status}, not ${wanted} (${how})`, ...update }];
  }
  if (error === undefined) return [];
  if (failure === undefined) return [{ path: ["error"], message: "there is no error: the run ended well" }];
  const found: Difference[] = [];
  if (error.code !== undefined && error.code !== failure.code) {
    found.push({
      path: ["error", "code"],
      message: `the error's code is ${failure.code}, not ${error.code} (${failure.message})`,
      update: { value: failure.code },
    });
  }
  const wrong = error.message === undefined ? undefined : matchText(error.message, failure.message);
  if (wrong !== undefined) {
    const { message, ...rest } = wrong;
    const received = failure.message;
    found.push({
      path: ["error", "message"],
      message: `the error's message ${message}`,
      ...rest,
      received,
      ...(failure.code === "script.syntax" ? {} : updateOf(error.message, received)),
    });
  }
  return found;
}

/** A recording without expectations is expected as a whole. */
function checkRecorded(run: CaseRun): Difference[] {
  const { recorded, status, failure } = run;
  if (recorded === undefined) return [];
  const how = failure === undefined ? "it ended well" : `${failure.code}: ${failure.message}`;
  const found: Difference[] = [];
  if (status !== recorded.status) {
    return [{ path: [], message: `exit status is ${status}; recorded was ${recorded.status} (${how})` }];
  }
  if (!isSame(run.result, recorded.result)) {
    const [expected, received] = [showValue(recorded.result), showValue(run.result)];
    found.push({ path: [], message: "result is not the recorded one", expected, received });
  }
  for (const name of ["output", "stderr"] as const) {
    const [expected, received] = [recorded[name], run[name]];
    if (expected !== received) found.push({ path: [], message: `${name} is not the recorded one`, expected, received });
  }
  return found;
}
