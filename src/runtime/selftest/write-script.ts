import type { Engine } from "../../contract/engine.ts";
import { stripTypes } from "../../host/strip-types.ts";
import type { AttackCase } from "./attack-case.ts";
import { MENDED } from "./mended-scripts.ts";
import { functionExpression, moduleExpression } from "./module-names.ts";

/** What stands for the fixtures' placeholders. */
export type Fixtures = Readonly<Record<"ROOT" | "OUTSIDE" | "PORT" | "CANARY", string>>;

/** A case's script as one engine runs it. */
export interface WrittenScript {
  readonly source: string;
  /** Why it is another than the case's. */
  readonly mended: string | undefined;
}

/** Languages in which a call gives a promise. */
const PROMISING: ReadonlySet<string> = new Set(["javascript"]);

const MODULE = /\{\{([a-z_]+)\}\}(?:\.([A-Za-z_]\w*)(\s*\()?)?/g;

/**
 * Puts the modules and fixtures into a script. In JavaScript calls return promises: a call is awaited wherever the
 * language lets it be (not within a function that is not `async`), as whoever writes it would do.
 */
export async function writeScript(attack: AttackCase, engine: Engine, fixtures: Fixtures): Promise<WrittenScript> {
  const mended = MENDED[attack.id];
  const filled = (mended?.script ?? attack.script).replace(
    /\{\{(ROOT|OUTSIDE|PORT|CANARY)\}\}/g,
    (_, name: keyof Fixtures) => fixtures[name],
  );
  const source = PROMISING.has(engine.language) ? await awaitCalls(filled, engine) : fill(filled, engine);
  return { source, mended: mended?.reason };
}

/** The modules that a case uses, whether it says so or not. */
export function modulesOf({ needs, script }: AttackCase): string[] {
  return [...new Set([...needs, ...[...script.matchAll(MODULE)].map(([, name = ""]) => name)])];
}

function expression([whole, name = "", called, call]: readonly unknown[], engine: Engine): string {
  const reached = moduleExpression(String(name), engine);
  if (reached === undefined) return String(whole);
  if (called === undefined) return reached;
  return `${functionExpression(String(name), String(called), call !== undefined, engine)}${call === undefined ? "" : "("}`;
}

/** `await` before each call, one by one, where the source can still be parsed with it. */
async function awaitCalls(script: string, engine: Engine): Promise<string> {
  const calls = [...script.matchAll(MODULE)].filter(({ 3: call }) => call !== undefined);
  let written = script;
  // From the last to the first, so that places before stay as they are.
  for (const { index, 0: text } of calls.toReversed()) {
    const end = endOfCall(written, index + text.length);
    const call = written.slice(index, end);
    const isGoneOn = /^\s*[.[(?]/.test(written.slice(end));
    const awaited = isGoneOn ? `(await ${call})` : `await ${call}`;
    const tried = written.slice(0, index) + awaited + written.slice(end);
    if (await parses(fill(tried, engine))) written = tried;
  }
  return fill(written, engine);
}

function fill(script: string, engine: Engine): string {
  return script.replace(MODULE, (...found) => expression(found, engine));
}

/** Where the parenthesis closes that was opened just before `start`; texts within may hold others. */
function endOfCall(script: string, start: number): number {
  let depth = 1;
  let quote = "";
  for (let index = start; index < script.length; index++) {
    const sign = script.charAt(index);
    if (sign === "\\") index++;
    else if (quote !== "") quote = sign === quote ? "" : quote;
    else if (sign === '"' || sign === "'" || sign === "`") quote = sign;
    else if (sign === "(") depth++;
    else if (sign === ")" && --depth === 0) return index + 1;
  }
  return script.length;
}

/** JavaScript is TypeScript, whose parser is at hand. */
function parses(source: string): Promise<boolean> {
  return stripTypes(source, "case.ts").then(
    () => true,
    () => false,
  );
}
