// Binds this process to Landlock when threads of all kinds already run, and says what files can then be read.
import { readdirSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { Worker } from "node:worker_threads";
import { landlock } from "../../../src/isolation/harden/landlock.ts";
import { noNewPrivs } from "../../../src/isolation/harden/no-new-privs.ts";
import { openLibc } from "../../../src/isolation/open-libc.ts";

const libc = await openLibc();
if (libc === undefined) throw new Error("Linux only");

/** How many files are read at once: more than there are threads for it. */
const AT_ONCE = 64;

async function readMany(): Promise<string[]> {
  const outcome = () =>
    readFile("/proc/self/status").then(
      () => "read",
      (error: NodeJS.ErrnoException) => String(error.code),
    );
  return [...new Set(await Promise.all(Array.from({ length: AT_ONCE }, outcome)))];
}

// A thread of another kind, with JavaScript of its own, that looks at every turn of a counter.
const turns = new Int32Array(new SharedArrayBuffer(8));
const source = `
  const { readFileSync } = require("node:fs");
  const turns = new Int32Array(process.getBuiltinModule("node:worker_threads").workerData);
  for (let turn = 0; ; turn++) {
    Atomics.wait(turns, 0, turn);
    let said = 1;
    try { readFileSync("/proc/self/status"); } catch (error) { said = error.code === "EACCES" ? 2 : 3; }
    Atomics.store(turns, 1, said);
    Atomics.notify(turns, 1);
  }`;
const worker = new Worker(source, { eval: true, workerData: turns.buffer });
worker.unref();
function askWorker(): string {
  Atomics.store(turns, 1, 0);
  Atomics.add(turns, 0, 1);
  Atomics.notify(turns, 0);
  Atomics.wait(turns, 1, 0);
  return ["", "read", "EACCES"][Atomics.load(turns, 1)] ?? "another error";
}

const before = [await readMany(), askWorker()];
const threads = readdirSync("/proc/self/task").length;
noNewPrivs.apply(libc, 0);
const reason = landlock.apply(libc, 0) ?? "bound";
console.log(JSON.stringify({ threads, before, reason, after: [await readMany(), askWorker()] }));
process.exit(0);
