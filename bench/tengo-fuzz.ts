/**
 * Mutated programs under small limits (100,000 steps of fuel, 8 MiB): shows that no exception of the host gets out of
 * Tengo's compiler and machine, and that no run outlives its limits; prints how many ended in which way.
 * `COUNT=100000 SEED=1 bun bench/tengo-fuzz.ts`.
 */
import { fuzz } from "../test/unit/engines/tengo/fuzz.ts";
import { count } from "./binary.ts";
import { show } from "./statistics.ts";
import { printTable } from "./table.ts";

const COUNT = count("COUNT", 100_000);
const SEED = count("SEED", 1);

const report = fuzz({
  count: COUNT,
  seed: SEED,
  patienceMs: 2000,
  onFault: ({ fault, source }) => console.error(`${fault}\n${JSON.stringify(source)}\n`),
});
printTable({
  title: `${COUNT} mutated programs of seed ${SEED}`,
  columns: ["outcome", "programs"],
  rows: Object.entries(report.outcomes)
    .toSorted(([, a], [, b]) => b - a)
    .map(([outcome, programs]) => [outcome, String(programs)]),
});
console.log(
  `\n${report.faults.length} faults; the slowest run took ${show(report.slowestMs)} ms:\n${JSON.stringify(report.slowest.slice(0, 400))}`,
);
if (report.faults.length > 0) process.exitCode = 1;
