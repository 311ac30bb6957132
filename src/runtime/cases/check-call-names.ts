import { SpellError } from "../../contract/errors.ts";
import { nearest } from "../../contract/nearest.ts";
import type { CallExpectation, SpellCase } from "../../profile/index.ts";
import { BRIDGES } from "../catalog.ts";
import { camelName } from "./case-calls.ts";

/** A call that does not exist is never made: `noneOf` would always hold. Throws `case.invalid` with the nearest. */
export function checkCallNames({ expect, placeOf }: SpellCase): void {
  const { calls } = expect ?? {};
  if (calls === undefined) return;
  const lists = Array.isArray(calls)
    ? [{ path: ["calls"], list: calls as readonly CallExpectation[] }]
    : (["exactly", "atLeast", "noneOf"] as const).map((key) => {
        const list = (calls as Partial<Record<typeof key, readonly CallExpectation[]>>)[key] ?? [];
        return { path: ["calls", key], list };
      });
  for (const { path, list } of lists) {
    for (const [index, call] of list.entries()) {
      const name = typeof call === "string" ? call : call.call;
      if (isKnown(name)) continue;
      const near = nearest(camelName(name), knownNames());
      const hint = near === undefined ? "" : `; did you mean "${near}"?`;
      throw new SpellError("case.invalid", `There is no call "${name}"${hint}`, {
        position: placeOf([...path, index]),
        fix: "`llmspell bridges` lists the modules and their functions",
      });
    }
  }
}

function isKnown(name: string): boolean {
  const known = knownNames();
  const camel = camelName(name);
  return camel.endsWith(".*") ? known.some((each) => each.startsWith(camel.slice(0, -1))) : known.includes(camel);
}

function knownNames(): readonly string[] {
  return [...BRIDGES.values()].flatMap(({ name, functions, handles = {} }) => [
    ...Object.keys(functions).map((each) => `${name}.${each}`),
    ...Object.entries(handles).flatMap(([kind, { methods }]) => {
      // What is read from a stream is not among a case's calls.
      const counted = Object.entries(methods).filter(([, { uncounted }]) => uncounted !== true);
      return counted.map(([method]) => `${name}.${kind}.${method}`);
    }),
  ]);
}
