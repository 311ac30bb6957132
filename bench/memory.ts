/**
 * The memory of `hello` while its spell waits: resident (RSS) and proportional (PSS, where pages that processes
 * share are divided among them) size of the broker and of the spell's process, and the most that either ever had
 * (VmHWM). Beside it a bare compiled program that waits. Linux only.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { BINARY, count, emptyFolder } from "./binary.ts";
import { buildBare } from "./build-bare.ts";
import { enginesFor, scriptFor } from "./engines.ts";
import { median } from "./statistics.ts";
import { printTable } from "./table.ts";

const ROUNDS = count("ROUNDS", 5);
/** How long the spell waits, and when it is looked at: well after it has printed. */
const WAIT_MS = 1500;
const SETTLE_MS = 300;

/** hello, and then waiting. */
const SCRIPTS = {
  lua: `print(llm.complete("Write one line about the sea")) time.sleep(${WAIT_MS})`,
  javascript: `console.log((await llm.complete("Write one line about the sea")).text); await time.sleep(${WAIT_MS})`,
  tengo: `import("fmt").println(llm.complete("Write one line about the sea")); import("time").sleep(${WAIT_MS})`,
};

interface Sizes {
  readonly rss: number;
  readonly pss: number;
  readonly peak: number;
}

/** Sizes of a process in MiB. */
function sizesOf(pid: number): Sizes {
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  const rollup = readFileSync(`/proc/${pid}/smaps_rollup`, "utf8");
  const field = (text: string, name: string) =>
    Number(new RegExp(`^${name}:\\s+(\\d+) kB`, "m").exec(text)?.[1]) / 1024;
  return { rss: field(rollup, "Rss"), pss: field(rollup, "Pss"), peak: field(status, "VmHWM") };
}

function childOf(pid: number): number {
  return Number(readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim().split(" ")[0]);
}

/** Starts a program, waits until it has printed, looks at it and at its child, and ends it. */
async function look(command: readonly string[], folder: string): Promise<{ own: Sizes; child: Sizes | undefined }> {
  const started = Bun.spawn([...command], {
    cwd: folder,
    env: { HOME: folder },
    stdin: "ignore",
    stdout: "pipe",
    stderr: "ignore",
  });
  await started.stdout.getReader().read();
  await Bun.sleep(SETTLE_MS);
  const child = childOf(started.pid);
  const sizes = { own: sizesOf(started.pid), child: child > 0 ? sizesOf(child) : undefined };
  started.kill("SIGTERM");
  await started.exited;
  return sizes;
}

const folder = emptyFolder();
const rows: string[][] = [];

function addRow(name: string, part: string, sizes: readonly (Sizes | undefined)[]): void {
  const cell = (pick: (size: Sizes) => number) =>
    median(sizes.flatMap((size) => (size ? [pick(size)] : []))).toFixed(0);
  rows.push([name, part, cell(({ rss }) => rss), cell(({ pss }) => pss), cell(({ peak }) => peak)]);
}

async function measure(name: string, command: readonly string[]): Promise<void> {
  const looks: Awaited<ReturnType<typeof look>>[] = [];
  for (let round = 0; round < ROUNDS; round++) looks.push(await look(command, folder));
  addRow(
    name,
    looks[0]?.child === undefined ? "the program" : "broker",
    looks.map(({ own }) => own),
  );
  if (looks[0]?.child !== undefined)
    addRow(
      name,
      "spell's process",
      looks.map(({ child }) => child),
    );
}

const bare = await buildBare(join(folder, "bare"), `console.log("Hello"); await Bun.sleep(${WAIT_MS});`);
await measure("bare hello-world, waiting", [bare]);
for (const engine of enginesFor(SCRIPTS)) {
  await measure(`hello (${engine.id})`, [BINARY, "exec", "--engine", engine.id, "-e", scriptFor(engine, SCRIPTS)]);
}
printTable({
  title: `Memory, MiB, the median of ${ROUNDS}`,
  columns: ["program", "process", "RSS", "PSS", "peak RSS"],
  rows,
});
