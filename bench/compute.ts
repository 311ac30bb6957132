/**
 * Computing only: fib(30), a loop of 1e7, strings and tables, by each engine as spells get it (fuel counted, memory
 * capped) and by the same virtual machine as its package offers it; and by Debian's lua5.4, where that is installed.
 * Each run is a process of its own (compute-once.ts), which tells how long the script alone took; engine and bare VM
 * take turns. `ROUNDS=5 bun bench/compute.ts`.
 */
import { join } from "node:path";
import { BARE_VMS } from "./bare-vms.ts";
import { count } from "./binary.ts";
import { enginesFor } from "./engines.ts";
import { whenQuiet } from "./quiet.ts";
import { median, show } from "./statistics.ts";
import { printTable } from "./table.ts";
import { WORKLOADS } from "./workloads.ts";

const ROUNDS = count("ROUNDS", 5);
const ONCE = join(import.meta.dir, "compute-once.ts");

async function runOnce(workload: string, kind: "engine" | "bare", name: string): Promise<number> {
  await whenQuiet();
  const done = Bun.spawnSync([process.execPath, ONCE, workload, kind, name]);
  if (!done.success) throw new Error(`${workload} on ${name}: ${done.stderr.toString()}`);
  return Number(done.stdout.toString());
}

const rows: string[][] = [];
for (const [workload, sources] of Object.entries(WORKLOADS)) {
  for (const engine of enginesFor(sources)) {
    const bare = BARE_VMS.filter((vm) => vm.engine === engine.id).map((vm) => ({ ...vm, times: [] as number[] }));
    const own: number[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      own.push(await runOnce(workload, "engine", engine.id));
      for (const vm of bare) vm.times.push(await runOnce(workload, "bare", vm.title));
    }
    if (bare.length === 0) rows.push([workload, engine.id, show(median(own)), "", "", ""]);
    for (const { title, times } of bare) {
      const ratio = `${show(median(own) / median(times))} ×`;
      rows.push([workload, engine.id, show(median(own)), title, show(median(times)), ratio]);
    }
  }
}
printTable({
  title: `Computing, ms, the median of ${ROUNDS}`,
  columns: ["work", "engine", "engine's time", "beside", "its time", "engine / it"],
  rows,
});
