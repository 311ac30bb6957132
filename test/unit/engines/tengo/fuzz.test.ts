import { expect, test } from "bun:test";
import { fuzz } from "./fuzz.ts";

test("mutated programs end by themselves or by a limit, and nothing of the host gets out", () => {
  const { outcomes, faults } = fuzz({ count: 3000, seed: 20_261_121, patienceMs: 5000 });
  expect(faults).toEqual([]);
  expect(outcomes["done"]).toBeGreaterThan(100);
  expect(outcomes["parse error"]).toBeGreaterThan(100);
  expect(outcomes["runtime error"]).toBeGreaterThan(100);
  expect(outcomes["limit.fuel"]).toBeGreaterThan(10);
  expect(outcomes["limit.memory"]).toBeGreaterThan(10);
}, 60_000);
