import { describe, expect, setDefaultTimeout, test as serial } from "bun:test";
import { makeFolder, runBinary, type RunResult, TEST_TIME } from "./binary.ts";

setDefaultTimeout(TEST_TIME);

const test = serial.concurrent;

/** Runs one file. */
function cast(
  name: string,
  source: string | Uint8Array,
  options: readonly string[] = [],
  more: Record<string, string> = {},
): Promise<RunResult> {
  return runBinary(["run", name, ...options], { cwd: makeFolder({ [name]: source, ...more }) });
}

/** Expects a failure on standard error alone, and answers its text. */
function failure({ stdout, stderr, status }: RunResult, code: string, exit: number): string {
  expect({ stdout, status, first: stderr.split(":")[0] }).toEqual({
    stdout: "",
    status: exit,
    first: `error[${code}]`,
  });
  expect(stderr).not.toContain("\u001b");
  return stderr;
}

describe("a spell that is not there", () => {
  test("by name, by path, a folder without a main file", async () => {
    const cwd = makeFolder({ "empty/notes.txt": "", "greet.lua": "" });
    const [name, path, near, folder] = await Promise.all([
      runBinary(["run", "helo"], { cwd }),
      runBinary(["run", "./nosuch.lua"], { cwd }),
      runBinary(["run", "./gret.lua"], { cwd }),
      runBinary(["run", "empty"], { cwd }),
    ]);
    expect(failure(name, "spell.not-found", 2)).toContain('There is no spell "helo"; did you mean "hello"?');
    expect(failure(path, "spell.not-found", 2)).toContain("llmspell list");
    expect(failure(near, "spell.not-found", 2)).toContain('did you mean "greet.lua"?');
    expect(failure(folder, "spell.not-found", 2)).toContain('The folder "empty" has no main file (main.lua');
  });

  test("no engine for its ending, or no ending", async () => {
    const [python, none] = await Promise.all([cast("spell.py", "1"), cast("spell", "1")]);
    expect(failure(python, "spell.unknown-extension", 2)).toContain('the ending ".py"; spells end in .lua, .js');
    expect(failure(none, "spell.unknown-extension", 2)).toContain("--engine");
    expect((await cast("spell", "return 1", ["--engine", "lua"])).stdout).toBe("1\n");
  });

  test("an unknown engine", async () => {
    expect(failure(await cast("a.lua", "", ["--engine", "lau"]), "engine.unknown", 2)).toContain('did you mean "lua"?');
  });
});

describe("a source that cannot be read", () => {
  test("not UTF-8: the line is named", async () => {
    const bytes = new Uint8Array([...Buffer.from("print(1)\nprint('"), 0xff, 0xfe, ...Buffer.from("')\n")]);
    expect(failure(await cast("a.lua", bytes), "spell.unreadable", 2)).toContain("--> a.lua:2");
  });

  test("over the limit", async () => {
    const large = `--${"x".repeat(1024 * 1024)}`;
    expect(failure(await cast("a.lua", large), "limit.source", 4)).toContain("limits.source = 1048576");
    const profile = "extends: standard\nlimits: { source: 10 }\n";
    expect(
      failure(
        await cast("a.lua", "print('longer')", ["--profile", "p.yaml"], { "p.yaml": profile }),
        "limit.source",
        4,
      ),
    ).toContain("10 bytes");
  });
});

describe("a syntax error has its line and a caret", () => {
  for (const [name, source, position, line] of [
    ["a.lua", "print(1)\nlocal x = = 1\n", "a.lua:2:11", "local x = = 1"],
    ["a.js", "const a = 1;\nconst b = = 2;\n", "a.js:2:11", "const b = = 2;"],
    ["a.ts", "const a: number = 1;\nconst b: number = = 2;\n", "a.ts:2:19", "const b: number = = 2;"],
  ] as const) {
    test(name, async () => {
      const text = failure(await cast(name, source), "script.syntax", 1);
      const [place = ""] = /--> \S+/.exec(text) ?? [];
      // Lua tells the line only; where it has a column, the caret is in the line.
      expect(place).toStartWith(`--> ${position.slice(0, position.lastIndexOf(":"))}`);
      if (!name.endsWith(".lua")) expect(place).toBe(`--> ${position}`);
      expect(text).toContain(` 2 | ${line}\n`);
      expect(text).toMatch(/^ {3}\| +\^$/m);
    });
  }

  test("TypeScript that is more than types says what to write", async () => {
    const text = failure(await cast("a.ts", "const a = 1;\nenum X { A }\n"), "script.syntax", 1);
    expect(text).toContain("--> a.ts:2:1");
    expect(text).toContain(" 2 | enum X { A }");
    expect(text).toContain("fix: Write it without syntax that needs code of its own");
  });

  test("in a module of the spell", async () => {
    const [lua, js] = await Promise.all([
      cast("a.lua", 'require("b")', [], { "b.lua": "return 1 +\n" }),
      cast("a.js", 'import "./b.js";', [], { "b.js": "\nconst = 1;" }),
    ]);
    expect(failure(lua, "script.syntax", 1)).toMatch(/--> b\.lua:[12]/);
    expect(failure(js, "script.syntax", 1)).toContain("--> b.js:2");
  });
});

describe("a name of a module that is a folder's", () => {
  const files = { "lib/init/main.lua": "", "lib/p/init.lua": "return 5" };

  test("is not found where the spell runs, and what it may stand for besides is", async () => {
    const js = `const which = "b"; const code = (name) => import(name).catch((e) => e.code);
      console.log(await import("./lib/" + which + ".js").catch((e) => e.code), await code("./lib/init"));
      await import("./lib").catch((e) => console.log(e.code));`;
    const [script, lua] = await Promise.all([
      cast("a.js", js, [], files),
      cast("a.lua", 'print(pcall(function() return require("lib/init") end) == false, require("lib/p"))', [], files),
    ]);
    const missing = "script.module-not-found";
    expect(script).toMatchObject({ stdout: `${missing} ${missing}\n${missing}\n`, stderr: "", status: 0 });
    expect(lua).toMatchObject({ stdout: "true\t5\n", stderr: "", status: 0 });
  });

  test("is no error of check", async () => {
    const cwd = makeFolder({ "a.js": 'await import("./lib/" + 1 + ".js").catch(() => import("./lib"))', ...files });
    expect(await runBinary(["check", "a.js"], { cwd })).toMatchObject({ stderr: "", status: 0 });
  });
});

describe("an uncaught error inside nested calls has its stack", () => {
  test("Lua, with a code of its own", async () => {
    const source = `local function c() error({code = "my.code", message = "deep"}) end
local function b() c() end
local function a() b() end
a()`;
    const text = failure(await cast("a.lua", source), "my.code", 1);
    expect(text).toContain("error[my.code]: deep\n  --> a.lua:1");
    for (const level of ["at c (a.lua:1", "at b (a.lua:2", "at a (a.lua:3", "at the main part (a.lua:4"])
      expect(text).toContain(level);
  });

  test("JavaScript, across an await", async () => {
    const source = `function c() { throw new TypeError("deep"); }
const b = () => c();
async function a() { await null; b(); }
await a();`;
    const text = failure(await cast("a.js", source), "script.error", 1);
    expect(text).toContain("error[script.error]: TypeError: deep\n  --> a.js:1:");
    for (const level of ["at c (a.js:1:", "at b (a.js:2:", "at a (a.js:3:"]) expect(text).toContain(level);
  });

  test("TypeScript, at the places that the person wrote", async () => {
    const source = `interface Long {
  x: string;
}
function c(t: Long): never { throw new Error(\`deep \${t.x}\`); }
c({ x: "y" } satisfies Long);`;
    const text = failure(await cast("a.ts", source), "script.error", 1);
    expect(text).toMatch(/--> a\.ts:4:(3\d|4\d)\n/);
    expect(text).toContain(" 4 | function c(t: Long): never");
    expect(text).toContain("at the main part (a.ts:5:1)");
  });

  test("a script's text cannot steer the terminal", async () => {
    const text = failure(await cast("a.lua", 'error("\\27[2J\\27]0;owned\\7 \\226\\128\\174x")'), "script.error", 1);
    expect(text).toContain("\\x1b[2J");
    expect(text).not.toMatch(/[\u0000-\u0009\u001b\u202e]/);
  });

  test("what was printed before is kept", async () => {
    const run = await cast("a.lua", 'print("before") error("after")');
    expect(run).toMatchObject({ stdout: "before\n", status: 1 });
  });
});

describe("parameters", () => {
  const manifest = `parameters:
  topic: { type: string, required: true }
  count: { type: integer, default: 1 }
  style: { type: string, enum: [short, long] }
`;
  for (const [args, message] of [
    [[], '"topic"'],
    [["-p", "topic=x", "-p", "count=two"], '"count" must be a whole number'],
    [["-p", "topic=x", "-p", "stlye=short"], 'did you mean "style"?'],
    [["-p", "topic=x", "-p", "style=shrt"], 'did you mean "short"?'],
  ] as const) {
    test(args.join(" ") || "none", async () => {
      const text = failure(await cast("main.lua", "", args, { "spell.yaml": manifest }), "spell.parameter", 2);
      expect(text).toContain(message);
    });
  }

  test("that are no key=value", async () => {
    expect(failure(await cast("a.lua", "", ["-p", "topic"]), "usage", 2)).toContain('given as key=value, not "topic"');
  });

  test("come typed to the spell", async () => {
    const source = "return {spell.parameters.topic, math.type(spell.parameters.count), spell.parameters.style == nil}";
    const run = await cast("main.lua", source, ["-p", "topic=a=b", "-p", "count=3"], { "spell.yaml": manifest });
    expect(JSON.parse(run.stdout)).toEqual(["a=b", "integer", true]);
  });
});

describe("names that are none: the nearest is offered", () => {
  test("a profile", async () => {
    expect(failure(await runBinary(["run", "hello", "--profile", "standrd"]), "profile.not-found", 2)).toContain(
      'did you mean "standard"?',
    );
    expect(failure(await runBinary(["run", "hello", "--profile", "./p.yaml"]), "profile.not-found", 2)).toContain(
      '"p.yaml"',
    );
  });

  test("a bridge in spell.yaml and in a profile", async () => {
    const manifest = failure(await cast("main.lua", "", [], { "spell.yaml": "needs: [lmm]\n" }), "spell.manifest", 2);
    expect(manifest).toContain('did you mean "llm"?');
    expect(manifest).toContain("--> spell.yaml:1:9\n");
    expect(manifest).toContain(" 1 | needs: [lmm]\n");
    const profile = failure(
      await cast("a.lua", "", ["--profile", "p.yaml"], { "p.yaml": "bridges: { lmm: {} }\n" }),
      "profile.invalid",
      2,
    );
    expect(profile).toContain('did you mean "llm"?');
    expect(profile).toContain("--> p.yaml:1:12\n");
  });

  test("a command, an option, a choice", async () => {
    const [command, help, option, choice, below] = await Promise.all([
      runBinary(["rn", "hello"]),
      runBinary(["rn", "--help"]),
      runBinary(["run", "hello", "--modle", "mock"]),
      runBinary(["run", "hello", "--log-level", "lod"]),
      runBinary(["profile", "shw"]),
    ]);
    expect(failure(command, "usage", 2)).toContain('There is no command "rn"; did you mean "run"?');
    expect(failure(help, "usage", 2)).toContain('did you mean "run"?');
    expect(failure(option, "usage", 2)).toContain('Unknown option "--modle"; did you mean --model?');
    expect(failure(option, "usage", 2)).toContain("See llmspell run --help");
    expect(failure(choice, "usage", 2)).toContain("debug, info, warn, error");
    expect(failure(below, "usage", 2)).toContain('did you mean "show"?');
  });

  test("a spell is missing, or one too many", async () => {
    expect(failure(await runBinary(["run"]), "usage", 2)).toContain("run needs a spell");
    expect(failure(await runBinary(["run", "hello", "extra"]), "usage", 2)).toContain("-p key=value");
  });
});

describe("what YAML may not hold", () => {
  for (const [what, yaml, message] of [
    ["an unknown key", "limits: { wallTme: 2m }", 'did you mean "wallTime"?'],
    ["a key twice", "limits: {}\nlimits: {}", "limits"],
    ["an alias", "bridges: &a {}\nlimits: *a", "p.yaml:"],
    ["a tag", "description: !!str x", "p.yaml:1:"],
    ["a duration without a unit", "limits: { wallTime: 60 }", "60"],
    ["a wrong type", "bridges: []", "bridges"],
    ["broken syntax", "limits: {", "p.yaml:"],
    ["two documents", "limits: {}\n---\nlimits: {}", "p.yaml:"],
    ["a circle", "extends: ./p.yaml", "p.yaml"],
    ["a base that is not there", "extends: nosuch", "nosuch"],
  ] as const) {
    test(what, async () => {
      const run = await cast("a.lua", "", ["--profile", "./p.yaml"], { "p.yaml": `${yaml}\n` });
      expect(run.status).toBe(2);
      expect(run.stdout).toBe("");
      expect(run.stderr).toMatch(/^error\[profile\.(invalid|not-found)\]: /);
      expect(run.stderr).toContain(message);
      expect(run.stderr).toMatch(/--> p\.yaml:\d+:\d+/);
    });
  }
});

describe("exit statuses", () => {
  test("3: denied", async () => {
    const [needs, bridge, model, engine] = await Promise.all([
      runBinary(["run", "hello", "--profile", "minimal"]),
      runBinary(["exec", "-e", 'llm.complete("x")', "--profile", "minimal"]),
      cast("a.lua", 'llm.complete("x", {model = "mock"})', ["--profile", "p.yaml"], {
        "p.yaml": "extends: standard\nbridges: { llm: { models: ['openai/*'] } }\n",
      }),
      cast("a.lua", "", ["--profile", "p.yaml"], { "p.yaml": "engines: [javascript]\n" }),
    ]);
    expect(failure(needs, "grant.needs", 3)).toContain("llm: {}");
    expect(failure(bridge, "grant.bridge", 3)).toContain("--> exec:1");
    const refused = failure(model, "grant.rule", 3);
    expect(refused).toContain("mock/helper");
    // What would mend it goes past the script, which passes on the error without it.
    expect(refused).toContain("fix: Under bridges: in the profile: llm:");
    expect(failure(engine, "grant.engine", 3)).toContain("engines: [javascript, lua]");
  });

  test("4: limits, with the output so far", async () => {
    const profile = "extends: standard\nlimits: { fuel: 1M, output: 100, calls: 3 }\n";
    const limited = (source: string, name = "a.lua") =>
      cast(name, source, ["--profile", "p.yaml"], { "p.yaml": profile });
    const [fuel, wall, output, calls, loop] = await Promise.all([
      limited("print('first') while true do end"),
      cast("a.lua", "print('first') time.sleep(600000)", ["--profile", "p.yaml"], {
        "p.yaml": "extends: standard\nlimits: { wallTime: 2s }\n",
      }),
      limited("while true do print('0123456789') end"),
      limited("for i = 1, 5 do time.now() end"),
      limited("console.log('first'); while (true) {}", "a.js"),
    ]);
    expect(fuel).toMatchObject({ stdout: "first\n", status: 4 });
    expect(fuel.stderr).toStartWith("error[limit.fuel]");
    expect(wall).toMatchObject({ stdout: "first\n", status: 4 });
    expect(wall.stderr).toStartWith("error[limit.wall-time]");
    expect(output).toMatchObject({ status: 4 });
    expect(output.stdout).toHaveLength(100);
    expect(output.stderr).toStartWith("error[limit.output]");
    expect(calls.stderr).toStartWith("error[limit.calls]");
    expect(loop).toMatchObject({ stdout: "first\n", status: 4 });
  });

  test("4: lines of the log count as output, where they are shown, and the limit cannot be caught", async () => {
    const log = 'for i = 1, 20 do pcall(log.info, ("x"):rep(90)) end print("went on")';
    const run = (...more: string[]) => runBinary(["exec", "--limit", "output=1kB", ...more, "-e", log]);
    const [shown, hidden] = await Promise.all([run(), run("--log-level", "warn")]);
    expect([shown.status, shown.stdout]).toEqual([4, ""]);
    expect(shown.stderr.match(/^info: x{90}$/gm)).toHaveLength(10);
    expect(shown.stderr).toContain("error[limit.output]: The spell printed more than limits.output = 1000 bytes");
    expect([hidden.status, hidden.stdout]).toEqual([0, "went on\n"]);
  });

  test("a spell that is ended while much is on its way to it leaves no word of pipes", async () => {
    const code = "await Promise.all(Array.from({ length: 3e5 }, (_, i) => json.encode(i)))";
    const { stderr, status } = await runBinary(["exec", "--engine", "javascript", "-e", code]);
    expect(status).toBe(4);
    expect(stderr).toStartWith("error[limit.calls]");
  });

  test("1 and 2 with --json: one object on standard output", async () => {
    const [failed, usage, done] = await Promise.all([
      cast("a.lua", 'print("x") io.write("y")', ["--json"]),
      runBinary(["run", "hello", "--json", "-p", "bad=1"]),
      runBinary(["run", "hello", "--json", "-q"]),
    ]);
    expect(JSON.parse(failed.stdout)).toMatchObject({
      spell: "a",
      status: "failed",
      output: "x\n",
      error: { code: "script.error", position: { file: "a.lua", line: 1 } },
    });
    expect(failed.status).toBe(1);
    expect(JSON.parse(usage.stdout)).toMatchObject({ status: "failed", error: { code: "spell.parameter" } });
    expect(usage.status).toBe(2);
    expect(done.stderr).toBe("");
    expect(JSON.parse(done.stdout)).toMatchObject({
      spell: "hello",
      status: "done",
      result: null,
      output: 'Hello from the mock model. You asked: "Write one line about the sea"\n',
      usage: { calls: 1, llmCalls: 1 },
    });
  });
});
