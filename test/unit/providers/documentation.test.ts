import { describe, expect, test } from "bun:test";
import { join } from "node:path";
import { parse } from "yaml";
import type { Value } from "../../../src/contract/value.ts";
import { PROVIDERS } from "../../../src/providers/index.ts";
import { FAULTS, parseScript } from "../../../src/providers/mock/script.ts";

const text = await Bun.file(join(import.meta.dir, "../../../docs/providers.md")).text();

describe("docs/providers.md", () => {
  for (const { id, keyVariable, baseUrlVariable, baseUrl, local, defaultModel } of PROVIDERS) {
    test(`has the row of ${id}`, () => {
      const row = text.split("\n").find((line) => line.startsWith(`| \`${id}\` |`)) ?? "";
      for (const cell of [keyVariable, baseUrlVariable, defaultModel]) {
        if (cell !== undefined) expect(row).toContain(`\`${cell}\``);
      }
      if (local && id !== "mock") expect(row).toContain(baseUrl);
    });
  }

  test("has a script that is right", () => {
    const example = /```yaml\n([\s\S]*?)```/.exec(text)?.[1] ?? "";
    const { replies, otherwise } = parseScript(parse(example) as Value);
    expect(otherwise).toBe("error");
    expect(replies).toHaveLength(6);
    expect(replies[1]?.matches?.("12")).toBe(true);
    expect(replies[5]).toMatchObject({ fault: "rate-limit", retryAfterMs: 2000 });
  });

  test("names every fault", () => {
    for (const fault of FAULTS) expect(text).toContain(`\`${fault}\``);
  });

  test("ids are told apart, and every address is one", () => {
    expect(new Set(PROVIDERS.map(({ id }) => id)).size).toBe(PROVIDERS.length);
    for (const { baseUrl } of PROVIDERS) expect(() => new URL(baseUrl)).not.toThrow();
    expect(PROVIDERS.at(-1)?.id).toBe("mock");
  });
});
