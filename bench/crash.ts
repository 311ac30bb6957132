/**
 * The crash test at all places: a run with parallel model calls, requests to a counting server, files, a stream and
 * fibers is cut off after each entry of its journal, and killed (broker, spell's process, both) at each of its requests;
 * resumed, it must end as the whole one, and no effect that was answered may happen again. The tests take a sample.
 * `bun bench/crash.ts [engine…]`
 */
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { answeredEffects, runCut, runKilled, runWhole, type CrashBench, type CrashResult } from "../test/crash-runs.ts";
import { CRASH_FILES, startCountingServer } from "../test/crash-spell.ts";
import { BINARY } from "./binary.ts";
import { printTable } from "./table.ts";

const server = startCountingServer();
const bench: CrashBench = {
  command: [BINARY],
  env: { PATH: process.env["PATH"] ?? "", HOME: mkdtempSync(join(tmpdir(), "llmspell-crash-")) },
  server,
  makeFolder: () => mkdtempSync(join(tmpdir(), "llmspell-crash-")),
  model: ["-m", "mock"],
};
const wanted = process.argv.slice(2);
const rows: string[][] = [];
let bad = 0;

const ending = ({ status, output, result }: CrashResult) => JSON.stringify([status, output, result]);

function note(engine: string, what: string, isGood: boolean, more: unknown): void {
  if (isGood) return;
  bad++;
  console.log(engine, what, more);
}

for (const engine of Object.keys(CRASH_FILES).filter((id) => wanted.length === 0 || wanted.includes(id))) {
  const whole = await runWhole(bench, engine);
  let repeated = 0;
  // With its last entry it has ended, and cannot be resumed.
  for (let count = 1; count < whole.entries.length; count++) {
    const cut = await runCut(bench, whole, count);
    const answered = answeredEffects(whole.entries.slice(0, count));
    const again = cut.effects.filter(({ key }) => answered.has(key.split("-")[1] ?? ""));
    note(engine, `cut after ${count}`, ending(cut) === ending(whole) && again.length === 0, cut.error ?? again);
  }
  let kills = 0;
  for (const victim of ["broker", "child", "both"] as const) {
    for (let number = 1; number <= whole.effects.length; number++) {
      for (const afterMs of [0, 1, 3]) {
        const resumed = await runKilled(bench, engine, { number, victim, afterMs });
        const keys = new Set(resumed.effects.map(({ key }) => key)).size;
        const isGood = ending(resumed) === ending(whole) && keys === whole.effects.length;
        note(engine, `${victim} killed at request ${number}, after ${afterMs} ms`, isGood, resumed.error);
        repeated += resumed.effects.length - keys;
        kills++;
      }
    }
  }
  rows.push([engine, String(whole.entries.length), String(kills), String(repeated), String(bad)]);
}
printTable({
  title: "Runs cut off and killed, then resumed",
  columns: ["engine", "places in the journal", "kills", "requests repeated by the same key", "wrong so far"],
  rows,
});
server.close();
process.exit(bad === 0 ? 0 : 1);
