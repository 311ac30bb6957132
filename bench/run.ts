/** Runs all benchmarks, one after another in a process each, and prints their tables: `bun bench/run.ts > figures.md`. */
import { cpus } from "node:os";
import { join } from "node:path";
import { BINARY } from "./binary.ts";

const BENCHMARKS = ["start", "call", "complete", "compute", "tengo", "memory", "isolation", "schema"];

const version = Bun.spawnSync([BINARY, "--version"]).stdout.toString().trim();
const processors = cpus();
console.log(
  `${version}; Bun ${Bun.version}; ${processors.length} × ${processors[0]?.model ?? "?"}; ${process.platform}`,
);

let broken = 0;
for (const name of BENCHMARKS) {
  console.log(`\n## ${name}`);
  const run = Bun.spawnSync([process.execPath, join(import.meta.dir, `${name}.ts`)], {
    stdout: "inherit",
    stderr: "inherit",
  });
  if (!run.success) broken++;
}
process.exit(broken === 0 ? 0 : 1);
