import type { CallMessage } from "../../contract/message.ts";
import { toJson } from "../../contract/plain-json.ts";
import { ResourceHandle, type Value } from "../../contract/value.ts";
import { BRIDGES } from "../catalog.ts";
import type { CaseCall } from "./case-task.ts";

/**
 * Calls as cases compare them: the handle that a method belongs to, and what was left out at the end, are no
 * arguments; what is read from a stream, in steps that each language makes by itself, is no call.
 */
export function toCaseCalls(messages: readonly CallMessage[], shown: ReadonlyMap<string, string>): CaseCall[] {
  return messages.filter(isCounted).map(({ module, function: name, args, position }) => {
    const isMethod = name.includes(".") && args[0] instanceof ResourceHandle;
    const given = withoutTrailingNulls(isMethod ? args.slice(1) : args);
    return {
      call: camelName(`${module}.${name}`),
      arguments: given.map(toJson),
      ...(position === undefined ? {} : { file: shown.get(position.file) ?? position.file, line: position.line }),
    };
  });
}

function isCounted({ module, function: name }: CallMessage): boolean {
  const [kind = "", method = ""] = camelName(name).split(".");
  return BRIDGES.get(module)?.handles?.[kind]?.methods[method]?.uncounted !== true;
}

/** `llm.count_tokens` → `llm.countTokens`. */
export function camelName(name: string): string {
  return name.replace(/(?<=[a-z0-9])_([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

/** The keys of all maps in camelCase: languages write the keys of options differently. */
export function camelKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(camelKeys);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [camelName(key), camelKeys(item)]));
}

function withoutTrailingNulls(args: readonly Value[]): readonly Value[] {
  const last = args.findLastIndex((argument) => argument !== null);
  return args.slice(0, last + 1);
}
