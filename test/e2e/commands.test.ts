import { describe, expect, setDefaultTimeout, test as serial } from "bun:test";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { ERROR_CODES } from "../../src/contract/error-codes.ts";
import { makeFolder, runBinary, TEST_TIME } from "./binary.ts";

setDefaultTimeout(TEST_TIME);

const test = serial.concurrent;

const COMMANDS = [
  "run",
  "exec",
  "list",
  "new",
  "check",
  "test",
  "bridges",
  "models",
  "profile",
  "runs",
  "explain",
  "doctor",
  "completion",
  "version",
];

/** Runs it, expects that it did well and had no notes, and answers its output. */
async function output(args: readonly string[], cwd = makeFolder()): Promise<string> {
  const { stdout, stderr, status } = await runBinary(args, { cwd });
  expect({ stderr, status }).toEqual({ stderr: "", status: 0 });
  return stdout;
}

describe("help", () => {
  test("without arguments, with --help and with help: every command, on standard output", async () => {
    const [plain, long, word] = await Promise.all([output([]), output(["--help"]), output(["help"])]);
    expect(long).toBe(plain);
    expect(word).toBe(plain);
    for (const command of COMMANDS) expect(plain).toMatch(new RegExp(`^  ${command}\\b`, "m"));
    expect(plain).not.toMatch(/^ {2}complete /m);
  });

  test("of each command: its usage, and examples where it has them", async () => {
    const helps = await Promise.all(COMMANDS.map((command) => output([command, "--help"])));
    for (const [index, command] of COMMANDS.entries()) {
      expect(helps[index]).toStartWith(`Usage: llmspell ${command}`);
      expect(helps[index]).toContain("-h, --help");
    }
    expect(await output(["help", "profile", "show"])).toBe(await output(["profile", "show", "--help"]));
    expect(helps[0]).toContain("llmspell run hello");
  });

  test("of a spell: its parameters", async () => {
    const help = await output(["run", "summarize", "--help"]);
    expect(help).toContain("style");
    expect(help).toContain('one of "sentence", "paragraph", "bullets"');
    expect(help).toContain("Needs: llm, spell");
  });
});

describe("version", () => {
  test("as a word and as an option", async () => {
    const [word, long, short] = await Promise.all([output(["version"]), output(["--version"]), output(["-V"])]);
    expect(word).toMatch(/^llmspell \d+\.\d+\.\d+ \([0-9a-f]{12}\)\n$/);
    expect([long, short]).toEqual([word, word]);
    expect(Object.keys(JSON.parse(await output(["version", "--json"])))).toEqual([
      "version",
      "commit",
      "bun",
      "platform",
    ]);
  });
});

describe("list", () => {
  test("shows the embedded spells with their languages, and those of ./spells first", async () => {
    const cwd = makeFolder({
      "spells/mine/main.lua": "return 1",
      "spells/mine/spell.yaml": "description: My own",
      "spells/broken/spell.yaml": "nedds: [llm]",
    });
    const { stdout, stderr, status } = await runBinary(["list"], { cwd });
    expect(status).toBe(0);
    expect(stdout).toMatch(/^hello +lua js ts tengo +built in +Asks a model/m);
    expect(stdout).toMatch(/^mine +lua +spells\/mine +My own$/m);
    expect(stderr).toContain('broken cannot be run (llmspell check spells/broken): Unknown key "nedds"');
    const listed = JSON.parse((await runBinary(["list", "--json"], { cwd })).stdout) as {
      name: string;
      path: string;
    }[];
    expect(listed.map(({ name }) => name)).toEqual([
      "broken",
      "mine",
      "batch-classify",
      "chat",
      "compare-models",
      "fallback",
      "hello",
      "structured-extract",
      "summarize",
    ]);
  });
});

describe("new", () => {
  for (const [options, file] of [
    [[], "main.lua"],
    [["--engine", "javascript"], "main.js"],
    [["--typescript"], "main.ts"],
    [["--engine", "tengo"], "main.tengo"],
    [["--engine", "fengari"], "main.lua"],
  ] as const) {
    test(`makes a spell that runs at once: new greet ${options.join(" ")}`, async () => {
      const cwd = makeFolder();
      const made = await runBinary(["new", "greet", ...options], { cwd });
      expect(made).toMatchObject({ stdout: `greet/spell.yaml\ngreet/tests/one-line.yaml\ngreet/${file}\n`, status: 0 });
      expect(made.stderr).toContain("llmspell run greet");
      const ran = await runBinary(["run", "greet", "-q", "-p", "topic=owls"], { cwd });
      expect(ran).toEqual({
        stdout: 'Hello from the mock model. You asked: "Write one line about owls"\n',
        stderr: "",
        status: 0,
      });
      expect(await output(["check", "greet"], cwd)).toStartWith(`ok  greet/${file}`);
      const tested = await runBinary(["test", "greet"], { cwd });
      expect({ stderr: tested.stderr, status: tested.status }).toMatchObject({ status: 0 });
      expect(tested.stderr).toContain(`✓ one-line (${file})`);
    });
  }

  test("writes over nothing, unless told", async () => {
    const cwd = makeFolder({ "greet/main.lua": "print('mine')" });
    const refused = await runBinary(["new", "greet"], { cwd });
    expect(refused.status).toBe(2);
    expect(refused.stderr).toContain('error[file.exists]: "greet/main.lua" is there already');
    expect(readdirSync(join(cwd, "greet"))).toEqual(["main.lua"]);
    expect(readFileSync(join(cwd, "greet/main.lua"), "utf8")).toBe("print('mine')");
    expect((await runBinary(["new", "greet", "--force"], { cwd })).status).toBe(0);
  });

  test("refuses what is no name, and unknown engines", async () => {
    for (const [name, message] of [
      ["a b", '"a b" is no name'],
      ["..", "needs a name"],
      ["", "needs a name"],
    ] as const) {
      const { stderr, status } = await runBinary(["new", name]);
      expect(status).toBe(2);
      expect(stderr).toContain(message);
    }
    expect((await runBinary(["new", "x", "--engine", "luaa"])).stderr).toContain('did you mean "lua"?');
  });
});

describe("profile", () => {
  const cwd = makeFolder({
    "llmspell.yaml": "profiles:\n  mine: { extends: minimal, description: Mine }\n",
    "wiki.yaml": "extends: standard\nlimits: { wallTime: 2m }\n",
  });

  test("list shows the project's and the built-in ones", async () => {
    const text = await output(["profile", "list"], cwd);
    expect(text).toMatch(/^mine +llmspell.yaml +json log schema spell time +Mine$/m);
    expect(text).toMatch(/^standard +built in/m);
  });

  test("show prints YAML that is a profile itself, --explain the origins", async () => {
    const yaml = await output(["profile", "show", "./wiki.yaml"], cwd);
    expect(yaml).toContain("wallTime: 2m");
    const again = makeFolder({ "again.yaml": yaml });
    const [first, second] = await Promise.all([
      output(["profile", "show", "./wiki.yaml", "--json"], cwd),
      output(["profile", "show", "./again.yaml", "--json"], again),
    ]);
    expect({ ...JSON.parse(second), name: "./wiki.yaml" }).toEqual(JSON.parse(first));
    expect(await output(["profile", "show", "./wiki.yaml", "--explain"], cwd)).toMatch(
      /^limits.wallTime +2m +wiki.yaml:2$/m,
    );
  });

  test("schema prints JSON Schemas", async () => {
    for (const kind of ["profile", "project", "spell", "case"]) {
      expect(JSON.parse(await output(["profile", "schema", kind]))).toMatchObject({ type: "object" });
    }
    expect((await runBinary(["profile", "schema", "spel"])).stderr).toContain('did you mean "spell"?');
  });
});

describe("bridges", () => {
  test("lists them, and documents one in the names of a language", async () => {
    expect(await output(["bridges"])).toMatch(/^llm +model +Asks language models$/m);
    const [lua, js] = await Promise.all([output(["bridges", "llm"]), output(["bridges", "llm", "-l", "javascript"])]);
    expect(lua).toContain("llm.count_tokens(text, options?)");
    expect(lua).toContain("max_tokens?  integer (from 1)");
    expect(js).toContain("await llm.countTokens(text, options?)");
    expect(js).toContain("maxTokens?  integer (from 1)");
    expect(js).toContain("for await (const piece of await llm.stream(…))");
    expect(lua).toContain("stream:result(options?)");
    expect(JSON.parse(await output(["bridges", "spell", "--json"]))).toMatchObject({ name: "spell", language: "lua" });
    expect(await output(["bridges", "llm.complete"])).toStartWith("llm.complete(prompt, options?)");
  });

  test("offers the nearest", async () => {
    const [bridge, member, language] = await Promise.all([
      runBinary(["bridges", "lmm"]),
      runBinary(["bridges", "llm.complet"]),
      runBinary(["bridges", "llm", "-l", "luaa"]),
    ]);
    expect(bridge.stderr).toContain('There is no bridge "lmm"; did you mean "llm"?');
    expect(member.stderr).toContain('There is no function in llm "complet"; did you mean "complete"?');
    expect(language.stderr).toContain('did you mean "lua"?');
    expect([bridge.status, member.status, language.status]).toEqual([2, 2, 2]);
  });
});

describe("explain", () => {
  test("lists the codes and explains each", async () => {
    const list = await output(["explain"]);
    const codes = Object.keys(ERROR_CODES);
    for (const code of codes) expect(list).toMatch(new RegExp(`^${code.replaceAll(".", "\\.")} `, "m"));
    const text = await output(["explain", "provider.key"]);
    expect(text).toContain("The provider's key is not set, or has something in it that cannot be sent.");
    expect(text).toContain("Exit status: 5");
    expect(JSON.parse(await output(["explain", "limit.fuel", "--json"]))).toMatchObject({
      code: "limit.fuel",
      exit: 4,
    });
    expect((await runBinary(["explain", "limit.fule"])).stderr).toContain('did you mean "limit.fuel"?');
  });
});

describe("profile show", () => {
  test("prints what reads back as the same profile, whatever its options are of", async () => {
    const cwd = makeFolder({
      "p.yaml": `extends: standard
bridges:
  llm: { maxTokens: 100, maxTimeout: 90s, maxAttachmentBytes: 1MiB, cache: { scope: shared, ttl: 2h, maxBytes: 1MiB } }
  http: { allow: ["GET https://example.org/**"], timeout: 5s, idleTime: 2s, maxBytes: 10KiB }
  files: { read: [.], maxFileBytes: 1kB, maxWrittenBytes: 2MiB, maxFiles: 12345 }
  shell: { programs: [git], timeout: 1500ms, maxOutputBytes: 3MiB }
  state: { maxBytes: 12KiB }
limits: { wallTime: 90s, calls: 20k }
`,
    });
    const show = async (file: string) => await output(["profile", "show", file], cwd);
    const shown = await show("./p.yaml");
    await Bun.write(join(cwd, "again.yaml"), shown);
    const again = await show("./again.yaml");
    expect(again.slice(again.indexOf("\n"))).toBe(shown.slice(shown.indexOf("\n")));
  });
});

describe("doctor", () => {
  test("has tried the engines and the walls, and names keys without their values", async () => {
    const { stdout, stderr, status } = await runBinary(["doctor"], {
      env: { OPENAI_API_KEY: "sk-very-secret", LLMSPELL_JOURNAL: "none.db" },
    });
    expect({ stderr, status }).toEqual({ stderr: "", status: 0 });
    for (const engine of ["lua", "javascript", "tengo", "fengari"])
      expect(stdout).toMatch(new RegExp(`ok +${engine} .* a spell ran`));
    expect(stdout).toMatch(/ok +process +.*an endless loop was killed/);
    if (process.platform === "linux") {
      expect(stdout).toMatch(/ok +parent-death +.*was gone/);
      expect(stdout).toMatch(/ok +seccomp +a spell's process could not: open a file, .*\d+ more/);
      // Older kernels and some sandboxes have none.
      expect(stdout).toMatch(/(ok +landlock +a spell's process could not, .*: read a file, |- +landlock +missing: )/);
    }
    expect(stdout).toMatch(/- +journal +none\.db: no run was kept yet/);
    expect(stdout).toMatch(/ok +OPENAI_API_KEY +OpenAI: set/);
    expect(stdout).not.toContain("very-secret");
    const report = JSON.parse(await output(["doctor", "--json"])) as { ok: boolean; findings: { group: string }[] };
    expect(report.ok).toBe(true);
    expect(new Set(report.findings.map(({ group }) => group))).toEqual(
      new Set(["engines", "isolation", "journal", "keys", "servers"]),
    );
  });

  test("looks at the journal that runs would write", async () => {
    const cwd = makeFolder({ "no.db": "a letter" });
    const look = async (file: string) => {
      const { stdout, status } = await runBinary(["doctor"], { cwd, env: { LLMSPELL_JOURNAL: file } });
      return `${status} ${/^ +(?:ok|-|BROKEN) +journal .*$/m.exec(stdout)?.[0].trim()}`;
    };
    const env = { LLMSPELL_JOURNAL: "j.db" };
    for (const code of ["return 1", "error('no')"]) await runBinary(["exec", "-e", code], { cwd, env });
    expect(await look("j.db")).toMatch(/^0 ok +journal +j\.db: 2 runs in \d+\.\d KiB$/);
    expect(await look("no.db")).toMatch(/^1 BROKEN +journal +The journal "no\.db" is damaged: .*LLMSPELL_JOURNAL/);
    expect(await look("/proc/j.db")).toMatch(/^1 BROKEN +journal +.*LLMSPELL_JOURNAL/);
  });
});

describe("exec", () => {
  test("a result keeps the digits of its integers, however it is shown", async () => {
    const LONG = { lua: "return {n = math.maxinteger}", javascript: "export default {n: 9223372036854775807n}" };
    for (const [engine, code] of Object.entries(LONG)) {
      const args = ["exec", "-q", "--engine", engine, "--journal", "j.db", "-e", code];
      const cwd = makeFolder();
      const run = (...more: string[]) => runBinary(more, { cwd });
      expect((await run(...args)).stdout).toBe('{\n  "n": 9223372036854775807\n}\n');
      expect((await run(...args, "--json")).stdout).toContain('"result":{"n":9223372036854775807}');
      const shown = await run("runs", "show", "last", "--journal", "j.db", "--json");
      expect(shown.stdout).toMatch(/"result": *\{\s*"n": *9223372036854775807\s*\}/);
    }
  });

  test("runs code, in any engine, and prints its result", async () => {
    expect(await output(["exec", "-e", "print(1 // 1, spell.name)"])).toBe("1\texec\n");
    expect(await output(["exec", "-e", "return {a = 1}"])).toBe('{\n  "a": 1\n}\n');
    expect(await output(["exec", "--engine", "javascript", "-e", "console.log(await 2)"])).toBe("2\n");
    expect(await output(["exec", "-e", "return spell.parameters.a", "-p", "a=b=c"])).toBe("b=c\n");
    expect((await runBinary(["exec"])).stderr).toContain("exec needs -e CODE");
  });
});

describe("what keeps a run from beginning", () => {
  test("is an object with --json, with what would mend it", async () => {
    const cwd = makeFolder();
    const journal = ["--journal", "j.db"];
    await runBinary(["exec", "-e", "return 1", ...journal], { cwd });
    for (const args of [["run"], ["resume", ...journal], ["replay", ...journal], ["fork", "--at", "1", ...journal]]) {
      const { stdout, stderr, status } = await runBinary([...args, "nosuch", "--json"], { cwd });
      expect([args, stderr, status]).toEqual([args, "", 2]);
      const answer = JSON.parse(stdout) as { status: string; error: { code: keyof typeof ERROR_CODES; fix: string } };
      expect(answer).toMatchObject({ status: "failed", error: { message: expect.stringContaining("nosuch") } });
      expect(answer.error.fix).toBe(ERROR_CODES[answer.error.code].fix);
    }
  });

  test("names what is wrong, and what to do about just that", async () => {
    const cwd = makeFolder({ "one/main.lua": "return 1", "a.yaml": "", "p/main.lua": "return 1" });
    await Bun.write(`${cwd}/p/spell.yaml`, "parameters: { arr: array, n: integer }\n");
    const wrong: readonly (readonly [args: string, status: number, ...texts: string[]])[] = [
      ["bridges llm.complet", 2, 'did you mean "complete"?'],
      ["help run nosuch", 2, 'There is no command "nosuch"', "fix: See llmspell --help"],
      ["exec", 2, "exec needs -e CODE", "fix: See llmspell exec --help"],
      ["run hello -q --limit wallTime=10h", 3, "has limits.wallTime = 1m", "10h is more"],
      ["run one --engine tengo", 2, 'The folder "one" has no main file in tengo; it has main.lua'],
      ["run p -p arr=[12345678901234567890]", 2, '"arr" holds a number that is too large'],
      ["run p -p n=x", 2, '"n" must be a whole number, not "x"'],
      ["run hello --approvals a.yaml", 2, "The file is empty", "fix: Write at least one key and its value\n"],
      ["run hello --seed=", 2, "--seed takes a whole number"],
    ];
    for (const [args, status, ...texts] of wrong) {
      const run = await runBinary(args.split(" "), { cwd });
      for (const text of texts) expect(run.stderr).toContain(text);
      expect([args, run.status]).toEqual([args, status]);
    }
  });

  test("may be an option that contradicts another", async () => {
    const cwd = makeFolder();
    for (const both of [
      ["--no-journal", "--journal", "x.db"],
      ["--journal", "x.db", "--no-journal"],
    ]) {
      const { stderr, status } = await runBinary(["exec", "-e", "return 1", ...both], { cwd });
      expect([stderr, status]).toEqual([expect.stringContaining("--journal goes with no --no-journal"), 2]);
    }
    expect(readdirSync(cwd)).toEqual([]);
  });
});
