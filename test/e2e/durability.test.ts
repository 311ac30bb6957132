import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { answeredEffects, runCut, runKilled, runWhole, type CrashBench, type CrashResult } from "../crash-runs.ts";
import { startCountingServer, type CountingServer } from "../crash-spell.ts";
import { BINARY, environment, makeFolder, NOWHERE, runBinary, startBinary, TEST_TIME, until } from "./binary.ts";
import { NO_TERMINAL, openTerminal } from "./terminal.ts";

setDefaultTimeout(TEST_TIME);

const ENGINES = ["lua", "fengari", "javascript", "tengo"];
let server: CountingServer;
let bench: CrashBench;

beforeAll(() => {
  server = startCountingServer();
  bench = { command: [BINARY], env: environment(), server, makeFolder: () => makeFolder(), model: ["-m", "mock"] };
});

afterAll(() => server.close());

/** What must be the same, however often the run was taken up. Lines of the log may be there twice: appending is at least once. */
function endOf({ status, output, result, log, last }: CrashResult) {
  return { status, output, result, log: [...new Set(log.split("\n"))], last };
}

/** Where files that were written before are not there: the run is resumed in another folder. */
function resultOf({ status, output, result }: CrashResult) {
  return { status, output, result };
}

describe("a crash", () => {
  for (const engine of ENGINES) {
    test(`${engine}: at any place of the journal, the resumed run ends as the whole one`, async () => {
      const whole = await runWhole(bench, engine);
      expect(whole).toMatchObject({ status: 0, last: 'Hello from the mock model. You asked: "a stream"' });
      // bench/crash.ts takes all places.
      for (let count = 1; count <= whole.entries.length; count += 13) {
        const cut = await runCut(bench, whole, count);
        expect([count, resultOf(cut)]).toEqual([count, resultOf(whole)]);
        const answered = answeredEffects(whole.entries.slice(0, count));
        const again = cut.effects.filter(({ key }) => answered.has(key.split("-")[1] ?? ""));
        expect([count, again]).toEqual([count, []]);
      }
    });

    test(`${engine}: a killed process is resumed, each effect once or by the same key`, async () => {
      const whole = await runWhole(bench, engine);
      for (const [index, victim] of (["broker", "child", "both"] as const).entries()) {
        const resumed = await runKilled(bench, engine, { number: 2 + 3 * index, victim, afterMs: index });
        expect([victim, endOf(resumed)]).toEqual([victim, endOf(whole)]);
        const keys = Map.groupBy(resumed.effects, ({ key }) => key);
        expect(keys.size).toBe(whole.effects.length);
        // Three fibers at most had a request under way.
        expect(resumed.effects.length - keys.size).toBeLessThanOrEqual(3);
        expect([...keys.values()].every((effects) => new Set(effects.map(({ path }) => path)).size === 1)).toBe(true);
      }
    });
  }

  test("without a process of its own a run is resumed as well", async () => {
    const whole = await runWhole(bench, "lua", "none");
    const cut = await runCut(bench, whole, Math.floor(whole.entries.length / 2), "none");
    expect(resultOf(cut)).toEqual(resultOf(whole));
  });
});

/** Kills a run's broker when its `number`-th request arrives. */
async function killedAt(number: number, child: ReturnType<typeof startBinary>): Promise<void> {
  const arrived = Promise.withResolvers<void>();
  server.onRequest = (count) => {
    if (count !== number) return;
    child.kill("SIGKILL");
    arrived.resolve();
  };
  await arrived.promise;
  await child.exited;
  server.onRequest = () => {};
}

const SLOW = `print("one", llm.complete("first"))
spell.prompt("go? ")
print("two", llm.complete("second"))
return {n = 2}
`;

/** A run of SLOW that waits for its line. */
async function waiting(options: readonly string[] = []) {
  const cwd = makeFolder({ "slow.lua": SLOW });
  const child = startBinary(["run", "slow.lua", "--journal", "j.db", ...options], { cwd });
  const rows = async () =>
    JSON.parse((await runBinary(["runs", "list", "--journal", "j.db", "--json"], { cwd })).stdout || "[]");
  const isWaiting = async () => {
    const [row] = (await rows()) as { calls: number }[];
    return row !== undefined && row.calls >= 1;
  };
  expect(await until(isWaiting)).toBe(true);
  return { cwd, child };
}

describe("resume", () => {
  test("goes on with an interrupted run; the first output is there again", async () => {
    const { cwd, child } = await waiting();
    child.kill("SIGINT");
    expect(await child.exited).toBe(130);
    expect(await child.stderr.text()).toContain("llmspell resume ");
    const { stdout, status } = await runBinary(["resume", "last", "--journal", "j.db"], { cwd, stdin: "yes\n" });
    expect([status, stdout]).toEqual([
      0,
      'one\tHello from the mock model. You asked: "first"\ntwo\tHello from the mock model. You asked: "second"\n{\n  "n": 2\n}\n',
    ]);
    const again = await runBinary(["resume", "last", "--journal", "j.db"], { cwd });
    expect([again.status, again.stderr.split(":")[0]]).toEqual([2, "error[run.ended]"]);
  });

  test("is refused while the run is alive, and the second of two at once", async () => {
    const { cwd, child } = await waiting();
    const busy = await runBinary(["resume", "last", "--journal", "j.db"], { cwd });
    expect([busy.status, busy.stderr.split(":")[0]]).toEqual([2, "error[journal.busy]"]);
    child.kill("SIGKILL");
    await child.exited;
    const both = await Promise.all(
      [1, 2].map(() => runBinary(["resume", "last", "--journal", "j.db"], { cwd, stdin: "y\n" })),
    );
    const codes = both.map(({ status, stderr }) => `${status} ${/^error\[(.*?)\]/.exec(stderr)?.[1] ?? ""}`).sort();
    expect(codes[0]).toBe("0 ");
    expect(codes[1]).toMatch(/^2 (journal\.busy|run\.ended)$/);
  });

  test("a call that may have had its effect is repeated only where that is said", async () => {
    const cwd = makeFolder({
      "post.lua": `http.post("http://127.0.0.1:${server.port}/once", "x") return "sent"`,
      "p.yaml": `extends: minimal\nbridges: { http: { allow: ["POST http://127.0.0.1:${server.port}/**"] } }\n`,
    });
    server.effects.splice(0);
    const child = startBinary(["run", "post.lua", "--profile", "./p.yaml", "--journal", "j.db"], { cwd });
    await killedAt(1, child);
    const refused = await runBinary(["resume", "last", "--journal", "j.db"], { cwd });
    expect([refused.status, refused.stderr]).toEqual([
      3,
      expect.stringMatching(/^error\[journal\.in-flight\]: Nobody knows whether call 1, http\.post\(.*had its effect/),
    ]);
    const repeated = await runBinary(["resume", "last", "--repeat-unsafe", "--journal", "j.db"], { cwd });
    expect([repeated.status, repeated.stdout]).toEqual([0, "sent\n"]);
    const keys = server.effects.splice(0).map(({ key }) => key);
    expect([keys.length, new Set(keys).size]).toEqual([2, 1]);
  });

  test("an unknown run offers the nearest, and a missing folder is named", async () => {
    const cwd = makeFolder({ "a.lua": "return 1" });
    await runBinary(["run", "a.lua", "--journal", "j.db"], { cwd });
    const unknown = await runBinary(["resume", "zzz", "--journal", "j.db"], { cwd });
    expect([unknown.status, unknown.stderr.split(":")[0]]).toEqual([2, "error[run.unknown]"]);
    const nothing = await runBinary(["replay", "last", "--journal", "none.db"], { cwd });
    expect([nothing.status, nothing.stderr.split(":")[0]]).toEqual([2, "error[journal.open]"]);
  });
});

/** Every example in each of its languages, and Lua's on fengari too. */
const EXAMPLES = readdirSync(join(import.meta.dir, "../../spells")).flatMap((name) =>
  readdirSync(join(import.meta.dir, "../../spells", name))
    .filter((file) => /^main\.(lua|js|ts|tengo)$/.test(file))
    .flatMap((file) => {
      const engine = { lua: "lua", js: "javascript", ts: "javascript", tengo: "tengo" }[file.slice(5)] ?? "";
      return engine === "lua"
        ? [
            [`${name}/${file}`, "lua"],
            [`${name}/${file}`, "fengari"],
          ]
        : [[`${name}/${file}`, engine]];
    }),
) as [string, string][];

describe("replay", () => {
  test.each(EXAMPLES)("%s on %s: byte for byte, with no model and no network", async (spell, engine) => {
    const cwd = makeFolder();
    const options = ["--engine", engine, "--journal", "j.db", "-q"];
    const first = await runBinary(["run", spell, ...options], { cwd, stdin: "What is a wren?\nAnd an owl?\n" });
    expect(first.status).toBe(0);
    const env = { OPENAI_BASE_URL: NOWHERE, ANTHROPIC_BASE_URL: NOWHERE };
    expect(await runBinary(["replay", "last", "--journal", "j.db"], { cwd, env })).toEqual(first);
  });

  test("--speed takes the time that the run took, divided", async () => {
    const cwd = makeFolder({ "a.lua": "time.sleep(400) print(1)" });
    await runBinary(["run", "a.lua", "--journal", "j.db", "-q"], { cwd });
    const began = performance.now();
    const { stdout } = await runBinary(["replay", "last", "--speed", "1", "--journal", "j.db"], { cwd });
    // Never faster: how much slower is the machine's business.
    expect([stdout, performance.now() - began > 390]).toEqual(["1\n", true]);
  });

  test("a failed run fails again, in the same place", async () => {
    const cwd = makeFolder({ "bad.lua": `print(llm.complete("x"))\nerror({code = "mine", message = "no"})` });
    const first = await runBinary(["run", "bad.lua", "--journal", "j.db", "-q"], { cwd });
    expect(first.status).toBe(1);
    expect(await runBinary(["replay", "last", "--journal", "j.db"], { cwd })).toEqual(first);
  });

  test("a changed source diverges: both calls and their lines", async () => {
    const source = `local a = llm.complete("one")\nlocal b = llm.complete("two")\nprint(a, b)`;
    const cwd = makeFolder({ "a.lua": source, "b.lua": `-- changed\n${source.replace("two", "three")}` });
    await runBinary(["run", "a.lua", "--journal", "j.db", "-q"], { cwd });
    const { stderr, stdout, status } = await runBinary(["replay", "last", "--source", "b.lua", "--journal", "j.db"], {
      cwd,
    });
    expect([status, stdout]).toEqual([1, ""]);
    expect(stderr).toStartWith(
      'error[journal.diverged]: The run diverges from its record at call 2: recorded was llm.complete("two") (a.lua, line 2), now it is llm.complete("three") (b.lua, line 3)\n',
    );
    expect(stderr).toContain(`3 | local b = llm.complete("three")`);
  });

  test("--until stops, --watch and --step show calls", async () => {
    const cwd = makeFolder({ "a.lua": `print(llm.complete("one"))\nprint(llm.complete("two"))\nlog.info("end")` });
    await runBinary(["run", "a.lua", "--journal", "j.db", "-q"], { cwd });
    const until = await runBinary(["replay", "last", "--until", "2", "--journal", "j.db"], { cwd });
    expect([until.status, until.stdout]).toEqual([0, 'Hello from the mock model. You asked: "one"\n']);
    const watched = await runBinary(["replay", "last", "--watch", "llm.complete", "--journal", "j.db"], { cwd });
    expect(watched.stderr.match(/^#\d+ llm\.complete\(".*"\) a\.lua:\d$/gm)).toEqual([
      '#1 llm.complete("one") a.lua:1',
      '#2 llm.complete("two") a.lua:2',
    ]);
    const stepped = await runBinary(["replay", "last", "--step", "--journal", "j.db"], { cwd, stdin: "\n\n\n" });
    expect([stepped.status, stepped.stdout.split("\n").length, stepped.stderr]).toEqual([
      0,
      3,
      expect.stringContaining("#3 log.info"),
    ]);
  });
});

describe("fork", () => {
  const files = {
    "a.lua": `local a = llm.complete("one " .. spell.parameters.city)\nprint(a)\nprint(llm.complete("two"))\nreturn spell.parameters.city`,
  };

  test("goes on live from a call, with another answer, as a run of its own", async () => {
    const cwd = makeFolder(files);
    await runBinary(["run", "a.lua", "-p", "city=Rome", "--journal", "j.db", "-q"], { cwd });
    const forked = await runBinary(
      ["fork", "last", "--at", "1", "--set", "answer.text=No", "--journal", "j.db", "-q"],
      { cwd },
    );
    expect([forked.status, forked.stdout]).toEqual([0, 'No\nHello from the mock model. You asked: "two"\nRome\n']);
    const replayed = await runBinary(["replay", "last", "--journal", "j.db"], { cwd });
    expect(replayed.stdout).toBe(forked.stdout);
    const rows = JSON.parse((await runBinary(["runs", "list", "--journal", "j.db", "--json"], { cwd })).stdout);
    expect(rows.length).toBe(2);
  });

  test("what was done before it must be done again: else it diverges, and no effect happens", async () => {
    const cwd = makeFolder(files);
    await runBinary(["run", "a.lua", "-p", "city=Rome", "--journal", "j.db", "-q"], { cwd });
    const options = ["--at", "2", "--set", "parameters.city=Oslo", "--journal", "j.db", "-q"];
    const { status, stderr } = await runBinary(["fork", "last", ...options], { cwd });
    expect([status, stderr.split(":")[0]]).toEqual([1, "error[journal.diverged]"]);
    const first = await runBinary(["fork", "last", "--at", "1", ...options.slice(2)], { cwd });
    expect(first.status).not.toBe(0);
  });

  test("a wrong call, path or option is told", async () => {
    const cwd = makeFolder(files);
    await runBinary(["run", "a.lua", "-p", "city=Rome", "--journal", "j.db", "-q"], { cwd });
    for (const [options, message] of [
      [[], "fork needs --at CALL"],
      [["--at", "x"], '--at takes the number of a call, not "x"'],
      [["--at", "9"], "The run has no answered call 9; it made 2"],
      [["--at", "1", "--set", "paramters.city=x"], '--set takes path=value, not "paramters.city=x"'],
      [["--at", "1", "--set", "limits.wallTme=5s"], '--limit knows no "wallTme"; did you mean "wallTime"?'],
    ] as const) {
      const { status, stderr } = await runBinary(["fork", "last", ...options, "--journal", "j.db"], { cwd });
      expect([status, stderr.split("\n")[0]]).toEqual([2, `error[usage]: ${message}`]);
    }
  });
});

describe("without a record", () => {
  test("nothing is written, and a journal that cannot be opened is an error before the run", async () => {
    const cwd = makeFolder({ "a.lua": `print("ran")`, "p.yaml": "extends: standard\njournal: none\n" });
    const env = { LLMSPELL_JOURNAL: join(cwd, "own.db") };
    expect((await runBinary(["run", "a.lua", "--no-journal"], { cwd, env })).status).toBe(0);
    expect((await runBinary(["run", "a.lua", "--profile", "./p.yaml"], { cwd, env })).status).toBe(0);
    expect(() => readFileSync(join(cwd, "own.db"))).toThrow();
    const wrong = await runBinary(["run", "a.lua", "--journal", "a.lua"], { cwd });
    expect([wrong.status, wrong.stdout, wrong.stderr.split("]")[0]]).toEqual([2, "", "error[journal.damaged"]);
    expect(readFileSync(join(cwd, "a.lua"), "utf8")).toBe(`print("ran")`);
  });
});

describe("runs diff", () => {
  test("shows the calls, answers and output that differ, and what each run cost", async () => {
    const cwd = makeFolder({
      "a.lua": `local a = llm.complete("one")\nlog.info("x")\nprint(a)\nif tostring(a) == "No" then llm.complete("more") end`,
    });
    const json = ["--journal", "j.db", "--json"];
    const first = JSON.parse((await runBinary(["run", "a.lua", ...json], { cwd })).stdout).id;
    const second = JSON.parse(
      (await runBinary(["fork", first, "--at", "1", "--set", "answer.text=No", ...json], { cwd })).stdout,
    ).id;
    const diff = (...args: string[]) => runBinary(["runs", "diff", ...args, "--journal", "j.db"], { cwd });
    const { stdout, status } = await diff(first, second);
    expect(status).toBe(0);
    const lines = stdout.split("\n");
    expect(lines[0]).toStartWith(`- ${first} a, done: 2 calls, `);
    expect(lines[1]).toStartWith(`+ ${second} a, done: 3 calls, `);
    expect(lines.slice(2, 5)).toEqual(["", "calls", '  #1 llm.complete("one")']);
    expect(lines[5]).toMatch(/^- {3}→ .*You asked/);
    expect(lines[6]).toMatch(/^\+ {3}→ .*"text":"No"/);
    expect(lines.slice(7)).toEqual([
      '+ #3 llm.complete("more")',
      "",
      "output",
      '- Hello from the mock model. You asked: "one"',
      "+ No",
      "",
    ]);
    expect((await diff(first, second, "--exit-code")).status).toBe(1);
    const same = await diff(first, first, "--exit-code");
    expect([same.status, same.stdout.split("\n").at(-2)]).toEqual([0, "The runs did the same"]);
    const object = JSON.parse((await diff(first, second, "--json")).stdout);
    expect(object.calls.map(({ kind }: { kind: string }) => kind)).toEqual(["answer", "same", "added"]);
  });
});

describe("at a terminal", () => {
  test.skipIf(NO_TERMINAL !== undefined)("a run that waits for an approval is put down and resumed", async () => {
    const cwd = makeFolder({
      "p.yaml": `extends: standard\nask: ["llm.complete(prompt=*secret*)"]\n`,
      "ok.yaml": 'approve: ["llm.complete(prompt=a *)"]\n',
      "a.lua": `print(llm.complete("first"))\nprint(llm.complete("a secret"))`,
    });
    using terminal = openTerminal(["sh"]);
    terminal.type(`cd ${cwd} && clear`);
    terminal.type("llmspell run a.lua --profile ./p.yaml --journal j.db");
    await terminal.shows("[o]nce");
    terminal.press("C-c");
    await terminal.shows("to go on with it: llmspell resume");
    terminal.type("clear; echo again; llmspell resume last --journal j.db");
    await terminal.shows(/^again$[^]*\[o\]nce/m);
    terminal.press("C-c");
    await terminal.shows(/^again$[^]*to go on with it/m);
    const { stdout, status } = await runBinary(["resume", "last", "--journal", "j.db", "--approvals", "ok.yaml"], {
      cwd,
    });
    expect([status, stdout]).toEqual([
      0,
      'Hello from the mock model. You asked: "first"\nHello from the mock model. You asked: "a secret"\n',
    ]);
  });

  test.skipIf(NO_TERMINAL !== undefined)("the person says what becomes of a call that may have happened", async () => {
    const cwd = makeFolder({
      "post.lua": `local ok, why = pcall(http.post, "http://127.0.0.1:${server.port}/asked", "x") return {ok, why.code}`,
      "p.yaml": `extends: minimal\nbridges: { http: { allow: ["POST http://127.0.0.1:${server.port}/**"] } }\n`,
    });
    server.effects.splice(0);
    const child = startBinary(["run", "post.lua", "--profile", "./p.yaml", "--journal", "j.db"], { cwd });
    await killedAt(1, child);
    server.effects.splice(0);
    using terminal = openTerminal(["sh"]);
    terminal.type(`cd ${cwd} && clear`);
    terminal.type("llmspell resume last --journal j.db");
    await terminal.shows("[r]epeat it, have it [f]ail in the script, [q]uit");
    terminal.type("q");
    await terminal.shows("error[journal.in-flight]");
    terminal.type("clear; echo again; llmspell resume last --journal j.db");
    await terminal.shows(/^again$[^]*\[q\]uit/m);
    terminal.type("f");
    await terminal.shows('"journal.in-flight"');
    expect(server.effects).toEqual([]);
  });
});

describe("spells that a spell runs", () => {
  const SOURCES = {
    "main.lua": `local a = spell.run("./helpers/work.lua", {port = spell.parameters.port}) return {a.result, tostring(a)}`,
    "main.js": `const a = await spell.run("./helpers/work.js", {port: spell.parameters.port}); export default [a.result, String(a)];`,
    "main.tengo": `a := spell.run("./helpers/work.tengo", {port: spell.parameters.port})\nexport [a.result, string(a)]`,
    "helpers/work.lua": `local base = "http://127.0.0.1:" .. spell.parameters.port .. "/"
http.post(base .. "one", "x") http.post(base .. "two", "x") print("worked") return tostring(llm.complete("hi"))`,
    "helpers/work.js": `const base = "http://127.0.0.1:" + spell.parameters.port + "/";
await http.post(base + "one", "x"); await http.post(base + "two", "x"); console.log("worked");
export default String(await llm.complete("hi"));`,
    "helpers/work.tengo": `base := "http://127.0.0.1:" + spell.parameters.port + "/"
http.post(base + "one", "x")
http.post(base + "two", "x")
spell.output("worked\\n")
export string(llm.complete("hi"))`,
  };
  const files = () => ({
    ...SOURCES,
    "p.yaml": `extends: standard
bridges:
  spell: { run: ["./helpers/*"] }
  http: { allow: ["POST http://127.0.0.1:${server.port}/**"] }
`,
  });
  const options = () => ["--profile", "./p.yaml", "-p", `port=${server.port}`, "--journal", "j.db", "-q"];
  const RESULT = ['Hello from the mock model. You asked: "hi"', "worked\n"];

  test.each([
    ["main.lua", "lua"],
    ["main.lua", "fengari"],
    ["main.js", "javascript"],
    ["main.tengo", "tengo"],
  ])("%s on %s: what it had done is not done again", async (main, engine) => {
    const cwd = makeFolder(files());
    const child = startBinary(["run", main, "--engine", engine, ...options()], { cwd });
    await killedAt(2, child);
    const refused = await runBinary(["resume", "last", "--journal", "j.db"], { cwd });
    expect([refused.status, refused.stderr]).toEqual([
      3,
      expect.stringMatching(/journal\.in-flight.*call 2 of \w+\.1, http\.post\(.*two/),
    ]);
    const { status, stdout } = await runBinary(["resume", "last", "--repeat-unsafe", "--journal", "j.db", "-q"], {
      cwd,
    });
    expect([status, JSON.parse(stdout)]).toEqual([0, RESULT]);
    expect(server.effects.splice(0).map(({ path }) => path)).toEqual(["/one", "/two", "/two"]);
    expect((await runBinary(["replay", "last", "--journal", "j.db"], { cwd })).stdout).toBe(stdout);
    expect(server.effects).toEqual([]);
  });

  test("no more than is granted, and out of one budget", async () => {
    const cwd = makeFolder({
      ...files(),
      "climb.lua": `spell.run("./helpers/../climb.lua")`,
      "deep.lua": `return spell.run("./deep.lua").result`,
      "spend.lua": `local ok, why = pcall(spell.run, "./helpers/spend.lua") return {ok, why.code, pcall(llm.complete, "more")}`,
      "helpers/spend.lua": `for i = 1, 9 do llm.complete("x") end`,
      "deep.yaml": "extends: standard\nbridges: { spell: { run: [./deep.lua] } }\n",
    });
    const run = (...args: string[]) => runBinary(["run", ...args, "--no-journal", "-q"], { cwd });
    const climbed = await run("climb.lua", "--profile", "./p.yaml");
    expect([climbed.status, climbed.stderr.split("\n")[0]]).toEqual([
      3,
      'error[grant.rule]: spell.run: it may not run the spell "./helpers/../climb.lua" (profile "./p.yaml")',
    ]);
    const deep = await run("deep.lua", "--profile", "./deep.yaml");
    expect([deep.status, deep.stderr.split(":")[0]]).toEqual([4, "error[limit.nesting]"]);
    const spent = await run("spend.lua", "--profile", "./p.yaml", "--budget", "llmCalls=5");
    expect(JSON.parse(spent.stdout).slice(0, 3)).toEqual([false, "limit.llm-calls", false]);
  });
});
