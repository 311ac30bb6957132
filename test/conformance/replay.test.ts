import { afterAll, describe, expect, test } from "bun:test";
import { resolve } from "node:path";
import { ProcessPool } from "../../src/isolation/index.ts";
import { CASES } from "./cases/index.ts";
import { ENGINES, sourceFor } from "./harness.ts";
import { record, replay, replayInProcess, shuffled, type RecordingOptions } from "./recording.ts";

const ENTRY = resolve(import.meta.dir, "../fixtures/spell-process-entry.ts");
const pool = new ProcessPool([process.execPath, ENTRY], 2);
afterAll(() => pool.close());

const cases = Object.entries(CASES).flatMap(([group, list]) => list.map((it) => ({ group, it })));

/** Whose runs are also fed to a process of its own: every so manieth, and all of these groups. */
const EVERY = 9;
const ALWAYS = new Set(["fibers", "callbacks", "determinism", "limits"]);

/** Orders of deliveries besides the one in which they were made. */
const ORDERS = [1, 2, 3];

for (const engine of ENGINES) {
  const mine = cases.filter(({ it }) => sourceFor(it, engine) !== undefined);
  describe(engine.id, () => {
    test("what is delivered again gives the same again, byte for byte", async () => {
      expect(mine.length).toBeGreaterThan(50);
      for (const { group, it } of mine) {
        const recording = await record(it, engine);
        expect(await replay(recording, engine), `${group}: ${it.name}`).toEqual([...recording.said]);
      }
    }, 120_000);

    test("also in another order, and where answers come to cancelled calls", async () => {
      for (const { group, it } of mine.filter(({ group }) => group !== "limits")) {
        for (const seed of ORDERS) {
          const options: RecordingOptions = { choose: shuffled(seed), answerCancelled: seed > 1 };
          const recording = await record(it, engine, options);
          expect(await replay(recording, engine), `${group}: ${it.name}, order ${seed}`).toEqual([...recording.said]);
        }
      }
    }, 120_000);

    test("also in a process of its own, all at once", async () => {
      const sample = mine.filter(
        ({ group, it }, index) => it.rungs !== false && (ALWAYS.has(group) || index % EVERY === 0),
      );
      for (const { group, it } of sample) {
        const recording = await record(it, engine, { choose: shuffled(7), answerCancelled: true });
        if (!recording.ended) continue;
        expect(await replayInProcess(recording, engine, pool), `${group}: ${it.name}`).toEqual([...recording.said]);
      }
    }, 120_000);
  });
}
