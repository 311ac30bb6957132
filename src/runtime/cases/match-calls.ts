import { toJson } from "../../contract/plain-json.ts";
import type { Value } from "../../contract/value.ts";
import type { CallExpectation, CallsExpectation } from "../../profile/index.ts";
import { camelKeys, camelName } from "./case-calls.ts";
import type { CaseCall } from "./case-task.ts";
import type { Difference } from "./difference.ts";
import { matchValue } from "./match-value.ts";

type Found = Pick<Difference, "path" | "message" | "expected" | "received" | "update">;

/** Compares the calls of a run with those that are expected. */
export function matchCalls(expected: CallsExpectation, calls: readonly CaseCall[]): readonly Found[] {
  if (isList(expected)) return exactly(["calls"], expected, calls);
  const { exactly: all, atLeast: some, noneOf } = expected;
  return [
    ...(all === undefined ? [] : exactly(["calls", "exactly"], all, calls)),
    ...(some === undefined ? [] : atLeast(some, calls)),
    ...(noneOf ?? []).flatMap((call, index) => none(call, index, calls)),
  ];
}

function isList(expected: CallsExpectation): expected is readonly CallExpectation[] & CallsExpectation {
  return Array.isArray(expected);
}

/** These and no others, in this order. */
function exactly(path: Found["path"], expected: readonly CallExpectation[], calls: readonly CaseCall[]): Found[] {
  const wrong = Array.from({ length: Math.max(expected.length, calls.length) }).findIndex((_, index) => {
    const [wanted, call] = [expected[index], calls[index]];
    return wanted === undefined || call === undefined || !isIt(wanted, call);
  });
  if (wrong < 0) return [];
  const [wanted, call] = [expected[wrong], calls[wrong]];
  const what = wanted === undefined ? "nothing more" : describeWanted(wanted);
  return [
    {
      path,
      message: `call ${wrong + 1}: expected ${what}, received ${call === undefined ? "nothing more" : describeCall(call)}`,
      expected: expected.map((each) => `${describeWanted(each)}\n`).join(""),
      // What was expected without arguments is compared without them.
      received: calls.map((each, index) => `${describeLike(expected[index], each)}\n`).join(""),
      update: { value: calls.map((each, index) => written(expected[index], each)) },
    },
  ];
}

/** These in this order, whatever is between them. */
function atLeast(expected: readonly CallExpectation[], calls: readonly CaseCall[]): Found[] {
  let from = 0;
  for (const [index, wanted] of expected.entries()) {
    const at = calls.findIndex((call, position) => position >= from && isIt(wanted, call));
    if (at < 0) {
      const after = index === 0 ? "" : `, after ${describeWanted(expected[index - 1] ?? "")}`;
      const received = calls.map((call) => `${describeCall(call)}\n`).join("");
      const message = `there is no ${describeWanted(wanted)}${after}; ${countCalls(calls.length)}`;
      return [{ path: ["calls", "atLeast", index], message, ...(received === "" ? {} : { received }) }];
    }
    from = at + 1;
  }
  return [];
}

function countCalls(count: number): string {
  return count === 0 ? "no call was made" : count === 1 ? "this call was made:" : `these ${count} calls were made:`;
}

function none(unwanted: CallExpectation, index: number, calls: readonly CaseCall[]): Found[] {
  const found = calls.find((call) => isIt(unwanted, call));
  if (found === undefined) return [];
  return [{ path: ["calls", "noneOf", index], message: `there was ${describeCall(found)}` }];
}

function isIt(wanted: CallExpectation, call: CaseCall): boolean {
  const { call: name, arguments: args } = typeof wanted === "string" ? { call: wanted, arguments: undefined } : wanted;
  if (!isName(camelName(name), call.call)) return false;
  if (args === undefined) return true;
  if (args.length !== call.arguments.length) return false;
  return args.every((each, index) => {
    return matchValue(camelKeys(toJson(each as Value)), camelKeys(call.arguments[index])) === undefined;
  });
}

function isName(wanted: string, name: string): boolean {
  return wanted.endsWith(".*") ? name.startsWith(wanted.slice(0, -1)) : wanted === name;
}

const MAX_SHOWN = 200;

function describeWanted(wanted: CallExpectation): string {
  if (typeof wanted === "string") return wanted;
  const { call, arguments: args } = wanted;
  return args === undefined ? call : `${call}(${args.map((each) => JSON.stringify(toJson(each as Value))).join(", ")})`;
}

function describeLike(wanted: CallExpectation | undefined, call: CaseCall): string {
  const isShort = typeof wanted === "string" || (wanted !== undefined && wanted.arguments === undefined);
  return isShort ? call.call : describeArguments(call);
}

function describeArguments({ call, arguments: args }: CaseCall): string {
  const text = args.map((each) => JSON.stringify(each)).join(", ");
  return `${call}(${text.length > MAX_SHOWN ? `${text.slice(0, MAX_SHOWN - 1)}…` : text})`;
}

function describeCall(call: CaseCall): string {
  const { file, line } = call;
  return `${describeArguments(call)}${line === undefined ? "" : ` (${file}:${line})`}`;
}

/** A call as an updated case would have it: with arguments where it had them. */
function written(wanted: CallExpectation | undefined, { call, arguments: args }: CaseCall): unknown {
  if (wanted === undefined || typeof wanted === "string" || wanted.arguments === undefined) return call;
  return { call, arguments: args };
}
