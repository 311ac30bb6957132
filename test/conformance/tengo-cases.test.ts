import { expect, test } from "bun:test";
import { join } from "node:path";
import { runCaseFile } from "./tengo-cases.ts";

test("Tengo answers as the reference implementation does", () => {
  const { passed, failed } = runCaseFile(join(import.meta.dir, "../fixtures/tengo/cases.jsonl"));
  expect(failed).toEqual([]);
  expect(passed).toBeGreaterThan(3900);
});
