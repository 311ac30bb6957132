import { describe, expect, setDefaultTimeout, test as serial } from "bun:test";
import { cpSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { startModelServer } from "../model-server.ts";
import { makeFolder, runBinary, startBinary, TEST_TIME, until } from "./binary.ts";

setDefaultTimeout(TEST_TIME);

const test = serial.concurrent;

const SPELLS = join(import.meta.dir, "../../spells");
const GREET = 'local answer = llm.complete("Greet " .. spell.parameters.name)\nprint(answer)\nreturn {n = 1}\n';
const MANIFEST = "needs: [llm]\nparameters: { name: { type: string, default: Ada } }\n";
const POLITE = "mock: [Good day]\nexpect: { output: Good day, result: { n: 1 } }\n";

/** A folder with the spell greet, its cases, and the binary run in it. */
function project(cases: Readonly<Record<string, string>> = {}, files: Readonly<Record<string, string>> = {}) {
  const own = Object.entries(cases).map(([name, text]) => [`spells/greet/tests/${name}`, text] as const);
  const cwd = makeFolder({
    "spells/greet/spell.yaml": MANIFEST,
    "spells/greet/main.lua": GREET,
    ...Object.fromEntries(own),
    ...files,
  });
  const run = (args: readonly string[], options: { stdin?: string; env?: Record<string, string> } = {}) =>
    runBinary(["test", ...args], { cwd, ...options });
  const read = (path: string) => readFileSync(join(cwd, path), "utf8");
  const write = (path: string, text: string) => writeFileSync(join(cwd, path), text);
  return { cwd, run, read, write };
}

interface Report {
  readonly ok: boolean;
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  readonly cases: readonly {
    name: string;
    main: string;
    passed: boolean;
    differences: { path: string; message: string }[];
  }[];
}

async function report(run: ReturnType<typeof runBinary>): Promise<Report & { status: number | null }> {
  const { stdout, status } = await run;
  return { ...(JSON.parse(stdout) as Report), status };
}

test("the examples of this project do what their cases say, in each of their languages", async () => {
  const cwd = makeFolder();
  cpSync(SPELLS, join(cwd, "spells"), { recursive: true });
  const { status, ok, cases } = await report(runBinary(["test", "--json"], { cwd }));
  expect(cases.filter(({ passed }) => !passed)).toEqual([]);
  expect({ status, ok }).toEqual({ status: 0, ok: true });
  for (const name of readdirSync(SPELLS)) {
    const mains = readdirSync(join(SPELLS, name)).filter((file) => file.startsWith("main."));
    const own = readdirSync(join(SPELLS, name, "tests")).filter((file) => file.endsWith(".yaml"));
    expect(own).not.toEqual([]);
    for (const main of mains) {
      for (const file of own) {
        expect(cases).toContainEqual(expect.objectContaining({ name: file.slice(0, -5), main }));
      }
    }
  }
});

test("the case in the guide holds", async () => {
  const guide = readFileSync(join(import.meta.dir, "../../docs/durability.md"), "utf8");
  const [, polite = ""] = /```yaml\n(# greet[^]*?)```/.exec(guide) ?? [];
  const [, calls = ""] = /```yaml\n(expect:\n {2}calls:[^]*?)```/.exec(guide) ?? [];
  const { run, write } = project({ "polite.yaml": polite });
  const source = [
    'assert(spell.prompt("") == "the text of standard input")',
    'print(llm.complete("Greet " .. spell.parameters.name, {temperature = 0.2}))',
    "return {greeted = 1}",
  ].join("\n");
  write("spells/greet/main.lua", source);
  write("spells/greet/spell.yaml", "needs: [llm, spell]\nparameters: { name: string }\n");
  const { stderr, status } = await run([]);
  expect({ stderr, status }).toMatchObject({ status: 0 });
  write("spells/greet/tests/polite.yaml", calls);
  write("spells/greet/main.lua", "print(1)");
  expect(await report(run(["--json"]))).toMatchObject({ cases: [{ differences: [{ path: "calls.atLeast.0" }] }] });
});

describe("what is shown", () => {
  test("a line for each case, and the counts", async () => {
    const { run } = project({ "polite.yaml": POLITE });
    const { stdout, stderr, status } = await run([]);
    expect({ stdout, status }).toEqual({ stdout: "", status: 0 });
    expect(stderr).toMatch(/^spells\/greet\n✓ polite \(main\.lua\) \[.*\]\n\n1 passed, 0 failed \[.*\]\n$/);
  });

  test("what was expected and what came, with the line of the case", async () => {
    const wrong =
      "mock: [Good day]\nexpect:\n  output: |\n    Good\n    day\n  result: { n: 2 }\n  calls: { noneOf: [llm.*] }\n  usage: { llmCalls: 0 }\n";
    const { run } = project({ "wrong.yaml": wrong });
    const { stderr, status } = await run(["greet"]);
    expect(status).toBe(1);
    expect(stderr).toContain("  output is another (spells/greet/tests/wrong.yaml:3)\n");
    expect(stderr).toContain("  - Good\n  - day\n  + Good day\n");
    expect(stderr).toContain('  -   "n": 2\n  +   "n": 1\n');
    expect(stderr).toContain(
      '  there was llm.complete("Greet Ada") (spells/greet/main.lua:1) (spells/greet/tests/wrong.yaml:7)',
    );
    expect(stderr).toContain("  usage.llmCalls is 1, not 0 (spells/greet/tests/wrong.yaml:8)");
    expect(stderr).toContain("\n0 passed, 1 failed");
  });

  test("an unexpected error, with the spell's line", async () => {
    const { run, write } = project({ "polite.yaml": POLITE });
    write("spells/greet/main.lua", 'print("so far")\nerror("it \x1b[2Jbroke")\n');
    const { stderr, status } = await run([]);
    expect(status).toBe(1);
    expect(stderr).toContain("exit status is 1, not 0");
    expect(stderr).toContain("--> spells/greet/main.lua:2");
    expect(stderr).not.toContain("\x1b");
    expect(stderr).toContain("\\x1b[2Jbroke");
  });

  test("colours where they are wanted", async () => {
    const { run } = project({ "polite.yaml": POLITE });
    expect((await run([], { env: { FORCE_COLOR: "1" } })).stderr).toContain("\x1b[32m✓");
    expect((await run([])).stderr).not.toContain("\x1b");
  });

  test("as JSON and as JUnit XML", async () => {
    const { run, read } = project({ "a.yaml": POLITE, "b.yaml": "expect: { output: other }\n" });
    const found = await report(run(["--json", "--junit", "report.xml"]));
    expect(found).toMatchObject({ status: 1, ok: false, passed: 1, failed: 1, skipped: 0 });
    expect(found.cases[1]).toMatchObject({ name: "b", passed: false, differences: [{ path: "output" }] });
    expect(read("report.xml")).toContain(
      '<testsuites name="llmspell test" tests="2" failures="1" errors="0" skipped="0"',
    );
  });

  test("lists them, filters them, stops at the first that fails", async () => {
    const bad = "expect: { status: 4 }\n";
    const { run } = project({ "a.yaml": bad, "b.yaml": POLITE, "c.yaml": POLITE, "d.yaml": POLITE, "e.yaml": POLITE });
    const names = ["a", "b", "c", "d", "e"].map((name) => `spells/greet ${name} (main.lua)\n`);
    expect((await run(["--list"])).stdout).toBe(names.join(""));
    expect((await run(["--list", "--filter", "/ [bc] /"])).stdout).toBe(names.slice(1, 3).join(""));
    expect(await report(run(["--bail", "--json"]))).toMatchObject({ status: 1, passed: 0, failed: 1, skipped: 4 });
    expect(await report(run(["--json"]))).toMatchObject({ status: 1, passed: 4, failed: 1, skipped: 0 });
    const none = await run(["--filter", "nobody"]);
    expect(none.status).toBe(2);
    expect(none.stderr).toContain('No case holds "nobody"; there are 5');
  });
});

describe("where cases are", () => {
  test("of a file they are in a folder of its name; of the current folder they are its own", async () => {
    const cwd = makeFolder({
      "main.js": "console.log(1)",
      "other.tengo": 'spell := import("spell")\nspell.output("2")',
      "tests/one.yaml": "expect: { output: '1' }",
      "tests/other/two.yaml": "expect: { output: '2' }",
      "tests/other/below/not.yaml": "nonsense",
    });
    const all = await report(runBinary(["test", "--json"], { cwd }));
    expect(all.cases.map(({ name, main, passed }) => [name, main, passed])).toEqual([
      ["one", "main.js", true],
      ["two", "other.tengo", true],
    ]);
    expect((await report(runBinary(["test", "./other.tengo", "--json"], { cwd }))).cases).toHaveLength(1);
    expect((await report(runBinary(["test", "main.js", "--json"], { cwd }))).cases).toHaveLength(1);
  });

  test("a case runs in all languages, in that of its engine, or in those that are asked for", async () => {
    const { run } = project(
      { "all.yaml": POLITE, "one.yaml": `engine: javascript\n${POLITE}` },
      { "spells/greet/main.js": "console.log((await llm.complete('Greet')).text); export default { n: 1 }" },
    );
    const list = async (...args: string[]) => (await run(["--list", ...args])).stdout.match(/\w+ \(.*\)/g);
    expect(await list()).toEqual(["all (main.lua)", "all (main.js)", "one (main.js)"]);
    expect(await list("--engine", "fengari")).toEqual(["all (main.lua)"]);
  });
});

test("completion knows the cases", async () => {
  const { cwd } = project({ "polite.yaml": `description: Says it well\n${POLITE}` });
  const { stdout } = await runBinary(["complete", "--", "test", "greet", "--filter", "po"], { cwd });
  expect(stdout).toBe("polite\tSays it well\n:4\n");
});

describe("a case that is wrong", () => {
  const CASES: readonly (readonly [name: string, text: string, message: string])[] = [
    ["unknown key", "exepct: { status: 0 }", 'Unknown key "exepct" at the top level; did you mean "expect"?'],
    ["wrong type", "expect: { status: zero }", "expect.status must be a number"],
    ["no expectation", "description: none", "The case expects nothing"],
    [
      "unknown call",
      "expect: { calls: { noneOf: [file.write] } }",
      'There is no call "file.write"; did you mean "files.write"?',
    ],
    ["missing recording", "recording: none.jsonl", 'There is no recording "spells/greet/tests/none.jsonl"'],
    ["missing script", "mock: none.yaml\nexpect: { status: 0 }", 'There is no file "spells/greet/tests/none.yaml"'],
    ["wrong script", "mock: [{ txet: a }]\nexpect: { status: 0 }", 'did you mean "text"?'],
    ["other language", "engine: tengo\nexpect: { status: 0 }", "the spell has no main file in tengo"],
    ["unknown profile", "profile: standart\nexpect: { status: 0 }", 'did you mean "standard"?'],
    ["unknown parameter", "parameters: { nmae: a }\nexpect: { status: 0 }", 'did you mean "name"?'],
  ];
  for (const [name, text, message] of CASES) {
    test(`${name} is told, with exit status 2`, async () => {
      const { run } = project({ "wrong.yaml": text });
      const { stderr, status } = await run([]);
      expect(stderr).toContain(message);
      expect(status).toBe(2);
    });
  }

  test("no case at all, no such spell, a spell in the binary", async () => {
    const { run } = project();
    for (const [args, message] of [
      [[], "There is no case"],
      [["greet"], 'There is no case in "spells/greet/tests"'],
      [["gret"], 'did you mean "greet"?'],
      [["hello"], 'The spell "hello" is built in'],
    ] as const) {
      const { stderr, status } = await run(args);
      expect(stderr).toContain(message);
      expect(status).toBe(2);
    }
  });

  test("options that do not go together are told", async () => {
    const { run } = project({ "polite.yaml": POLITE });
    for (const [args, message] of [
      [["-p", "a=1"], "--param goes with --record"],
      [["--env-file", "x"], "--env-file goes with --record"],
      [["--record", "a"], "--record makes a case of one spell"],
      [["greet", "--record", "a", "--list"], "--list does not go with --record"],
      [["greet", "--record", "../a"], '"../a" is no name for a case'],
      [["hello", "--record", "a"], 'The spell "hello" is built in'],
      [["--filter", "/[/"], "is no regular expression"],
    ] as const) {
      const { stderr, status } = await run(args);
      expect(stderr).toContain(message);
      expect(status).toBe(2);
    }
  });
});

describe("a run with a mock", () => {
  test("sees the same time and chance each time, and reaches no provider", async () => {
    const source = [
      "local before = time.milliseconds()",
      "time.sleep(20)",
      'local answer = llm.complete("Hi", {model = "openai/gpt-5-mini"})',
      "return {before = before, slept = time.milliseconds() - before, chance = math.random(1000000), text = answer.text}",
    ].join("\n");
    const { run, write, read } = project({ "same.yaml": "mock: [Hello]\nexpect: { result: 0 }\n" });
    write("spells/greet/main.lua", source);
    const env = { OPENAI_API_KEY: "sk-never-used-anywhere", OPENAI_BASE_URL: "http://127.0.0.1:9/v1" };
    expect((await run(["--update"], { env })).status).toBe(0);
    expect(read("spells/greet/tests/same.yaml")).toContain(`before: ${Date.UTC(2026, 0, 1)}`);
    expect(read("spells/greet/tests/same.yaml")).toMatch(/slept: 20\b/);
    expect(read("spells/greet/tests/same.yaml")).toContain("text: Hello");
    expect((await run([])).status).toBe(0);
  });

  test("writes into a copy of the spell's folder, unless a profile elsewhere grants the real one", async () => {
    const { run, cwd, write, read } = project(
      {
        "copy.yaml": "profile: ../files.yaml\nexpect: { result: before }\n",
        "real.yaml": "profile: ../../../real.yaml\nexpect: { result: before }\n",
      },
      {
        "spells/greet/files.yaml": "extends: standard\nbridges: { files: { read: [data], write: [data] } }\n",
        "spells/greet/data/a.txt": "before",
        "real.yaml": "extends: standard\nbridges: { files: { read: [out], write: [out] } }\n",
        "out/a.txt": "before",
      },
    );
    const source = (folder: string) =>
      `local text = files.read("${folder}/a.txt")\nfiles.write("${folder}/a.txt", "after")\nreturn text`;
    write("spells/greet/main.lua", source("data"));
    const copied = await run(["--filter", "copy"]);
    expect({ stderr: copied.stderr, status: copied.status }).toMatchObject({ status: 0 });
    expect((await run(["--filter", "copy"])).status).toBe(0);
    expect(read("spells/greet/data/a.txt")).toBe("before");
    write("spells/greet/main.lua", source(join(cwd, "out")));
    expect((await run(["--filter", "real"])).status).toBe(0);
    expect(read("out/a.txt")).toBe("after");
  });

  test("leaves nothing behind, also where it is interrupted", async () => {
    const temporary = makeFolder();
    const { cwd, write } = project({ "slow.yaml": POLITE });
    write("spells/greet/main.lua", "time.sleep(50000)");
    const child = startBinary(["test"], { cwd, env: { TMPDIR: temporary } });
    expect(await until(() => readdirSync(temporary).some((name) => name.startsWith("llmspell-case-")))).toBe(true);
    child.kill("SIGINT");
    expect(await child.exited).toBe(130);
    expect(readdirSync(temporary)).toEqual([]);
    expect(existsSync(join(cwd, ".local"))).toBe(false);
  });
});

describe("a recording", () => {
  const LANGUAGES = [
    { file: "main.lua", engine: "lua", source: GREET, change: ["Greet ", "Meet "] },
    { file: "main.lua", engine: "fengari", source: GREET, change: ["Greet ", "Meet "] },
    {
      file: "main.js",
      engine: "javascript",
      source: "console.log((await llm.complete(`Greet ${spell.parameters.name}`)).text);\nexport default { n: 1 };\n",
      change: ["Greet ", "Meet "],
    },
    {
      file: "main.tengo",
      engine: "tengo",
      source:
        'fmt := import("fmt")\nanswer := llm.complete("Greet " + spell.parameters.name)\nfmt.println(answer.text)\nexport {n: 1}\n',
      change: ["Greet ", "Meet "],
    },
  ] as const;

  for (const { file, engine, source, change } of LANGUAGES) {
    test(`of ${file} in ${engine} is made with a server, replayed without, and fails at the first other call`, async () => {
      const server = await startModelServer();
      server.mock.onMessage("Greet Grace", { content: "Good evening, Grace. sk-secret-of-mine" });
      const cwd = makeFolder({ "spells/greet/spell.yaml": MANIFEST, [`spells/greet/${file}`]: source });
      const env = { OPENAI_BASE_URL: server.openaiBaseUrl, OPENAI_API_KEY: "sk-secret-of-mine" };
      const made = await runBinary(
        ["test", "greet", "--engine", engine, "--record", "grace", "-p", "name=Grace", "-m", "openai/gpt-5-mini"],
        {
          cwd,
          env,
          stdin: "My key is sk-secret-of-mine",
        },
      );
      expect({ stderr: made.stderr, status: made.status }).toMatchObject({ status: 0 });
      await server.close();
      const folder = join(cwd, "spells/greet/tests");
      const text = readFileSync(join(folder, "grace.yaml"), "utf8");
      expect(text).toContain("parameters:\n  name: Grace\n");
      expect(text).toContain("  result:\n    n: 1\n");
      expect(text).toContain("model: openai/gpt-5-mini\n");
      expect(text).toContain("input: My key is [redacted OPENAI_API_KEY]\n");
      expect(text).toContain("Good evening, Grace. [redacted OPENAI_API_KEY]");
      const recording = readFileSync(join(folder, "grace.jsonl"), "utf8");
      expect(recording).not.toContain("sk-secret");
      expect(recording).not.toContain(cwd);

      const again = await runBinary(["test"], { cwd });
      expect({ stderr: again.stderr, status: again.status }).toMatchObject({ status: 0 });
      expect(again.stderr).toContain(`✓ grace (${file})`);

      writeFileSync(join(cwd, "spells/greet", file), source.replace(...change));
      const other = await runBinary(["test"], { cwd });
      expect(other.status).toBe(1);
      expect(other.stderr).toContain("call 1 is not the recorded one");
      expect(other.stderr).toMatch(/- llm\.complete\("Greet Grace".*\) \(spells\/greet\/main\.\w+:\d\)/);
      expect(other.stderr).toMatch(/\+ llm\.complete\("Meet Grace".*\) \(spells\/greet\/main\.\w+:\d\)/);
    });
  }

  /** A project with a case that was recorded from the mock. */
  async function recorded() {
    const made = project();
    const { stderr, status } = await made.run(["greet", "--record", "polite"], { stdin: "" });
    expect({ stderr, status }).toMatchObject({ status: 0 });
    return made;
  }

  test("lets the end be another, and compares that with what is expected", async () => {
    const { run, write } = await recorded();
    write("spells/greet/main.lua", GREET.replace("n = 1", "n = 2").replace("print(answer)", 'print("I say", answer)'));
    const { stderr, status } = await run([]);
    expect(status).toBe(1);
    expect(stderr).toContain('  -   "n": 1\n  +   "n": 2\n');
    expect(stderr).toContain("output is another (spells/greet/tests/polite.yaml:");
    write("spells/greet/tests/polite.yaml", "recording: polite.jsonl\nexpect: { output: { contains: I say } }\n");
    expect((await run([])).status).toBe(0);
    write("spells/greet/tests/polite.yaml", "recording: polite.jsonl\n");
    expect((await run([])).stderr).toContain("result is not the recorded one");
  });

  test("is not gone beyond, and not left early", async () => {
    const { run, write } = await recorded();
    write("spells/greet/main.lua", `${GREET.replace("return", "llm.complete('More') return")}`);
    const more = await run([]);
    expect(more.status).toBe(1);
    expect(more.stderr).toContain("call 2 is not the recorded one");
    expect(more.stderr).toContain("- nothing more\n");
    write("spells/greet/main.lua", "return {n = 1}");
    const less = await run([]);
    expect(less.status).toBe(1);
    expect(less.stderr).toContain("call 1 is not the recorded one");
  });

  test("of another spell, cut, changed or no recording at all is told, with exit status 2", async () => {
    const { run, read, write } = await recorded();
    const file = "spells/greet/tests/polite.jsonl";
    const whole = read(file);
    for (const [text, message] of [
      [whole.slice(0, whole.length - 200), "cannot be used"],
      [whole.replace("Greet ", "Great "), "cannot be used"],
      ["hello", "cannot be used"],
      ["", "cannot be used"],
    ] as const) {
      write(file, text);
      const { stderr, status } = await run([]);
      expect(stderr).toContain("error[case.recording]");
      expect(stderr).toContain(message);
      expect(status).toBe(2);
    }
    write(file, whole);
    write("spells/greet/spell.yaml", `name: other\n${MANIFEST}`);
    const { stderr, status } = await run([]);
    expect(stderr).toContain('is that of the spell "greet", not of "other"');
    expect(status).toBe(2);
  });

  test("is written over only where that is said, and then says what changed", async () => {
    const { run, read, write, cwd } = await recorded();
    const before = read("spells/greet/tests/polite.jsonl");
    const refused = await run(["greet", "--record", "polite"]);
    expect(refused).toMatchObject({ status: 2, stderr: expect.stringContaining("is there already") });
    expect(read("spells/greet/tests/polite.jsonl")).toBe(before);

    write("spells/greet/main.lua", GREET.replace("Greet", "Meet").replace("n = 1", "n = 2"));
    write("spells/greet/tests/polite.yaml", `# mine\n${read("spells/greet/tests/polite.yaml")}`);
    const { stderr, status } = await run(["greet", "--update"]);
    expect({ stderr, status }).toMatchObject({ status: 0 });
    expect(stderr).toContain("updated spells/greet/tests/polite.jsonl recorded again\n");
    expect(stderr).toContain("updated spells/greet/tests/polite.yaml: expect.result\n");
    expect(read("spells/greet/tests/polite.yaml")).toStartWith("# mine\n");
    expect((await run([])).status).toBe(0);

    // A run that fails is nothing to expect.
    const kept = [read("spells/greet/tests/polite.jsonl"), read("spells/greet/tests/polite.yaml")];
    write("spells/greet/main.lua", 'error("it broke")');
    expect((await run(["greet", "--update"])).status).toBe(1);
    expect([read("spells/greet/tests/polite.jsonl"), read("spells/greet/tests/polite.yaml")]).toEqual(kept);
    rmSync(join(cwd, "spells/greet/tests/polite.yaml"));
    expect((await run(["greet", "--record", "polite"])).status).toBe(2);
  });

  test("of one language is no fault of another that is named, wherever one stands", async () => {
    const { run, cwd, write } = await recorded();
    write("spells/greet/main.js", "console.log((await llm.complete('Greet')).text); export default { n: 1 }");
    write("spells/greet/tests/all.yaml", POLITE);
    const js = await report(run(["spells/greet/main.js", "--json"]));
    expect(js.cases.map(({ name, main, passed }) => [name, main, passed])).toEqual([["all", "main.js", true]]);
    const inside = await report(runBinary(["test", "--json"], { cwd: join(cwd, "spells/greet") }));
    expect(inside).toMatchObject({ status: 0, passed: 3 });
    const made = await runBinary(["test", ".", "--record", "here"], { cwd: join(cwd, "spells/greet") });
    expect({ stderr: made.stderr, status: made.status }).toMatchObject({ status: 0 });
    expect(await report(run(["greet", "--json"]))).toMatchObject({ status: 0, passed: 4 });
  });

  test("is any run of the journal", async () => {
    const { run, cwd, write } = project();
    await runBinary(["run", "greet", "--journal", "runs.db"], { cwd });
    const exported = await runBinary(["runs", "export", "last", "--journal", "runs.db"], { cwd });
    write("spells/greet/late.jsonl", exported.stdout);
    await runBinary(["new", "other"], { cwd });
    cpSync(join(cwd, "other/tests"), join(cwd, "spells/greet/tests"), { recursive: true });
    write("spells/greet/tests/one-line.yaml", "recording: ../late.jsonl\n");
    expect(await report(run(["greet", "--json"]))).toMatchObject({ status: 0, passed: 1 });
  });

  test("has what is too long for a case", async () => {
    const { run, write, read } = project();
    write("spells/greet/main.lua", "local text = spell.input() print(#text) print(text)");
    write("spells/greet/spell.yaml", "needs: [spell]\n");
    const made = await run(["greet", "--record", "long"], { stdin: "ä".repeat(200_000) });
    expect({ stderr: made.stderr, status: made.status }).toMatchObject({ status: 0 });
    expect(read("spells/greet/tests/long.yaml")).toBe("engine: lua\nrecording: long.jsonl\n");
    write("spells/greet/main.lua", 'local text = spell.input() print(#text) print(text .. "!")');
    const { stderr, status } = await run([]);
    expect(status).toBe(1);
    expect(stderr).toContain("output is not the recorded one");
  });

  test("of a run that met a limit meets it again", async () => {
    const { run, write, read } = project({}, { "tight.yaml": "extends: standard\nlimits: { calls: 3 }\n" });
    write("spells/greet/main.lua", 'for i = 1, 9 do print(i) llm.complete("Hi") end');
    const made = await run(["greet", "--record", "tight", "--profile", "./tight.yaml"]);
    expect({ stderr: made.stderr, status: made.status }).toMatchObject({ status: 0 });
    const text = read("spells/greet/tests/tight.yaml");
    expect(text).toContain("profile: ../../../tight.yaml\n");
    expect(text).toContain("status: 4\n  error:\n    code: limit.calls\n");
    expect((await run([])).status).toBe(0);
  });

  test("of a run that failed expects that; what was read is in the case", async () => {
    const { run, read, write } = project();
    write("spells/greet/main.lua", 'error("no name: " .. spell.input())');
    write("spells/greet/spell.yaml", "needs: [spell]\n");
    const made = await run(["greet", "--record", "broken"], { stdin: "Ada, Grace" });
    expect({ stderr: made.stderr, status: made.status }).toMatchObject({ status: 0 });
    expect(read("spells/greet/tests/broken.yaml")).toContain("input: Ada, Grace\n");
    expect(read("spells/greet/tests/broken.yaml")).toContain("status: 1\n  error:\n    code: script.error\n");
    expect((await run([])).status).toBe(0);
    expect((await run(["--update"])).status).toBe(0);
  });
});
