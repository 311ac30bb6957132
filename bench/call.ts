/**
 * A bridge call that does nothing, there and back: from the moment that one call arrives to the moment that the
 * next one does, in a loop that only calls. Three ways: the reactor alone (its call is answered at once), the whole
 * run in this process (gate and all, rung `none`), and the whole run with the compiled binary as the spell's process.
 * Beside them what the machine itself does to so short a time: a loop without any call, as long as the quickest call
 * here, and a text there and back between two Bun processes with nothing in them.
 * `N=20000 bun bench/call.ts` sets the calls that are counted, after a warm-up of a fifth as many.
 */
import { join } from "node:path";
import { BINARY, count } from "./binary.ts";
import { enginesFor, scriptFor } from "./engines.ts";
import { castHere, benchProfile } from "./cast.ts";
import { whenQuiet } from "./quiet.ts";
import { median, percentile, show } from "./statistics.ts";
import { printTable } from "./table.ts";
import type { Engine } from "../src/contract/engine.ts";
import { STANDARD_LIMITS } from "../src/contract/limits.ts";
import type { HostMessage } from "../src/contract/message.ts";
import { readAsset } from "../src/isolation/index.ts";

const calls = count("N", 20_000);
const warmUp = Math.ceil(calls / 5);
const ROUNDS = count("ROUNDS", 7);

/** `log.debug` takes one text and answers null. */
const SCRIPTS = {
  lua: `for i = 1, ${calls + warmUp + 1} do log.debug("") end`,
  javascript: `for (let i = 0; i < ${calls + warmUp + 1}; i++) await log.debug("")`,
  tengo: `for i := 0; i < ${calls + warmUp + 1}; i++ { log.debug("") }`,
};

/** When each call arrived, turned into microseconds between them. */
class Arrivals {
  readonly #times = new Float64Array(calls + warmUp + 1);
  #count = 0;

  /** Called once a call. */
  readonly mark = (): void => {
    this.#times[this.#count++] = Bun.nanoseconds();
  };

  betweenThem(): number[] {
    if (this.#count !== this.#times.length) throw new Error(`${this.#count} calls came, not ${this.#times.length}`);
    return Array.from({ length: calls }, (_, index) => {
      const at = index + warmUp;
      return ((this.#times[at + 1] ?? 0) - (this.#times[at] ?? 0)) / 1000;
    });
  }
}

/** The engine alone: no gate, no promise, no frame. */
async function reactorOnly(engine: Engine): Promise<number[]> {
  const arrivals = new Arrivals();
  const queue: HostMessage[] = [
    {
      type: "start",
      mode: "run",
      program: { file: "main", source: scriptFor(engine, SCRIPTS), modules: {} },
      parameters: {},
      surface: { log: { values: {}, functions: { debug: { name: "debug" } }, handles: {} } },
      limits: STANDARD_LIMITS,
      seed: 1,
      time: 0,
    },
  ];
  const factory = await engine.load(readAsset);
  const reactor = factory.create((message) => {
    if (message.type === "failure") throw new Error(message.failure.message);
    if (message.type !== "call") return;
    arrivals.mark();
    queue.push({ type: "return", id: message.id, value: null, time: 0 });
  });
  for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
    if (next.type === "start") reactor.start(next);
    else reactor.deliver(next);
  }
  reactor.dispose();
  return arrivals.betweenThem();
}

async function wholeRun(engine: Engine, rung: "none" | "process"): Promise<number[]> {
  const arrivals = new Arrivals();
  const profile = benchProfile({ bridges: { log: {} }, rung });
  await castHere({ engine, source: scriptFor(engine, SCRIPTS), profile, command: [BINARY], onLog: arrivals.mark });
  return arrivals.betweenThem();
}

/** Steps of a loop that computes, and allocates nothing. */
function burn(steps: number, seed: number): number {
  let state = seed;
  for (let step = 0; step < steps; step++) state = (state * 1_103_515_245 + 12_345) & 0x7fffffff;
  return state;
}

/** The same loop again and again, each time about `microseconds` long. */
function nothingAtAll(microseconds: number): number[] {
  let state = 1;
  const series = (steps: number, length: number) => {
    let last = Bun.nanoseconds();
    return Array.from({ length }, () => {
      state = burn(steps, state);
      const now = Bun.nanoseconds();
      const took = (now - last) / 1000;
      last = now;
      return took;
    });
  };
  let steps = 1000;
  for (let turn = 0; turn < 8; turn++) steps = Math.ceil((steps * microseconds) / median(series(steps, 2000)));
  return series(steps, calls);
}

async function echo(): Promise<number[]> {
  const arrivals = new Arrivals();
  const [question, answer] = ['{"type":"call","id":1,"args":[""]}', '{"type":"return","id":1,"value":null,"time":1}'];
  const command = [join(import.meta.dir, "ask-and-wait.ts"), String(calls + warmUp + 1), question];
  const asking = Bun.spawn([process.execPath, ...command], { stdin: "pipe", stdout: "pipe" });
  const bytes = new TextEncoder().encode(answer);
  for await (const _question of asking.stdout) {
    arrivals.mark();
    void asking.stdin.write(bytes);
    void asking.stdin.flush();
  }
  return arrivals.betweenThem();
}

const WAYS = {
  "reactor alone": { run: reactorOnly, target: "" },
  "in this process, with the gate": { run: (engine: Engine) => wholeRun(engine, "none"), target: "15" },
  "across processes": { run: (engine: Engine) => wholeRun(engine, "process"), target: "60" },
};

const rows: string[][] = [];

async function measure(name: string, way: string, target: string, run: () => Promise<number[]>): Promise<void> {
  const rounds: { p50: number; p99: number }[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    await whenQuiet();
    const times = await run();
    rounds.push({ p50: percentile(times, 0.5), p99: percentile(times, 0.99) });
  }
  const p50 = rounds.map((round) => round.p50);
  const p99 = rounds.map((round) => round.p99);
  rows.push([name, way, show(median(p50)), show(Math.min(...p50)), show(median(p99)), show(Math.min(...p99)), target]);
}

for (const length of [3, 8]) await measure("–", `a loop of ${length} µs`, "", async () => nothingAtAll(length));
await measure("–", "there and back between two processes", "", echo);
for (const engine of enginesFor(SCRIPTS)) {
  for (const [way, { run, target }] of Object.entries(WAYS)) await measure(engine.id, way, target, () => run(engine));
}
printTable({
  title: `A call that does nothing, µs; ${calls} calls after ${warmUp}, median and best of ${ROUNDS} rounds`,
  columns: ["engine", "way", "p50", "best round", "p99", "best round", "target"],
  rows,
});
process.exit(0);
