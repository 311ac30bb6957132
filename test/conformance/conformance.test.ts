import { describe, expect, test } from "bun:test";
import { CASES } from "./cases/index.ts";
import { BROKEN, checkRun, ENGINES, expectationOf, runOnReactor, sourceFor } from "./harness.ts";

test("every engine of the list loads", () => {
  expect(BROKEN).toEqual([]);
});

for (const engine of ENGINES) {
  describe(engine.id, () => {
    for (const [group, cases] of Object.entries(CASES)) {
      describe(group, () => {
        for (const it of cases) {
          if (sourceFor(it, engine) === undefined) continue;
          test(it.name, async () => {
            checkRun(await runOnReactor(it, engine), expectationOf(it, engine));
          });
        }
      });
    }
  });
}

test("no two cases of a group have one name, and every skip names an engine", () => {
  for (const [group, cases] of Object.entries(CASES)) {
    const names = cases.map(({ name }) => `${group}: ${name}`);
    expect(new Set(names).size).toBe(names.length);
    for (const { skip = {} } of cases) {
      for (const id of Object.keys(skip)) expect(["lua", "fengari", "javascript", "tengo"]).toContain(id);
    }
  }
});
