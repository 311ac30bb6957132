import { describe, expect, test } from "bun:test";
import { faultOf, place, resolve } from "./catalogue.ts";
import { SCHEMA_FAULTS, TEXT_FAULTS } from "./faults.ts";

describe("A faulty profile names its fault and place:", () => {
  for (const { name, yaml, message, at, fix } of [...TEXT_FAULTS, ...SCHEMA_FAULTS]) {
    test(name, async () => {
      const error = await faultOf(() => resolve(yaml));
      expect([error.code, error.message, place(error)]).toEqual(["profile.invalid", message, `main.yaml:${at}`]);
      if (fix !== undefined) expect(error.fix).toBe(fix);
    });
  }
});

test("The first fault in the text is told and the others are in the details", async () => {
  const error = await faultOf(() => resolve("limits: { memory: 0 }\nengines: lua\nfoo: 1\n"));
  expect(error.message).toBe("limits.memory: must be more than 0");
  const { problems } = error.details as { problems: { message: string; line: number }[] };
  expect(problems.map(({ line }) => line)).toEqual([1, 2, 3]);
});

test("What is easily mistaken for a fault is none", async () => {
  for (const text of [
    "\u{feff}description: a\n",
    "description: a\r\nlimits:\r\n  calls: 5\r\n",
    "---\ndescription: a\n...\n",
    "{}",
    "extends: null\n",
    "description: 'true'\n",
    `description: |\n  two\n  lines\n`,
  ]) {
    expect((await resolve(text)).name).toBe("main.yaml");
  }
});

test("Many keys take no more than linear time", async () => {
  const yaml = `bridges:\n  http:\n    headers:\n${Array.from({ length: 15_000 }, (_, i) => `      h${i}: x`).join("\n")}\n`;
  const before = performance.now();
  await resolve(yaml);
  expect(performance.now() - before).toBeLessThan(5000);
});
