import { describe, expect, test } from "bun:test";
import { BUILT_IN_PROFILES, explain, profileToYaml } from "../../../src/profile/index.ts";
import { resolve } from "./catalogue.ts";

const CHILD = `
description: |
  Two lines: of "text"
  # no comment
extends: ./parent.yaml
bridges:
  llm:
    models+: [b]
  http: { headers: { "x: y": "yes", "10": "#" } }
limits: { wallTime: 90s, memory: 1_000_001 }
budget: { usd: 0.25, tokens: 2M, llmCalls: 3 }
secrets: { T: { from: env, name: TOKEN, hosts: ["*.a.org"] } }
`;
const FILES = { "main.yaml": CHILD, "parent.yaml": "engines: [lua]\nbridges: { llm: { models: [a] } }\n" };

describe("profile show --explain", () => {
  test("has a row for every value, formatted as it is written, with its origin", async () => {
    const rows = explain(await resolve(FILES));
    const shown = rows.map(({ path, value, origin }) => `${path} = ${value} (${origin})`);
    expect(shown).toContain('engines = ["lua"] (parent.yaml:1)');
    expect(shown).toContain("bridges.llm.models.0 = a (parent.yaml:2)");
    expect(shown).toContain("bridges.llm.models.1 = b (main.yaml:8)");
    expect(shown).toContain("bridges.http.headers.x: y = yes (main.yaml:9)");
    expect(shown).toContain("limits.wallTime = 90s (main.yaml:10)");
    expect(shown).toContain("limits.memory = 1000001B (main.yaml:10)");
    expect(shown).toContain("limits.fuel = 2G (default)");
    expect(shown).toContain("budget.usd = 0.25 (main.yaml:11)");
    expect(shown).toContain("budget.tokens = 2M (main.yaml:11)");
    expect(shown).toContain('secrets.T.hosts = ["*.a.org"] (main.yaml:12)');
    expect(new Set(rows.map(({ path }) => path)).size).toBe(rows.length);
  });

  test("shows a grant without options as {}", async () => {
    const rows = explain(await resolve("", "standard"));
    expect(rows).toContainEqual({ path: "bridges.json", value: "{}", origin: "built in minimal:3" });
  });
});

describe("profile show", () => {
  const same = async (files: string | Record<string, string>, name?: string) => {
    const { name: _, origins: __, ...profile } = await resolve(files, name);
    const yaml = await profileToYaml(await resolve(files, name));
    const { name: ___, origins: ____, ...again } = await resolve(yaml);
    expect(again).toEqual(profile);
  };

  test("prints YAML that resolves to the same profile", async () => {
    await same(FILES);
    await same("{}");
    for (const name of BUILT_IN_PROFILES) await same("", name);
  });

  test("writes quantities with their units", async () => {
    const yaml = await profileToYaml(await resolve("", "standard"));
    expect(yaml).toStartWith("# Profile standard, as it is in effect\n");
    expect(yaml).toContain("  memory: 128MiB\n");
    expect(yaml).toContain("  wallTime: 1m\n");
  });
});
