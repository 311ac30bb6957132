/**
 * The conformance suite: one list of cases, run on every engine. A case is a script a language and what must
 * come of it; an engine is skipped with a reason, that of its `lacks` where it is one.
 */
import { expect } from "bun:test";
import type { Engine, ReactorFactory } from "../../src/contract/engine.ts";
import type { Failure } from "../../src/contract/errors.ts";
import { STANDARD_LIMITS, type Limits } from "../../src/contract/limits.ts";
import type { CallMessage, EngineMessage, HostMessage, StartMessage } from "../../src/contract/message.ts";
import type { Value } from "../../src/contract/value.ts";
import { encodeValue } from "../../src/contract/wire.ts";
import { openLocalChannel, openProcessChannel, readAsset, type ProcessPool } from "../../src/isolation/index.ts";
import { engineMessageToJson } from "../../src/contract/message-json.ts";
import { FakeHost, fakeSurface, START_TIME } from "./fake-host.ts";

/** Every engine of the list that loads; one that does not is reported by the suite, not hidden. */
export const { engines: ENGINES, broken: BROKEN } = await loadEngines();

async function loadEngines(): Promise<{ engines: readonly Engine[]; broken: readonly string[] }> {
  try {
    return { engines: (await import("../../src/engines/index.ts")).ENGINES, broken: [] };
  } catch (error) {
    const names = ["lua", "fengari", "javascript", "tengo"];
    const loaded = await Promise.allSettled(
      names.map(async (name) => (await import(`../../src/engines/${name}/index.ts`)) as Record<string, Engine>),
    );
    const engines = loaded.flatMap((result) => (result.status === "fulfilled" ? Object.values(result.value) : []));
    return { engines, broken: [String(error)] };
  }
}

/** What must come of a case. Without `failure` and `waits` it must end with a result. */
export interface Expectation {
  readonly result?: Value;
  readonly stdout?: string;
  readonly stderr?: string;
  /** The calls in order, as `echo 1`: the function and its arguments in wire form. */
  readonly calls?: readonly string[];
  readonly failure?: ExpectedFailure;
  /** It neither ends well nor badly: it waits for a call that is never answered. Only the reactor is run. */
  readonly waits?: true;
  readonly check?: (run: Run) => void;
}

/** What a failure must be; only what is named is compared. */
export interface ExpectedFailure {
  readonly code: string;
  readonly message?: string | RegExp;
  readonly details?: Value;
  readonly file?: string;
  readonly line?: number;
  readonly column?: number;
  /** `name:line` of each frame, innermost first. */
  readonly stack?: readonly string[];
}

/** One case: script source by language. */
export interface Case {
  readonly name: string;
  readonly lua?: string;
  readonly javascript?: string;
  readonly tengo?: string;
  /** Engine id → why it is not run there. */
  readonly skip?: Readonly<Record<string, string>>;
  /** The spell's own modules by language. */
  readonly modules?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** What `host.give(name)` answers with. */
  readonly given?: Readonly<Record<string, Value>>;
  readonly parameters?: Value;
  readonly limits?: Partial<Limits>;
  readonly seed?: number;
  readonly time?: number;
  readonly mode?: "run" | "check";
  /** Calls say where the script made them. */
  readonly positions?: true;
  /** Whether it also runs in a process of its own, in the suite's second half; true unless told. */
  readonly rungs?: false;
  readonly expect: Expectation | ((engine: Engine) => Expectation);
}

/** The script of a case for an engine; undefined where the case has none or skips it. */
export function sourceFor(it: Case, engine: Engine): string | undefined {
  if (it.skip?.[engine.id] !== undefined) return undefined;
  return (it as unknown as Readonly<Record<string, string | undefined>>)[engine.language];
}

/** The expectation of a case on an engine. */
export function expectationOf(it: Case, engine: Engine): Expectation {
  return typeof it.expect === "function" ? it.expect(engine) : it.expect;
}

/** What an engine said. */
export class Run {
  readonly messages: EngineMessage[] = [];
  get calls(): CallMessage[] {
    return this.messages.filter((message) => message.type === "call");
  }
  get failure(): Failure | undefined {
    return this.messages.find((message) => message.type === "failure")?.failure;
  }
  get ended(): boolean {
    return this.messages.some(({ type }) => type === "result" || type === "failure");
  }
  get result(): Value | undefined {
    return this.messages.find((message) => message.type === "result")?.value;
  }
  get fuel(): number {
    return this.messages.find((message) => message.type === "result")?.fuel ?? 0;
  }
  output(stream: "stdout" | "stderr"): string {
    const texts = this.messages.filter((message) => message.type === "output" && message.stream === stream);
    return texts.map((message) => (message.type === "output" ? String(message.text) : "")).join("");
  }
  /** The messages as they would cross a process boundary; the fields of a failure in one order. */
  asJson(): string[] {
    return this.messages.map((message) => {
      const json = engineMessageToJson(message);
      if (message.type !== "failure") return JSON.stringify(json);
      const { code, message: text, details, stack, position, fix, missing } = message.failure;
      const plain = details === null ? null : encodeValue(details);
      const place = position && [position.file, position.line, position.column];
      return JSON.stringify([
        "failure",
        code,
        text,
        plain,
        stack.map(({ name, line }) => [name, line]),
        place,
        fix,
        missing,
      ]);
    });
  }
}

/** The name of the main file in all cases. */
export const mainFile = (engine: Engine) => `main.${{ lua: "lua", javascript: "js", tengo: "tengo" }[engine.language]}`;

/** The message that begins a case. */
export function startMessage(it: Case, engine: Engine, source: string): StartMessage {
  return {
    type: "start",
    mode: it.mode ?? "run",
    program: { file: mainFile(engine), source, modules: it.modules?.[engine.language] ?? {} },
    parameters: it.parameters ?? {},
    surface: fakeSurface(engine.naming),
    limits: { ...STANDARD_LIMITS, ...it.limits },
    seed: it.seed ?? 1,
    time: it.time ?? START_TIME,
    ...(it.positions === undefined ? {} : { positions: it.positions }),
  };
}

const factories = new Map<string, Promise<ReactorFactory>>();

/** An engine, loaded once for all cases. */
export function factoryOf(engine: Engine): Promise<ReactorFactory> {
  const known = factories.get(engine.id) ?? engine.load(readAsset);
  factories.set(engine.id, known);
  return known;
}

/** Runs a case on a reactor in this process until nothing is left to deliver. Rejects when the reactor throws. */
export async function runOnReactor(it: Case, engine: Engine): Promise<Run> {
  const factory = await factoryOf(engine);
  const run = new Run();
  const queue: HostMessage[] = [startMessage(it, engine, sourceFor(it, engine) ?? "")];
  const host = new FakeHost(it.given ?? {}, (message) => queue.push(message));
  const reactor = factory.create((message) => {
    run.messages.push(message);
    host.hear(message);
  });
  for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
    if (next.type === "start") reactor.start(next);
    else reactor.deliver(next);
  }
  reactor.dispose();
  return run;
}

/** Runs a case over a channel: in this process, or where `pool` is given in a process of its own. */
export async function runOnChannel(it: Case, engine: Engine, pool?: ProcessPool): Promise<Run> {
  const run = new Run();
  const end = Promise.withResolvers<Failure | undefined>();
  const events = {
    onMessage(message: EngineMessage) {
      run.messages.push(message);
      host.hear(message);
    },
    onEnd: end.resolve,
  };
  const limits = { frame: 64 * 1024 * 1024, memory: 1024 * 1024 * 1024 };
  const channel =
    pool === undefined
      ? openLocalChannel(engine, readAsset, events)
      : openProcessChannel(pool.take(engine.id), limits, events);
  const host = new FakeHost(it.given ?? {}, (message) => channel.send(message));
  await channel.ready;
  channel.send(startMessage(it, engine, sourceFor(it, engine) ?? ""));
  const failure = await end.promise;
  if (failure !== undefined) run.messages.push({ type: "failure", failure });
  return run;
}

/** A value as text that tells apart whatever the wire tells apart, with keys in order. */
export function show(value: Value): string {
  return JSON.stringify(encodeValue(value), (_key, item: unknown) => {
    if (typeof item !== "object" || item === null || Array.isArray(item)) return item;
    const sorted: Record<string, unknown> = Object.create(null);
    for (const key of Object.keys(item).toSorted()) sorted[key] = (item as Readonly<Record<string, unknown>>)[key];
    return sorted;
  });
}

/** Holds a run to what its case expects. */
export function checkRun(run: Run, expected: Expectation): void {
  if (expected.failure !== undefined) checkFailure(run.failure, expected.failure);
  else {
    expect(run.failure).toBeUndefined();
    expect(run.ended).toBe(expected.waits === undefined);
  }
  if (expected.result !== undefined) expect(show(run.result ?? null)).toBe(show(expected.result));
  if (expected.stdout !== undefined) expect(run.output("stdout")).toBe(expected.stdout);
  if (expected.stderr !== undefined) expect(run.output("stderr")).toBe(expected.stderr);
  if (expected.calls !== undefined) {
    const calls = run.calls.map(({ function: name, args }) => [name, ...args.map(show)].join(" "));
    expect(calls).toEqual([...expected.calls]);
  }
  expected.check?.(run);
}

function checkFailure(failure: Failure | undefined, expected: ExpectedFailure): void {
  const { message, details, file, line, column, stack } = expected;
  expect(failure, "the run should have failed").toBeDefined();
  expect(`${failure?.code}: ${failure?.message}`).toStartWith(`${expected.code}: `);
  if (typeof message === "string") expect(failure?.message).toBe(message);
  else if (message !== undefined) expect(failure?.message).toMatch(message);
  if (details !== undefined) expect(show(failure?.details ?? null)).toBe(show(details));
  if (file !== undefined) expect(failure?.position?.file).toBe(file);
  if (line !== undefined) expect(failure?.position?.line).toBe(line);
  if (column !== undefined) expect(failure?.position?.column).toBe(column);
  if (stack !== undefined) expect(failure?.stack.map((frame) => `${frame.name}:${frame.line}`)).toEqual([...stack]);
}
