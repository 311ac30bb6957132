/**
 * The other end of a pipe in the benchmarks, with nothing in it: sends a text as often as it is told, and waits for
 * something after each. `bun ask-and-wait.ts TIMES TEXT`.
 */
import { readSync, writeSync } from "node:fs";

const [times = "1", text = ""] = process.argv.slice(2);
const asked = new TextEncoder().encode(text);
const answer = new Uint8Array(64 * 1024);

function wait(): void {
  for (;;) {
    try {
      if (readSync(0, answer) > 0) return;
    } catch {
      // Nothing yet.
    }
  }
}

for (let time = 0; time < Number(times); time++) {
  writeSync(1, asked);
  wait();
}
