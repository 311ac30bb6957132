/**
 * Many runs at once, half of them hostile, for a long time: loops, memory, floods, and processes that crash or send
 * nonsense. Shows whether a hostile run ever changes another's result, output or log, whether the broker's memory
 * and descriptors stay flat, and whether all children are gone at the end; exit status 1 where not. Linux only.
 * `MINUTES=10 RUNS=200 bun bench/soak.ts` sets how long, and how many at once.
 */
import { readdirSync, readFileSync } from "node:fs";
import { ENGINES, ProcessPool, type Outcome } from "../src/runtime/index.ts";
import type { Engine } from "../src/contract/engine.ts";
import type { Profile } from "../src/contract/profile.ts";
import type { SpellProcess } from "../src/isolation/spell-process.ts";
import { BINARY, count } from "./binary.ts";
import { benchProfile, castAnyhow } from "./cast.ts";
import { scriptFor } from "./engines.ts";
import { expected, HOSTILE, MAX_NUMBER, quietSpell, WAITING } from "./soak-spells.ts";
import { median } from "./statistics.ts";
import { printTable } from "./table.ts";

const minutes = count("MINUTES", 10);
const atOnce = count("RUNS", 200);
const MIB = 1024 ** 2;

const BASE = benchProfile({ bridges: { log: {}, time: {} }, rung: "process" });
const HARDENED: Profile = { ...BASE, isolation: { rung: "process", hardening: "required" } };
const QUIET: Profile = { ...HARDENED, limits: { ...HARDENED.limits, wallTime: 600_000, output: 1000, calls: 100 } };
const TIGHT: Profile = {
  ...HARDENED,
  limits: {
    ...HARDENED.limits,
    wallTime: 10_000,
    memory: 32 * MIB,
    output: 65_536,
    calls: 300,
    result: MIB,
    fuel: 3e8,
  },
};

/** Ends a child some time after it was taken, as a fault of its own would. */
class CrashingPool extends ProcessPool {
  override take(engine: string): SpellProcess {
    const child = super.take(engine);
    const signal = SIGNALS[Math.floor(Math.random() * SIGNALS.length)] ?? "SIGKILL";
    setTimeout(() => process.kill(child.pid, signal), Math.random() * 500);
    return child;
  }
}
const SIGNALS = ["SIGKILL", "SIGSEGV", "SIGABRT"] as const;

const pool = new ProcessPool([BINARY], 0);
const crashing = new CrashingPool([BINARY], 0);
/** Ready, and then the length of a frame over all caps. */
const babbling = new ProcessPool(["sh", "-c", String.raw`printf 'R\377\377\377\377'; exec sleep 600`], 0);

/** How runs ended, by kind: what the run was, and the code. */
const ends = new Map<string, Map<string, number>>();
const faults: string[] = [];
let serial = 0;

function note(kind: string, outcome: Outcome, fault: string | undefined): void {
  const codes = ends.get(kind) ?? new Map<string, number>();
  ends.set(kind, codes);
  const code = outcome.failure?.code ?? "done";
  codes.set(code, (codes.get(code) ?? 0) + 1);
  if (fault !== undefined) faults.push(`${kind}: ${fault} (${outcome.failure?.message ?? "no failure"})`);
}

async function runQuiet(engine: Engine): Promise<void> {
  const number = 1 + (serial % (MAX_NUMBER - 1));
  const token = `token-${serial++}-${Math.random().toString(36).slice(2)}`;
  const source = scriptFor(engine, quietSpell(token, number));
  const logs = new Set<string>();
  let printed = "";
  const outcome = await castAnyhow({
    ...{ engine, source, profile: QUIET, pool },
    onLog: ({ message }) => logs.add(message),
    onOutput: (_stream, text) => (printed += typeof text === "string" ? text : Buffer.from(text).toString()),
  });
  const seen = JSON.stringify([outcome.result, printed, [...logs]], (_key, value: unknown) =>
    typeof value === "bigint" ? Number(value) : value,
  );
  const { sum } = expected(token, number);
  const right = [{ token, sum }, `${token}\n`, [token]];
  const isRight = outcome.failure === undefined && Bun.deepEquals(JSON.parse(seen), right);
  note(`quiet (${engine.id})`, outcome, isRight ? undefined : `not its own result: ${seen.slice(0, 300)}`);
}

async function runHostile(engine: Engine): Promise<void> {
  const choice = serial++ % (HOSTILE.length + 2);
  const hostile = HOSTILE[choice];
  const crash = hostile === undefined && choice === HOSTILE.length;
  const outcome = await castAnyhow({
    engine,
    source: scriptFor(engine, hostile?.scripts ?? WAITING),
    profile: hostile === undefined ? QUIET : TIGHT,
    pool: hostile === undefined ? (crash ? crashing : babbling) : pool,
    onLog: () => {},
    onOutput: () => {},
  });
  const codes = hostile?.codes ?? [crash ? "process.died" : "limit.frame"];
  const code = outcome.failure?.code;
  const isRight = code !== undefined && (codes as readonly string[]).includes(code);
  const kind = hostile?.name ?? (crash ? "crash" : "nonsense");
  note(`${kind} (${engine.id})`, outcome, isRight ? undefined : `ended with ${code ?? "success"}`);
}

async function keepRunning(place: number, end: number): Promise<void> {
  for (let turn = place >> 1; performance.now() < end; turn++) {
    const engine = ENGINES[turn % ENGINES.length];
    if (engine === undefined) return;
    await (place % 2 === 0 ? runQuiet(engine) : runHostile(engine));
  }
}

/** Children of this process, zombies too. */
function children(): number {
  return readFileSync(`/proc/self/task/${process.pid}/children`, "utf8").split(" ").filter(Boolean).length;
}

/** One look at the broker. */
interface Look {
  readonly seconds: number;
  readonly resident: number;
  readonly heap: number;
  readonly descriptors: number;
  readonly children: number;
  readonly runs: number;
}

const started = performance.now();

function look(): Look {
  Bun.gc(true);
  const { rss, heapUsed } = process.memoryUsage();
  const runs = [...ends.values()].flatMap((codes) => [...codes.values()]).reduce((sum, number) => sum + number, 0);
  const descriptors = readdirSync("/proc/self/fd").length;
  const seconds = (performance.now() - started) / 1000;
  return { seconds, resident: rss / MIB, heap: heapUsed / MIB, descriptors, children: children(), runs };
}

const LOOKS = 40;
const before = look();
const end = started + minutes * 60_000;
const looks: Look[] = [];
const watch = setInterval(() => looks.push(look()), (minutes * 60_000) / LOOKS);
await Promise.all(Array.from({ length: atOnce }, (_, place) => keepRunning(place, end)));
clearInterval(watch);
for (const each of [pool, crashing, babbling]) each.close();
for (let turn = 0; turn < 100 && children() > 0; turn++) await Bun.sleep(50);
const after = look();

const quarter = (index: number) => looks.slice((looks.length * index) >> 2, (looks.length * (index + 1)) >> 2);
const middle = (part: readonly Look[], pick: (look: Look) => number) => median(part.map(pick));
printTable({
  title: `The broker over ${minutes} minutes, ${atOnce} runs at once: medians of the quarters`,
  columns: ["when", "runs so far", "resident, MiB", "heap, MiB", "descriptors", "children"],
  rows: [
    ["before", [before]] as const,
    ...[0, 1, 2, 3].map((index) => [`quarter ${index + 1}`, quarter(index)] as const),
    ["after", [after]] as const,
  ].map(([name, part]) => [
    name,
    String(part.at(-1)?.runs ?? 0),
    middle(part, ({ resident }) => resident).toFixed(0),
    middle(part, ({ heap }) => heap).toFixed(1),
    middle(part, ({ descriptors }) => descriptors).toFixed(0),
    middle(part, (it) => it.children).toFixed(0),
  ]),
});
printTable({
  title: "How the runs ended",
  columns: ["run", "ends"],
  rows: [...ends.keys()].toSorted().map((kind) => {
    const codes = [...(ends.get(kind) ?? [])].map(([code, number]) => `${code} ${number}`);
    return [kind, codes.join(", ")];
  }),
});

/** What the second quarter settled at, and what the last one may be over it. */
const GROWTH = 1.15;
const [settled, last] = [quarter(1), quarter(3)].map((part) => middle(part, ({ resident }) => resident));
if ((last ?? 0) > (settled ?? 0) * GROWTH) faults.push(`the broker's memory grew from ${settled} to ${last} MiB`);
if (after.children > 0) faults.push(`${after.children} children are left`);
if (after.descriptors > before.descriptors + 8)
  faults.push(`${after.descriptors} descriptors are open, ${before.descriptors} were before`);
console.log(`\n${after.runs} runs, ${faults.length} faults`);
for (const fault of faults.slice(0, 50)) console.log(`- ${fault}`);
process.exit(faults.length === 0 ? 0 : 1);
