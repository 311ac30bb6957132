import { describe, expect, test } from "bun:test";
import { LIMITS, type LimitName } from "../../../src/contract/limits.ts";
import {
  BUILT_IN_PROFILES,
  formatBytes,
  formatCount,
  parseDuration,
  readManifest,
  readProject,
} from "../../../src/profile/index.ts";
import { CATALOGUE, resolve } from "./catalogue.ts";

const guide = await Bun.file(new URL("../../../docs/profiles.md", import.meta.url)).text();
const blocks = [...guide.matchAll(/^```yaml\n(.*?)^```/gms)].map(([, yaml = ""]) => yaml);

describe("docs/profiles.md", () => {
  test("has examples that are read without a fault", async () => {
    expect(blocks.length).toBeGreaterThanOrEqual(5);
    for (const yaml of blocks) {
      if (yaml.startsWith("# spell.yaml")) {
        const names = { bridges: Object.keys(CATALOGUE.bridges), engines: CATALOGUE.engines };
        expect((await readManifest({ file: "spell.yaml", text: yaml }, names)).name).toBe("summary");
      } else if (yaml.startsWith("# llmspell.yaml")) {
        expect((await readProject({ file: "llmspell.yaml", text: yaml })).rules).toHaveLength(4);
      } else {
        expect((await resolve({ "main.yaml": yaml, "wiki.yaml": blocks[0] ?? "" })).name).toBe("main.yaml");
      }
    }
  });

  test("names every limit with its standard", () => {
    for (const name of Object.keys(LIMITS) as LimitName[]) {
      const { unit, standard } = LIMITS[name];
      const [, , , shown = ""] =
        guide
          .split("\n")
          .find((line) => line.startsWith(`| \`${name}\` |`))
          ?.split("|")
          .map((cell) => cell.trim()) ?? [];
      if (unit === "milliseconds") expect(parseDuration(shown)).toEqual({ value: standard });
      else expect(shown).toBe(unit === "bytes" ? formatBytes(standard) : formatCount(standard));
    }
  });

  test("names every built-in profile", () => {
    for (const name of BUILT_IN_PROFILES) expect(guide).toContain(`| \`${name}\` |`);
  });
});
