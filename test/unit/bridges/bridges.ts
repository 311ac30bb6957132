import { parse } from "../../../src/contract/check-schema.ts";
import type { Bridge, CallContext } from "../../../src/contract/bridge.ts";
import type { Effects, LogEntry } from "../../../src/contract/effects.ts";
import { SpellError } from "../../../src/contract/errors.ts";
import { openAnswers, openFiles, openPrograms, openSchemaFiles } from "../../../src/host/index.ts";
import { modelFacts } from "../../../src/runtime/model-facts.ts";
import type { Value } from "../../../src/contract/value.ts";

/** What the calls of a test did to the world. */
export const did: { logged: LogEntry[]; slept: number[]; asked: string[] } = { logged: [], slept: [], asked: [] };

/** For worlds without network, secrets and variables; files and programs are real, and none is granted. */
export const NOTHING_OUTSIDE = {
  answers: openAnswers({ now: () => Date.now() }).answers,
  files: openFiles().files,
  schemaFiles: openSchemaFiles().schemaFiles,
  programs: openPrograms().programs,
  variables: { get: () => undefined, names: () => [], isKey: () => true },
  network: { send: () => Promise.reject(new Error("There is no network")) },
  secrets: { list: () => [] },
  approve: () => Promise.resolve("nobody" as const),
  facts: modelFacts(undefined),
};

/** The world of these tests: a clock that stands still and an input of a few bytes. */
export const effects = {
  ...NOTHING_OUTSIDE,
  clock: {
    now: () => 1_700_000_000_123.5,
    sleep: (milliseconds: number) => {
      did.slept.push(milliseconds);
      return Promise.resolve();
    },
  },
  models: undefined as never,
  log: (entry: LogEntry) => did.logged.push(entry),
  readInput: () => Promise.resolve(new TextEncoder().encode("\uFEFFinput\r\n")),
  readLine: (prompt: string) => {
    did.asked.push(prompt);
    return Promise.resolve("a line");
  },
} satisfies Effects;

/** Calls a function of a bridge with checked arguments, as the gate does. */
export async function callFunction(
  bridge: Bridge,
  name: string,
  args: Readonly<Record<string, unknown>>,
  world: Effects = effects,
): Promise<Value> {
  const found = bridge.functions[name];
  if (found === undefined) throw new Error(`no function ${name}`);
  const parsed = Object.entries(found.parameters).map(([key, schema]) => [key, parse(schema, args[key])] as const);
  const context = { effects: world, signal: new AbortController().signal } as unknown as CallContext;
  const answer = await found.run(Object.fromEntries(parsed) as never, context);
  parse(found.returns, answer);
  return answer;
}

/** The code of the error that a call rejects with. */
export async function codeOf(call: Promise<unknown>): Promise<string> {
  const error: unknown = await call.then(
    () => "none",
    (reason: unknown) => reason,
  );
  return error instanceof SpellError ? error.code : String(error);
}
