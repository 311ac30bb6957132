import { describe, expect, test } from "bun:test";
import { env } from "../../../src/bridges/env.ts";
import { coversVariable } from "../../../src/contract/variables.ts";
import { openVariables } from "../../../src/host/index.ts";
import { effects } from "./bridges.ts";
import { faultOf, granted } from "./granted.ts";

const VALUES: Readonly<Record<string, string>> = {
  APP_MODE: "fast",
  APP_EMPTY: "",
  OPENAI_API_KEY: "canary",
  WIKI_TOKEN: "canary",
  HOME: "/home/me",
};

const variables = {
  get: (name: string) => VALUES[name],
  names: () => Object.keys(VALUES).sort(),
  isKey: (name: string) => name === "OPENAI_API_KEY" || name === "WIKI_TOKEN",
};

const under = (...names: string[]) => granted(env, { names }, { ...effects, variables });

describe("env", () => {
  test("gives what is named", async () => {
    const { call } = under("APP_*", "HOME");
    expect(await call("get", { name: "APP_MODE" })).toBe("fast");
    expect(await call("get", { name: "APP_EMPTY" })).toBe("");
    expect(await call("get", { name: "APP_NOTHING" })).toBeNull();
    expect(await call("has", { name: "HOME" })).toBe(true);
    expect(await call("has", { name: "APP_NOTHING" })).toBe(false);
    expect(await call("names")).toEqual(["APP_EMPTY", "APP_MODE", "HOME"]);
  });

  test("refuses all else, whether it is set or not", async () => {
    for (const name of ["OPENAI_API_KEY", "PATH", "NOTHING", "APP"]) {
      for (const each of ["get", "has"]) {
        const fault = await faultOf(under("APP_*").call(each, { name }));
        expect(fault).toBe(`grant.rule: The variable "${name}" is not granted; env: { names: ["APP_*", "${name}"] }`);
      }
    }
    expect(await under().call("names")).toEqual([]);
  });

  test("no pattern gives a key or secret; its name does", async () => {
    const { call } = under("*", "OPENAI_*", "WIKI_TOKEN");
    expect(await faultOf(call("get", { name: "OPENAI_API_KEY" }))).toStartWith("grant.rule: ");
    expect(await call("get", { name: "WIKI_TOKEN" })).toBe("canary");
    expect(await call("names")).toEqual(["APP_EMPTY", "APP_MODE", "HOME", "WIKI_TOKEN"]);
  });

  test("warns of what is too wide", async () => {
    expect(await under("*").findings()).toMatchObject([{ severity: "warning", path: "names.0" }]);
    expect(await under("HOME", "APP_*").findings()).toEqual([]);
  });
});

test.each([
  ["APP_*", "APP_", true],
  ["APP_*", "APP", false],
  ["*_X", "A_X", true],
  ["A*B*C", "AxBxC", true],
  ["A*B*C", "AC", false],
  ["A*A", "A", false],
  ["A*B*B", "AB", false],
  ["*", "", true],
  ["a.c", "abc", false],
  [`${"*a".repeat(50)}*b`, "a".repeat(5000), false],
] as const)("%s covers %s: %p", (pattern, name, covers) => {
  expect(coversVariable([pattern], name, () => false)).toBe(covers);
});

test("a key is known in any case, and the file's variables are there", async () => {
  const real = await openVariables({ keys: ["OPENAI_API_KEY"] });
  expect(real.isKey("openai_Api_Key")).toBe(true);
  expect(real.get("PATH")).toBe(process.env["PATH"]);
  expect(real.names()).toContain("PATH");
});
