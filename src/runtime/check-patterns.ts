import type { Bridge } from "../contract/bridge.ts";
import { parseCallPattern, type CallPattern } from "../contract/call-pattern.ts";
import { SpellError } from "../contract/errors.ts";
import { nearest } from "../contract/nearest.ts";
import type { Profile } from "../contract/profile.ts";
import { BRIDGES } from "./catalog.ts";
import type { GrantWarning } from "./grant-warning.ts";

/** The parameters of every function by the name that patterns know it by: `files.write`, `llm.stream.next`. */
function knownCalls(): Map<string, readonly string[]> {
  const known = new Map<string, readonly string[]>();
  for (const { name, functions, handles = {} } of BRIDGES.values()) {
    addAll(known, name, functions);
    for (const [kind, { methods }] of Object.entries(handles)) addAll(known, `${name}.${kind}`, methods);
  }
  return known;
}

function addAll(
  known: Map<string, readonly string[]>,
  prefix: string,
  functions: Bridge["functions"] | Readonly<Record<string, Pick<Bridge["functions"][string], "parameters">>>,
): void {
  for (const [key, { parameters }] of Object.entries(functions)) known.set(`${prefix}.${key}`, Object.keys(parameters));
}

/**
 * A pattern under `ask` that means no call would never ask: it is an error with its line and the nearest right name.
 * What both lists say word for word is warned of, as then nobody is asked.
 */
export function checkPatterns(profile: Profile): readonly GrantWarning[] {
  if (profile.ask.length + profile.approve.length === 0) return [];
  const known = knownCalls();
  const warnings: GrantWarning[] = [];
  for (const list of ["ask", "approve"] as const) {
    for (const [index, text] of profile[list].entries()) checkOne(profile, `${list}.${index}`, text, known);
  }
  for (const [index, text] of profile.approve.entries()) {
    if (!profile.ask.includes(text)) continue;
    const message = `approve[${index}]: ${JSON.stringify(text)} stands under ask too, so nobody is asked`;
    warnings.push({ message, ...placeOf(profile, `approve.${index}`) });
  }
  return warnings;
}

function checkOne(profile: Profile, path: string, text: string, known: ReadonlyMap<string, readonly string[]>): void {
  const pattern = parseCallPattern(text);
  if (pattern === undefined) return;
  const meant = [...known].filter(([name]) => pattern.name.test(name));
  const problem = meant.length === 0 ? unknownName(text, known) : unknownArgument(pattern, meant);
  if (problem === undefined) return;
  const place = path.replace(/\.(\d+)$/, "[$1]");
  throw new SpellError("profile.invalid", `${place}: ${problem}`, placeOf(profile, path));
}

function unknownName(text: string, known: ReadonlyMap<string, readonly string[]>): string {
  const [name = ""] = text.split("(");
  const hint = nearest(name.trim(), known.keys());
  return `no function is meant by "${name.trim()}"${hint === undefined ? "" : `; did you mean "${hint}"?`}`;
}

function unknownArgument(
  pattern: CallPattern,
  meant: readonly (readonly [string, readonly string[]])[],
): string | undefined {
  for (const { path } of pattern.arguments) {
    const [argument = ""] = path;
    if (meant.some(([, parameters]) => parameters.includes(argument))) continue;
    const all = [...new Set(meant.flatMap(([, parameters]) => parameters))];
    const hint = nearest(argument, all);
    const advice = hint === undefined ? `; it takes ${all.join(", ") || "nothing"}` : `; did you mean "${hint}"?`;
    return `${meant[0]?.[0]} has no argument "${argument}"${advice}`;
  }
  return undefined;
}

function placeOf(profile: Profile, path: string): { position?: { file: string; line: number; column: number } } {
  const origin = profile.origins[path];
  return origin === undefined || origin.line === 0 ? {} : { position: { ...origin, column: 0 } };
}
