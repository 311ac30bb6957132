import { describe, expect, test } from "bun:test";
import { LIMITS, STANDARD_LIMITS } from "../../../src/contract/limits.ts";
import { BUILT_IN_PROFILES, builtInProfile, readProject, resolveProfile } from "../../../src/profile/index.ts";
import { parseYamlTree } from "../../../src/profile/tree-reader.ts";
import { builtInTree } from "../../../src/profile/built-in.ts";
import { CATALOGUE, faultOf, place, resolve } from "./catalogue.ts";

const PARENT = `
description: The parent
engines: [lua, tengo]
bridges:
  llm: { models: ["anthropic/*"], maxTokens: 100, retry: { times: 2, statuses: [429] } }
  http: { allow: ["GET https://a.org/**"], headers: { accept: text/html, from: me } }
  json: {}
limits: { wallTime: 2m, calls: 7 }
budget: { usd: 0.5, tokens: 1k }
secrets: { T: { from: env, hosts: [a.org] } }
`;

/** The profile of a child whose parent is {@link PARENT}. */
const child = (yaml: string) => resolve({ "main.yaml": `extends: ./parent.yaml\n${yaml}`, "parent.yaml": PARENT });

describe("Merging", () => {
  test("inherits everything but the description", async () => {
    const profile = await child("");
    expect(profile.description).toBe("");
    expect(profile.engines).toEqual(["lua", "tengo"]);
    expect(Object.keys(profile.bridges).toSorted()).toEqual(["http", "json", "llm"]);
    expect(profile.limits).toMatchObject({ wallTime: 120_000, calls: 7, memory: STANDARD_LIMITS.memory });
    expect(profile.secrets["T"]).toEqual({ from: "env", name: "T", hosts: ["a.org"] });
  });

  test("lets a child's value win and keeps those beside it", async () => {
    const { limits, bridges } = await child(
      "limits: { calls: 9 }\nbridges: { llm: { maxTokens: 5, retry: { times: 0 } } }",
    );
    expect(limits).toMatchObject({ wallTime: 120_000, calls: 9 });
    expect(bridges["llm"]).toEqual({ models: ["anthropic/*"], maxTokens: 5, retry: { times: 0, statuses: [429] } });
  });

  test("lets an explicit value win that is the default", async () => {
    expect((await child("limits: { wallTime: 60s }")).limits.wallTime).toBe(60_000);
    expect((await child('bridges: { llm: { models: ["*"] } }')).bridges["llm"]).toMatchObject({ models: ["*"] });
  });

  test("removes by null: a bridge, an option, a limit, a budget, a whole section", async () => {
    const profile = await child(
      "bridges: { http: null, llm: { maxTokens: null, models: null } }\nlimits: null\nbudget: { usd: null }\nsecrets: { T: null, U: null }\nengines: ~",
    );
    expect(Object.keys(profile.bridges).toSorted()).toEqual(["json", "llm"]);
    expect(profile.bridges["llm"]).toEqual({ models: ["*"], retry: { times: 2, statuses: [429] } });
    expect(profile.limits).toEqual(STANDARD_LIMITS);
    expect(profile.budget).toEqual({ tokens: 1000 });
    expect(profile.secrets).toEqual({});
    expect(profile.engines).toEqual(CATALOGUE.engines);
  });

  test("replaces lists, and adds to them under name+", async () => {
    const replaced = await child("bridges: { llm: { models: [b] } }\nengines: [javascript]");
    expect([replaced.bridges["llm"], replaced.engines]).toMatchObject([{ models: ["b"] }, ["javascript"]]);
    const added = await child(
      "bridges:\n  llm: { models+: [b, 'anthropic/*'], retry: { statuses+: [500] } }\n  http:\n    allow +: [c]\nengines+: [javascript]\nsecrets: { T: { hosts+: [b.org] } }",
    );
    expect(added.bridges["llm"]).toMatchObject({ models: ["anthropic/*", "b"], retry: { statuses: [429, 500] } });
    expect(added.bridges["http"]).toMatchObject({ allow: ["GET https://a.org/**", "c"] });
    expect(added.engines).toEqual(["lua", "tengo", "javascript"]);
    expect(added.secrets["T"]?.hosts).toEqual(["a.org", "b.org"]);
  });

  test("takes name+ without an inherited list as the list", async () => {
    expect((await resolve("bridges: { llm: { models+: [a] } }")).bridges["llm"]).toMatchObject({ models: ["a"] });
  });

  test("adds through several generations", async () => {
    const file = (parent: string, model: string) => `extends: ${parent}\nbridges: { llm: { models+: [${model}] } }\n`;
    const { bridges } = await resolve({
      "main.yaml": file("./b.yaml", "m"),
      "b.yaml": file("./c.yaml", "b"),
      "c.yaml": file("standard", "c"),
    });
    expect(bridges["llm"]).toMatchObject({ models: ["c", "b", "m"] });
  });

  test("keeps inherited options when a bridge is granted again by {} or true", async () => {
    for (const grant of ["{}", "true"]) {
      expect((await child(`bridges: { llm: ${grant} }`)).bridges["llm"]).toMatchObject({ maxTokens: 100 });
    }
    expect(Object.keys((await child("bridges: { llm: false }")).bridges)).not.toContain("llm");
  });

  test("grants every bridge by *, but for those that are taken away here or later", async () => {
    expect(Object.keys((await resolve('bridges: { "*": {}, http: null }')).bridges).toSorted()).toEqual([
      "json",
      "llm",
      "log",
      "model",
      "pool",
      "provider",
      "schema",
      "spell",
      "state",
      "time",
    ]);
    expect(Object.keys((await resolve("extends: full\nbridges: { http: null }")).bridges)).not.toContain("http");
    expect((await resolve('bridges: { llm: { models: [a] }, "*": true }')).bridges).toMatchObject({
      llm: { models: ["a"] },
      time: {},
    });
  });

  test("grants nothing without extends", async () => {
    const profile = await resolve("{}");
    expect(profile).toMatchObject({
      bridges: {},
      budget: {},
      raisable: [],
      secrets: {},
      limits: STANDARD_LIMITS,
      engines: CATALOGUE.engines,
    });
    expect(profile.isolation).toEqual({ rung: "process", hardening: "best-effort" });
  });
});

describe("A chain of profiles", () => {
  test("finds files beside the one that names them", async () => {
    const files = {
      "a/main.yaml": "extends: ../b/x.yaml",
      "b/x.yaml": "extends: y.yaml",
      "b/y.yaml": "limits: { calls: 3 }",
    };
    expect((await resolve(files, "./a/main.yaml")).limits.calls).toBe(3);
    expect(
      (await resolve({ "/etc/x.yaml": "limits: { calls: 4 }", "m.yml": "extends: /etc/x.yaml" }, "m.yml")).limits.calls,
    ).toBe(4);
  });

  test("may not be a circle", async () => {
    const files = { "main.yaml": "description: a\nextends: ./b.yaml", "b.yaml": "extends: c/../main.yaml" };
    const error = await faultOf(() => resolve(files));
    expect(error.message).toBe("A profile extends itself: main.yaml → b.yaml → main.yaml");
    expect(place(error)).toBe("b.yaml:1:10");
    expect((await faultOf(() => resolve("extends: main.yaml"))).message).toBe(
      "A profile extends itself: main.yaml → main.yaml",
    );
  });

  test("may be 16 long and no longer", async () => {
    const files = (count: number) =>
      Object.fromEntries(
        Array.from({ length: count }, (_, i) => [
          i === 0 ? "main.yaml" : `p${i}.yaml`,
          i + 1 < count ? `extends: ./p${i + 1}.yaml` : "{}",
        ]),
      );
    expect((await resolve(files(16))).name).toBe("main.yaml");
    const error = await faultOf(() => resolve(files(17)));
    expect(error.message).toStartWith("More than 16 profiles extend one another: main.yaml → p1.yaml → ");
    expect(place(error)).toBe("p15.yaml:1:10");
  });

  test("names a missing parent, where it is asked for and the nearest name", async () => {
    const unknown = await faultOf(() => resolve("description: a\nextends: standrd\n"));
    expect([unknown.code, unknown.message, place(unknown)]).toEqual([
      "profile.not-found",
      'Unknown profile "standrd"; did you mean "standard"?',
      "main.yaml:2:10",
    ]);
    const missing = await faultOf(() => resolve("extends: ./gone.yaml\n"));
    expect([missing.code, missing.message, place(missing)]).toEqual([
      "profile.not-found",
      'There is no profile file "gone.yaml", which main.yaml extends',
      "main.yaml:1:10",
    ]);
    expect((await faultOf(() => resolve("{}", "sandbx"))).message).toBe(
      'Unknown profile "sandbx"; did you mean "sandbox"?',
    );
    expect((await faultOf(() => resolve("{}", "./gone.yaml"))).message).toBe('There is no profile file "gone.yaml"');
    expect((await faultOf(() => resolve("{}", "constructor"))).code).toBe("profile.not-found");
  });

  test("names the parent's file for the parent's fault", async () => {
    const error = await faultOf(() => resolve({ "main.yaml": "extends: ./b.yaml", "b.yaml": "limits:\n  cals: 1\n" }));
    expect([error.message, place(error)]).toEqual([
      'Unknown key "cals" under limits; did you mean "calls"?',
      "b.yaml:2:3",
    ]);
  });

  test("may use the project's own profiles only from within the project file", async () => {
    const project = await readProject({
      file: "p/llmspell.yaml",
      text: "profiles:\n  base: { limits: { calls: 5 } }\n  top: { extends: base }\n  far: { extends: ./f.yaml }\n",
    });
    const read = (path: string) => Promise.resolve(path === "p/f.yaml" ? "extends: base\n" : undefined);
    const top = await resolveProfile("top", { ...CATALOGUE, read, project });
    expect([top.name, top.limits.calls, top.origins["limits.calls"]]).toEqual([
      "top",
      5,
      { file: "p/llmspell.yaml", line: 2 },
    ]);
    const error = await faultOf(() => resolveProfile("far", { ...CATALOGUE, read, project }));
    expect([error.message, place(error)]).toEqual(['Unknown profile "base"', "p/f.yaml:1:10"]);
  });
});

describe("Origins", () => {
  test("name file and line of every value, inherited, added or default", async () => {
    const { origins } = await child("limits:\n  calls: 9\nbridges:\n  llm:\n    models+: [b]\n");
    const expected = {
      "limits.calls": "main.yaml:3",
      "limits.wallTime": "parent.yaml:8",
      "limits.memory": "default:0",
      "bridges.llm": "main.yaml:5",
      "bridges.llm.models.0": "parent.yaml:5",
      "bridges.llm.models.1": "main.yaml:6",
      "bridges.llm.retry.times": "parent.yaml:5",
      "bridges.json": "parent.yaml:7",
      "bridges.http.headers.accept": "parent.yaml:6",
      "secrets.T.hosts": "parent.yaml:10",
      "secrets.T.name": "default:0",
      "isolation.rung": "default:0",
      description: "default:0",
      engines: "parent.yaml:3",
    };
    expect(
      Object.fromEntries(Object.keys(expected).map((path) => [path, `${origins[path]?.file}:${origins[path]?.line}`])),
    ).toEqual(expected);
  });

  test("name built-in profiles", async () => {
    const { origins } = await resolve("", "sandbox");
    expect(origins["limits.wallTime"]?.file).toBe("built in sandbox");
    expect(origins["bridges.json"]?.file).toBe("built in minimal");
  });
});

describe("The built-in profiles", () => {
  test("resolve, and describe themselves", async () => {
    expect(BUILT_IN_PROFILES).toEqual(["minimal", "sandbox", "standard", "production", "development", "full"]);
    for (const name of BUILT_IN_PROFILES) {
      const profile = await resolve("", name);
      expect(profile.name).toBe(name);
      expect(profile.description).not.toBe("");
      expect(profile.isolation.rung).toBe("process");
    }
  });

  test("are bundled as the parser reads them", () => {
    for (const name of BUILT_IN_PROFILES) {
      const source = builtInProfile(name) ?? { file: "", text: "" };
      expect(builtInTree(name)).toEqual(parseYamlTree(source, "internal"));
    }
  });

  test("standard is as LIMITS says, for one dollar", async () => {
    const standard = await resolve("", "standard");
    expect(standard.limits).toEqual(STANDARD_LIMITS);
    expect(standard.budget).toEqual({ usd: 1 });
    const names = ["json", "llm", "log", "model", "pool", "provider", "schema", "spell", "state", "time"];
    expect(Object.keys(standard.bridges).toSorted()).toEqual(names);
  });

  test("sandbox and production are nowhere wider than standard and demand hardening", async () => {
    for (const name of ["sandbox", "production"]) {
      const { limits, isolation, budget } = await resolve("", name);
      const wider = (Object.keys(LIMITS) as (keyof typeof LIMITS)[]).filter(
        (limit) => limits[limit] > STANDARD_LIMITS[limit],
      );
      expect(wider).toEqual([]);
      expect(isolation.hardening).toBe("required");
      expect(budget.usd).toBeLessThan(1);
    }
  });

  test("minimal has no model and full has everything", async () => {
    expect(Object.keys((await resolve("", "minimal")).bridges)).not.toContain("llm");
    expect(Object.keys((await resolve("", "full")).bridges).toSorted()).toEqual(
      Object.keys(CATALOGUE.bridges).toSorted(),
    );
  });
});
