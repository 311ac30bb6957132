import type { Bridge } from "../contract/bridge.ts";
import type { Engine } from "../contract/engine.ts";
import { SpellError, toFailure, type Failure, type SourcePosition } from "../contract/errors.ts";
import { nearest } from "../contract/nearest.ts";
import type { Profile } from "../contract/profile.ts";
import { guestName } from "../gate/index.ts";
import { LUA_GLOBALS } from "../stdlib/lua/globals.ts";
import { BRIDGES } from "./catalog.ts";
import { explainMissing } from "./explain-missing.ts";
import { findUses, type ModuleUse } from "./find-uses.ts";

/** What engines' standard libraries add to a module beside its table. */
const ADDED: Readonly<Record<string, readonly string[]>> = { json: ["null", "array"] };

/** Globals of the languages: never a mistyped module. */
const GLOBALS: ReadonlySet<string> = new Set([...LUA_GLOBALS, ...Object.getOwnPropertyNames(globalThis), "async"]);

/**
 * The faults in what a source uses of modules: unknown ones, unknown functions, and those that the profile does not
 * grant, but for the modules in `needs`, of which that is said already.
 */
export function checkUses(
  file: string,
  source: string,
  engine: Engine,
  profile: Profile,
  needs: readonly string[],
): Failure[] {
  const failures: Failure[] = [];
  const told = new Set(needs.filter((need) => !Object.hasOwn(profile.bridges, need)));
  for (const use of findUses(source, engine)) {
    const failure = faultOf(use, engine, profile);
    if (failure === undefined) continue;
    // A module that is not granted or not there is said once.
    const once = failure.code === "call.unknown-function" ? undefined : use.module;
    if (once !== undefined && told.has(once)) continue;
    if (once !== undefined) told.add(once);
    const isMember = failure.code === "call.unknown-function";
    const offset = isMember ? (use.memberOffset ?? use.offset) : use.offset;
    failures.push({ ...failure, position: positionAt(file, source, offset) });
  }
  return failures;
}

function faultOf(use: ModuleUse, engine: Engine, profile: Profile): Failure | undefined {
  const { module, member, imported } = use;
  const bridge = BRIDGES.get(module);
  if (bridge === undefined) return unknownModule(module, imported);
  const missing = toFailure(new SpellError("script.module-not-found", ""));
  const explained = explainMissing({ ...missing, missing: module }, profile);
  if (explained.code === "grant.bridge") return explained;
  return member === undefined ? undefined : unknownMember(bridge, member, engine);
}

function unknownModule(module: string, imported: boolean): Failure | undefined {
  if (!imported && GLOBALS.has(module)) return undefined;
  const hint = nearest(module, BRIDGES.keys());
  // A global may be the spell's own in ways that are not seen from here: only likely slips are told.
  if (!imported && (hint === undefined || module.length < 3)) return undefined;
  const advice = hint === undefined ? "" : `; did you mean "${hint}"?`;
  const fix = `The modules are ${[...BRIDGES.keys()].join(", ")}`;
  return toFailure(new SpellError("script.module-not-found", `There is no module "${module}"${advice}`, { fix }));
}

function unknownMember(bridge: Bridge, member: string, { naming }: Engine): Failure | undefined {
  const { name, functions, values = {} } = bridge;
  const known = [...Object.keys(functions), ...Object.keys(values)].map((key) => guestName(key, naming));
  if (known.includes(member) || ADDED[name]?.includes(member)) return undefined;
  const hint = nearest(member, known);
  const advice = hint === undefined ? "" : `; did you mean "${hint}"?`;
  const fix = `${name} has ${known.join(", ")}; see llmspell bridges ${name}`;
  return toFailure(new SpellError("call.unknown-function", `${name} has no "${member}"${advice}`, { fix }));
}

function positionAt(file: string, source: string, offset: number): SourcePosition {
  const before = source.slice(0, offset);
  const line = before.split("\n").length;
  return { file, line, column: offset - before.lastIndexOf("\n") };
}
