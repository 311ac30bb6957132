import { describe, expect, test } from "bun:test";
import { join } from "node:path";
import { makeFolder, runBinary } from "./binary.ts";

const SPELLS = {
  "main.lua": `
local text = files.read("notes/a.txt")
files.write("out/b.txt", text)
print(llm.complete(spell.name), env.get("USER_NAME"))`,
  "main.js": `
const text = await files.read("notes/a.txt");
await files.write("out/b.txt", text);
console.log(\`\${await llm.complete(spell.name)}\\t\${await env.get("USER_NAME")}\`);`,
  "main.tengo": `
fmt := import("fmt")
t := files.read("notes/a.txt")
files.write("out/b.txt", t)
fmt.println(llm.complete(spell.name), "\\t", env.get("USER_NAME"))`,
};

const OUTPUT = 'Hello from the mock model. You asked: "x"\tAda\n';

function folderWith(main: keyof typeof SPELLS, more = ""): string {
  const files = { [`spells/x/${main}`]: SPELLS[main] + more, "notes/a.txt": "note", "out/.keep": "" };
  return makeFolder({ ...files, "notes/sub/c.txt": "c", "secret/s.txt": "s" });
}

const env = { USER_NAME: "Ada" };

describe.each(Object.keys(SPELLS) as (keyof typeof SPELLS)[])("what %s used", (main) => {
  test("is the least profile, which the run is happy with and which allows nothing else", async () => {
    const cwd = folderWith(main);
    const learned = await runBinary(["run", "-q", "--profile", "full", "--learn", "x"], { cwd, env });
    expect(learned.status).toBe(0);
    expect(learned.stdout).toStartWith(OUTPUT);
    const yaml = learned.stdout.slice(OUTPUT.length);
    for (const line of ["- ./notes", "- ./out", "- USER_NAME", "- mock/helper", "spell: {}"])
      expect(yaml).toContain(line);
    for (const other of ["http", "shell", "secret", "time"]) expect(yaml).not.toContain(`  ${other}:`);
    await Bun.write(join(cwd, "least.yaml"), yaml);
    const again = await runBinary(["run", "-q", "--profile", "./least.yaml", "x"], { cwd, env });
    expect(again).toEqual({ stdout: OUTPUT, stderr: "", status: 0 });
  });

  test("can be locked: a run and a source that need more fail", async () => {
    const cwd = folderWith(main);
    const locked = await runBinary(["run", "--profile", "full", "--lock", "x"], { cwd, env });
    expect(locked.stderr).toContain("spells/x/spell.lock.yaml holds what x used");
    expect(await runBinary(["run", "-q", "--locked", "x"], { cwd, env })).toMatchObject({ stdout: OUTPUT, status: 0 });
    expect(await runBinary(["check", "--locked", "x"], { cwd })).toMatchObject({ status: 0 });
    const file = join(cwd, "spells/x", main);
    const more = main === "main.js" ? 'await files.read("secret/s.txt")' : 'm := files.read("secret/s.txt")\nexport m';
    await Bun.write(file, `${SPELLS[main]}\n${main === "main.lua" ? 'files.read("secret/s.txt")' : more}`);
    const refused = await runBinary(["run", "-q", "--locked", "x"], { cwd, env });
    expect(refused.status).toBe(3);
    expect(refused.stderr).toContain('"secret/s.txt"');
    const module = main === "main.js" ? 'await http.get("http://x.test")' : 'h := http.get("http://x.test")';
    await Bun.write(file, `${SPELLS[main]}\n${main === "main.lua" ? 'http.get("http://x.test")' : module}`);
    const checked = await runBinary(["check", "--locked", "x"], { cwd });
    expect(checked.status).toBe(1);
    expect(checked.stdout + checked.stderr).toContain("does not grant http");
  });
});

describe("a lock", () => {
  test("that is not there is told, and goes with no profile", async () => {
    const cwd = folderWith("main.lua");
    const missing = await runBinary(["run", "--locked", "x"], { cwd });
    expect({ status: missing.status, named: missing.stderr.includes("spells/x/spell.lock.yaml") }).toEqual({
      status: 2,
      named: true,
    });
    expect((await runBinary(["run", "--locked", "--profile", "full", "x"], { cwd })).status).toBe(2);
    expect((await runBinary(["check", "--locked", "x"], { cwd })).status).toBe(1);
  });

  test("of a spell in the binary has no place", async () => {
    const { stderr, status } = await runBinary(["run", "--lock", "hello"]);
    expect(status).toBe(2);
    expect(stderr).toContain("has no folder for a lock");
  });

  test("of what is not on the disk is told as such, whatever the name looks like", async () => {
    const cwd = makeFolder({ plain: "return 1", "a.lua": "return 1" });
    const runs = [
      ["run", "hello", "--locked"],
      ["run", "-", "--engine", "lua", "--locked"],
      ["exec", "-e", "return 1", "--locked"],
    ];
    for (const args of runs) {
      const { stderr, status } = await runBinary(args, { cwd });
      expect(stderr).toContain("has no folder for a lock: it is not on the disk");
      expect(status).toBe(2);
    }
    const none = await runBinary(["run", "a.lua", "--locked"], { cwd });
    expect(none.stderr).toContain('a has no lock yet: there is no file "a.lock.yaml"');
    expect(none.stderr).toContain("fix: Make it from what a run uses: llmspell run --lock a.lua");
    expect((await runBinary(["run", "plain", "--engine", "lua", "--lock"], { cwd })).stderr).toContain(
      "plain.lock.yaml",
    );
  });
});

describe("a lock is of runs that ended well", () => {
  const LOCK = "lock.me.lock.yaml";
  const GOOD = "bridges:\n  llm: { models: [mock/helper] }\n";
  const cases: Readonly<Record<string, readonly [source: string, ...args: string[]]>> = {
    "a syntax error": ['llm.complete("x"'],
    "an error that nothing caught": ['error("x") llm.complete("x")'],
    "a limit": ['llm.complete("x")', "--limit", "llmCalls=0"],
    "a call that the lock itself denies": ['llm.complete("x", {model = "openai/gpt-5"})', "--locked"],
  };
  for (const [what, [source, ...args]] of Object.entries(cases)) {
    test(`${what} leaves the one that is there, and makes none`, async () => {
      const cwd = makeFolder({ "lock.me.lua": source, [LOCK]: GOOD, "none.lua": source });
      const run = await runBinary(["run", "-m", "mock", "lock.me.lua", "--lock", ...args], { cwd });
      expect(run.status).not.toBe(0);
      expect(run.stderr).toContain("the lock of lock.me.lua was left as it is, as the run did not end well");
      expect(await Bun.file(join(cwd, LOCK)).text()).toBe(GOOD);
      if (args.includes("--locked")) return;
      const none = await runBinary(["run", "-m", "mock", "none.lua", "--lock", ...args], { cwd });
      expect(none.stderr).toContain("no lock of none.lua was written, as the run did not end well");
      expect(await Bun.file(join(cwd, "none.lock.yaml")).exists()).toBe(false);
    });
  }

  test("a lock keeps the numbers of the grants that it was learned under", async () => {
    const cwd = makeFolder({
      "p.yaml": `extends: standard
bridges:
  llm: { maxTokens: 100, maxTimeout: 90s, maxRetries: 5 }
  files: { read: [.], maxFileBytes: 10KiB }
`,
      "a.lua": 'print(llm.complete("x")) print(#files.read("p.yaml"))',
    });
    expect((await runBinary(["run", "a.lua", "--lock", "-m", "mock", "--profile", "./p.yaml"], { cwd })).status).toBe(
      0,
    );
    const lock = await Bun.file(join(cwd, "a.lock.yaml")).text();
    expect(lock).toMatch(/^ +maxTokens: 100$/m);
    expect(lock).toMatch(/^ +maxTimeout: 90s$/m);
    expect(lock).toMatch(/^ +maxFileBytes: 10KiB$/m);
    expect(lock).not.toContain("maxFiles:");
    expect((await runBinary(["run", "a.lua", "--locked", "-m", "mock"], { cwd })).status).toBe(0);
  });

  test("who only lists models is granted no more of them than those that it asked for", async () => {
    const cwd = makeFolder({
      "l.lua": 'llm.providers() llm.models() print(#llm.models("mock"))',
      "n.lua": "llm.models()",
    });
    for (const [file, models] of [
      ["l", "models:\n      - mock/*\n"],
      ["n", "models: []\n"],
    ]) {
      expect((await runBinary(["run", `${file}.lua`, "--lock", "-m", "mock"], { cwd })).status).toBe(0);
      expect(await Bun.file(join(cwd, `${file}.lock.yaml`)).text()).toContain(`  llm:\n    ${models}`);
      expect((await runBinary(["run", `${file}.lua`, "--locked", "-m", "mock"], { cwd })).status).toBe(0);
    }
  });

  test("a module that was named and not called is granted with nothing in it", async () => {
    const cwd = makeFolder({ "m.lua": 'if spell.parameters.ask then print(llm.complete("x")) end' });
    expect((await runBinary(["run", "m.lua", "--lock", "-m", "mock"], { cwd })).status).toBe(0);
    expect(await Bun.file(join(cwd, "m.lock.yaml")).text()).toContain("  llm:\n    models: []\n");
    const common = ["run", "m.lua", "--locked", "-m", "mock"];
    expect((await runBinary(common, { cwd })).status).toBe(0);
    expect((await runBinary([...common, "-p", "ask=yes"], { cwd })).stderr).toContain("error[grant.rule]");
  });
});
