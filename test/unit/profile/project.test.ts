import { describe, expect, test } from "bun:test";
import { chooseProfile, readProject } from "../../../src/profile/index.ts";
import { faultOf, place } from "./catalogue.ts";

const read = (text: string) => readProject({ file: "work/llmspell.yaml", text });

const PROJECT = `
model: ollama/llama3
profiles:
  research: { extends: standard, limits: { calls: 5 } }
spells:
  "10": { profile: minimal }
  "research/*": { profile: research, model: mock/echo }
  "**/*.lua": { profile: ./profiles/lua.yaml }
  "jobs/**": { profile: ../shared.yaml }
  "?x": { model: mock/x }
  "2": { profile: full }
`;

describe("llmspell.yaml", () => {
  const CHOICES: readonly [name: string, path: string | undefined, profile: string, model: string][] = [
    ["hello", "spells/hello/main.js", "standard", "ollama/llama3"],
    ["research/wiki", undefined, "research", "mock/echo"],
    ["wiki", "spells/research/wiki/main.js", "research", "mock/echo"],
    ["wiki", "./research/wiki.lua", "research", "mock/echo"],
    ["wiki", "research/deep/wiki.js", "standard", "ollama/llama3"],
    ["a", "a.lua", "work/profiles/lua.yaml", "ollama/llama3"],
    ["a", "x/y/a.lua", "work/profiles/lua.yaml", "ollama/llama3"],
    ["jobs", "jobs", "shared.yaml", "ollama/llama3"],
    ["daily", "jobs\\daily\\main.js", "shared.yaml", "ollama/llama3"],
    ["xx", undefined, "standard", "mock/x"],
    ["10", undefined, "minimal", "ollama/llama3"],
    ["2", undefined, "full", "ollama/llama3"],
  ];
  for (const [name, path, profile, model] of CHOICES) {
    test(`chooses ${profile} for ${name} at ${path ?? "no path"}`, async () => {
      const choice = chooseProfile(await read(PROJECT), { name, ...(path === undefined ? {} : { path }) });
      expect([choice.profile, choice.model]).toEqual([profile, model]);
    });
  }

  test("takes the first rule that matches, in the order of the file", async () => {
    const { rules } = await read(PROJECT);
    expect(rules.map(({ pattern }) => pattern)).toEqual(["10", "research/*", "**/*.lua", "jobs/**", "?x", "2"]);
    const project = await read('spells: { "a*": { profile: minimal }, "ab": { profile: full } }\n');
    expect(chooseProfile(project, { name: "ab" })).toMatchObject({ profile: "minimal", position: { line: 1 } });
  });

  test("leaves the choice to standard without a file", () => {
    expect(chooseProfile(undefined, { name: "a" })).toEqual({ profile: "standard" });
  });

  test("takes letters of regular expressions as they are", async () => {
    const project = await read('spells: { "a.b+(c)": { profile: full } }\n');
    expect(chooseProfile(project, { name: "a.b+(c)" }).profile).toBe("full");
    expect(chooseProfile(project, { name: "aXbb(c)" }).profile).toBe("standard");
  });

  const FAULTS: readonly [yaml: string, message: string, at: string][] = [
    ["spell: {}\n", 'Unknown key "spell" at the top level; did you mean "spells"?', "1:1"],
    ["spells: { a: { profil: b } }\n", 'Unknown key "profil" under spells.a; did you mean "profile"?', "1:16"],
    ["spells: { a: minimal }\n", 'spells.a must be a map, not "minimal"', "1:14"],
    ["spells: { a: {} }\n", 'The rule "a" under spells chooses nothing', "1:11"],
    ["spells: { a: { profile: minmal } }\n", 'Unknown profile "minmal"; did you mean "minimal"?', "1:11"],
    ["profiles: { full: {} }\n", 'The profile "full" is built in', "1:13"],
    [
      "profiles: { a.yaml: {} }\n",
      "profiles.a.yaml: a profile's name must be letters, digits, _ and -, with a letter in front",
      "1:13",
    ],
    ["profiles: { a: standard }\n", 'profiles.a must be a map, not "standard"', "1:16"],
    ["model: [a]\n", "model must be text, not a list", "1:1"],
  ];
  for (const [yaml, message, at] of FAULTS) {
    test(`refuses ${yaml.trim()}`, async () => {
      const error = await faultOf(() => read(yaml));
      expect([error.code, error.message, place(error)]).toEqual([
        "profile.invalid",
        message,
        `work/llmspell.yaml:${at}`,
      ]);
    });
  }
});
