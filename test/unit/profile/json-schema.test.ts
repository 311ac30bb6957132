import { describe, expect, test } from "bun:test";
import { Validator } from "@cfworker/json-schema";
import { LIMITS } from "../../../src/contract/limits.ts";
import {
  BUILT_IN_PROFILES,
  builtInProfile,
  manifestJsonSchema,
  profileJsonSchema,
  projectJsonSchema,
  readManifest,
  readProject,
  type JsonSchema,
} from "../../../src/profile/index.ts";
import { parseYamlTree } from "../../../src/profile/tree-reader.ts";
import { toPlain } from "../../../src/profile/yaml-path.ts";
import { CATALOGUE, resolve } from "./catalogue.ts";
import { SCHEMA_FAULTS } from "./faults.ts";

const names = { bridges: Object.keys(CATALOGUE.bridges), engines: CATALOGUE.engines };

function accepts(schema: JsonSchema, yaml: string): boolean {
  const data = toPlain(parseYamlTree({ file: "x", text: yaml }, "internal"));
  // .inf and .nan are no JSON.
  const json = JSON.stringify(data, (_key, value: unknown) =>
    typeof value === "number" && !Number.isFinite(value)
      ? "not JSON"
      : typeof value === "bigint"
        ? Number(value)
        : value,
  );
  return new Validator(schema, "2020-12").validate(JSON.parse(json) as object).valid;
}

const GOOD_PROFILES = [
  "{}",
  "extends: standard\nbridges: { llm: true, json: false, time: {}, http: null }\n",
  'bridges: { "*": {} }\n',
  'bridges: { "*": true, llm: { models: null } }\n',
  "bridges: { llm: { models+: [a], retry: { times: null, 'statuses +': [5] } } }\nengines+: [lua]\n",
  "limits: { wallTime: 1h30m, memory: 1.5MiB, calls: 500_000, fuel: 2G, tokens: null, llmCalls: 0 }\nbudget: null\n",
  "budget: { usd: 0, tokens: 200k }\nisolation: { rung: none, hardening: off }\n",
  "isolation: { hardening: null }\nextends: ./a/b.yaml\ndescription: null\nsecrets: { T: { from: file, name: /x, hosts: ['*.a.b:443'] }, U: null, V: { hosts+: [a.b] } }\n",
].map((yaml) => yaml.replace("V: { hosts+: [a.b] }", "V: { from: env, hosts+: [a.b] }"));

describe("The JSON Schema of a profile", () => {
  const schema = profileJsonSchema(CATALOGUE);

  test("accepts the built-in profiles", () => {
    for (const name of BUILT_IN_PROFILES) expect(accepts(schema, builtInProfile(name)?.text ?? "")).toBe(true);
  });

  for (const yaml of GOOD_PROFILES) {
    test(`accepts what the parser accepts: ${JSON.stringify(yaml)}`, async () => {
      const files = { "main.yaml": yaml, "a/b.yaml": "extends: standard\n" };
      expect((await resolve(files)).name).toBe("main.yaml");
      expect(accepts(schema, yaml)).toBe(true);
    });
  }

  for (const { name, yaml, textual } of SCHEMA_FAULTS) {
    if (textual) continue;
    test(`refuses ${name}`, () => expect(accepts(schema, yaml)).toBe(false));
  }

  test("describes every limit and names its draft", () => {
    const text = JSON.stringify(schema);
    for (const { doc } of Object.values(LIMITS)) expect(text).toContain(JSON.stringify(doc));
    expect(schema["$schema"]).toBe("https://json-schema.org/draft/2020-12/schema");
  });
});

describe("The JSON Schema of spell.yaml", () => {
  const schema = manifestJsonSchema(names);
  test.each([
    [
      "name: a/b\nversion: '1'\ndescription: d\nengine: lua\nmain: ./a/b.lua\nneeds: [llm]\nparameters: { a: string, b: { type: array, default: [], enum: [[], [1]], description: d } }\n",
    ],
    ["parameters: { a: { type: boolean, required: true } }\n"],
    ["{}\n"],
  ])("accepts %j", async (yaml) => {
    expect((await readManifest({ file: "spell.yaml", text: yaml }, names)).needs).toBeArray();
    expect(accepts(schema, yaml)).toBe(true);
  });
  test.each([
    ["nam: a\n"],
    ["needs: [x]\n"],
    ["main: ../a.lua\n"],
    ["parameters: { a: int }\n"],
    ["parameters: { 1a: string }\n"],
    ["parameters: { a: { required: true } }\n"],
    ["version: 1\n"],
  ])("refuses %j", (yaml) => expect(accepts(schema, yaml)).toBe(false));
});

describe("The JSON Schema of llmspell.yaml", () => {
  const schema = projectJsonSchema(CATALOGUE);
  test.each([
    [
      "model: a/b\nprofiles: { x: { extends: standard, bridges: { llm: { models+: [a] } } } }\nspells: { 'a/*': { profile: x }, b: { model: c/d } }\n",
    ],
    ["{}\n"],
  ])("accepts %j", async (yaml) => {
    expect((await readProject({ file: "llmspell.yaml", text: yaml })).rules).toBeArray();
    expect(accepts(schema, yaml)).toBe(true);
  });
  test.each([
    ["models: a\n"],
    ["spells: { a: {} }\n"],
    ["spells: { a: { profil: b } }\n"],
    ["profiles: { full: {} }\n"],
    ["profiles: { x: { limts: {} } }\n"],
  ])("refuses %j", (yaml) => expect(accepts(schema, yaml)).toBe(false));
});
