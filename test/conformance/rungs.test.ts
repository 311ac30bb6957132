import { afterAll, expect, test } from "bun:test";
import { resolve } from "node:path";
import { ProcessPool } from "../../src/isolation/index.ts";
import { CASES } from "./cases/index.ts";
import { ENGINES, expectationOf, runOnChannel, runOnReactor, sourceFor, type Case } from "./harness.ts";

const ENTRY = resolve(import.meta.dir, "../fixtures/spell-process-entry.ts");
const pool = new ProcessPool([process.execPath, ENTRY], 2);
afterAll(() => pool.close());

/** How many processes run at once: there are two cores at least. */
const WORKERS = 3;

/** Of groups whose cases differ in nothing that a rung could change, every so manieth is run. */
const EVERY: Readonly<Record<string, number>> = { values: 3, limits: 6, "rejected values": 3, lua: 2, javascript: 2 };

const cases = Object.entries(CASES).flatMap(([group, list]) =>
  list.filter((_, index) => index % (EVERY[group] ?? 1) === 0),
);

for (const engine of ENGINES) {
  test(`${engine.id}: every case says the same in this process, over a channel, and in a process of its own`, async () => {
    const waiting = cases.filter((it) => sourceFor(it, engine) !== undefined && it.rungs !== false);
    expect(waiting.length).toBeGreaterThan(50);
    const work = async () => {
      for (let it = waiting.shift(); it !== undefined; it = waiting.shift()) {
        if (expectationOf(it, engine).waits) continue;
        const here = (await runOnReactor(it, engine)).asJson();
        expect((await runOnChannel(it, engine)).asJson(), `${it.name}, over a channel`).toEqual(here);
        expect((await runOnChannel(it, engine, pool)).asJson(), `${it.name}, in a process`).toEqual(here);
      }
    };
    await Promise.all(Array.from({ length: WORKERS }, work));
  }, 120_000);
}

test("another seed gives another run, another time too", async () => {
  const it = cases.find(({ name }) => name === "seed and time decide all that varies") as Case;
  for (const engine of ENGINES) {
    const messages = async (change: Partial<Case>) =>
      (await runOnReactor({ ...it, ...change }, engine)).asJson().join();
    const first = await messages({});
    expect(await messages({})).toBe(first);
    expect(await messages({ seed: 8 })).not.toBe(first);
    expect(await messages({ time: 1_600_000_000_000 })).not.toBe(first);
  }
});
