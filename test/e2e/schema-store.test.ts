import { statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, setDefaultTimeout, test } from "bun:test";
import { makeFolder, runBinary, TEST_TIME } from "./binary.ts";

setDefaultTimeout(TEST_TIME);

/** Each saves a schema of its own and prints its number. */
const SAVE = {
  lua: 'print(schema.save("bird", {[spell.parameters.key] = "string"}).version)',
  javascript: 'console.log((await schema.save("bird", {[spell.parameters.key]: "string"})).version)',
  tengo:
    'fields := {}; fields[spell.parameters.key] = "string"; import("fmt").println(schema.save("bird", fields).version)',
};
/** How many there are, and whether one of them is the current one. */
const COUNT = {
  lua: 'print(#schema.versions("bird"), schema.list()[1].current > 0)',
  javascript: 'console.log((await schema.versions("bird")).length + "\t" + ((await schema.list())[0].current > 0))',
  tengo: `
    versions := schema.versions("bird")
    if is_error(versions) { export versions }
    import("fmt").println(len(versions), "\t", schema.list()[0].current > 0)`,
};

const MAIN = { lua: "main.lua", javascript: "main.js", tengo: "main.tengo" };
const RUNS = [
  ["lua", "lua"],
  ["fengari", "lua"],
  ["javascript", "javascript"],
  ["tengo", "tengo"],
] as const;

const PROFILE = "extends: minimal\nbridges: { schema: { store: ./kept/schemas.db }, spell: {} }\n";

function makeProject(): string {
  const files: Record<string, string> = { "p.yaml": PROFILE, "kept/readme": "" };
  for (const [language, main] of Object.entries(MAIN)) {
    files[`save/${main}`] = SAVE[language as keyof typeof SAVE];
    files[`count/${main}`] = COUNT[language as keyof typeof COUNT];
  }
  files["save/spell.yaml"] = "parameters: { key: string }\n";
  return makeFolder(files);
}

test("runs in every language share one file of schemas, at the same time and afterwards", async () => {
  const cwd = makeProject();
  const run = (spell: string, engine: string, ...more: string[]) =>
    runBinary(["run", `./${spell}`, "--engine", engine, "--profile", "./p.yaml", "--no-journal", "-q", ...more], {
      cwd,
    });
  const saved = await Promise.all(
    [...RUNS, ...RUNS].map(([engine], index) => run("save", engine, "-p", `key=k${index}`)),
  );
  expect(saved.map(({ stderr }) => stderr)).toEqual(saved.map(() => ""));
  expect(saved.map(({ stdout }) => Number(stdout)).sort()).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
  const file = join(cwd, "kept/schemas.db");
  expect(statSync(file).mode & 0o777).toBe(0o600);
  for (const [engine] of RUNS) {
    expect(await run("count", engine)).toEqual({ stdout: "8\ttrue\n", stderr: "", status: 0 });
  }
  writeFileSync(file, "no schemas\n".repeat(500));
  for (const [engine] of RUNS) {
    const { stdout, stderr, status } = await run("count", engine);
    expect({ stdout, status }).toEqual({ stdout: "", status: 1 });
    expect(stderr).toStartWith(`error[schema.store]: "${file}" is no file of schemas: it is no SQLite file`);
  }
});

test("a file whose folder is not there is told before the run", async () => {
  const cwd = makeFolder({ "p.yaml": PROFILE, "main.lua": 'print("ran")' });
  const { stdout, stderr } = await runBinary(["run", "main.lua", "--profile", "./p.yaml"], { cwd });
  expect(stdout).toBe("");
  expect(stderr).toContain("is in a folder that does not exist");
});
