import { describe, expect, setDefaultTimeout, test as serial } from "bun:test";
import { makeFolder, runBinary, TEST_TIME } from "./binary.ts";

setDefaultTimeout(TEST_TIME);

const test = serial.concurrent;

/** More than any script's integer. */
const HUGE = "99999999999999999999";

describe("check", () => {
  test("finds all that is wrong, each at its place", async () => {
    const cwd = makeFolder({
      "bad.lua":
        'local r = llm.complet("x")\n-- log.nosuch in a comment\nlocal t = "log.nosuch in a text"\nlogg.info(r, json.null, t)\n',
      "bad.js":
        'import { complet } from "llmspell:llm";\nawait llm.count_tokens(`${json.encod(1)}`);\nconst o = { log: 1, time: 2 };\nfunction f(log) { return log.own; }\n',
      "syntax.lua": "x = = 1\n",
    });
    const { stdout, stderr, status } = await runBinary(["check", "bad.lua", "bad.js", "syntax.lua"], { cwd });
    expect(status).toBe(1);
    expect(stdout).toBe(
      "bad  bad.lua (lua, profile standard)\nbad  bad.js (javascript, profile standard)\nbad  syntax.lua (lua, profile standard)\n",
    );
    const places = [...stderr.matchAll(/--> (\S+)/g)].map(([, place]) => place);
    expect(places.slice(0, 5)).toEqual(["bad.lua:1:15", "bad.lua:4:1", "bad.js:1:10", "bad.js:2:11", "bad.js:2:32"]);
    expect(places[5]).toStartWith("syntax.lua:1:");
    expect(stderr).toContain('llm has no "complet"; did you mean "complete"?');
    expect(stderr).toContain('llm has no "count_tokens"; did you mean "countTokens"?');
    expect(stderr).toContain('There is no module "logg"; did you mean "log"?');
    expect(stderr).toEndWith("6 problems\n");
  });

  test("of a project: its spells, profiles and llmspell.yaml", async () => {
    const cwd = makeFolder({
      "llmspell.yaml": "profiles:\n  bad: { limits: { wallTime: 5 } }\nspells:\n  'one': { profile: ./gone.yaml }\n",
      "spells/one/main.lua": "return 1",
      "spells/two/spell.yaml": "nedds: [llm]",
      "spells/two/main.lua": "return 1",
      "p.yaml": "limits: { wallTme: 5m }",
    });
    const { stdout, stderr, status } = await runBinary(["check"], { cwd });
    expect(status).toBe(1);
    expect(stdout).toContain("bad  llmspell.yaml (project)");
    expect(stdout).toContain("bad  spells/two (spell)");
    expect(stderr).toContain("--> llmspell.yaml:2:");
    expect(stderr).toContain("--> llmspell.yaml:4:");
    expect(stderr).toContain("--> spells/two/spell.yaml:1:1\n");
    const profile = await runBinary(["check", "p.yaml", "--json"], { cwd });
    expect(JSON.parse(profile.stdout)).toMatchObject({
      ok: false,
      checked: [{ kind: "profile", problems: [{ code: "profile.invalid", position: { line: 1 } }] }],
    });
  });

  test("a broken llmspell.yaml is a finding whatever is checked, also from a folder below it", async () => {
    const cwd = makeFolder({ "llmspell.yaml": "nosuch: 1\n", "spells/x/main.lua": "return 1", "sub/.keep": "" });
    const named = await runBinary(["check", "spells/x"], { cwd });
    expect(named.stdout).toBe("bad  llmspell.yaml (project)\nok  spells/x/main.lua (lua, profile standard)\n");
    expect(named.stderr).toContain("--> llmspell.yaml:1:1");
    expect(named.status).toBe(1);
    for (const args of [["check"], ["check", "../spells/x"]]) {
      const below = await runBinary(args, { cwd: `${cwd}/sub` });
      expect(below.stdout).toStartWith("bad  ../llmspell.yaml (project)\n");
      expect(below.stderr).toContain("--> ../llmspell.yaml:1:1");
      expect(below.status).toBe(1);
    }
    const itself = await runBinary(["check", "./llmspell.yaml"], { cwd });
    expect(itself.stdout).toBe("bad  ./llmspell.yaml (project)\n");
  });

  test("what is wrong in a file is told with its place, by a run as well", async () => {
    const faults: readonly (readonly [
      code: string,
      place: string,
      files: Record<string, string>,
      ...args: string[],
    ])[] = [
      ["profile.invalid", "a.yaml:2", { "a.yaml": "approve:\n  - llm.complet\n" }, "--approvals", "a.yaml"],
      ["provider.unknown", "llmspell.yaml:1:8", { "llmspell.yaml": "model: nosuch/x\n" }],
      ["provider.unknown", "llmspell.yaml:2:17", { "llmspell.yaml": "spells:\n  own: { model: nosuch/x }\n" }],
      ["spell.manifest", "own/spell.yaml:1:7", { "own/spell.yaml": "main: nosuch.lua\n" }],
      [
        "spell.manifest",
        "own/spell.yaml:2:32",
        { "own/spell.yaml": `parameters:\n  n: { type: integer, default: ${HUGE} }\n` },
      ],
      [
        "spell.manifest",
        "own/spell.yaml:2:",
        { "own/spell.yaml": `parameters:\n  n: { type: array, enum: [[${HUGE}]] }\n` },
      ],
    ];
    for (const [code, place, files, ...args] of faults) {
      const cwd = makeFolder({ "own/main.lua": "return 1", ...files });
      const run = await runBinary(["run", "./own", ...args], { cwd });
      expect([run.stderr, run.status]).toEqual([expect.stringContaining(`error[${code}]`), 2]);
      expect(run.stderr).toContain(`--> ${place}`);
      if (args.length > 0) continue;
      const check = await runBinary(["check", ...("llmspell.yaml" in files ? [] : ["./own"])], { cwd });
      expect([check.stderr, check.status]).toEqual([expect.stringContaining(`--> ${place}`), 1]);
    }
    // A model on the command line is the one that counts.
    const cwd = makeFolder({ "llmspell.yaml": "model: nosuch/x\n" });
    expect((await runBinary(["run", "hello", "-m", "mock"], { cwd })).status).toBe(0);
  });

  test("against a profile; what is not there is a wrong command line", async () => {
    const [minimal, missing, nothing] = await Promise.all([
      runBinary(["check", "hello/main.lua", "--profile", "minimal"]),
      runBinary(["check", "helo"]),
      runBinary(["check"]),
    ]);
    expect(minimal.status).toBe(1);
    expect(minimal.stderr).toContain("error[grant.needs]");
    expect(missing).toMatchObject({ stdout: "", status: 2 });
    expect(missing.stderr).toContain('did you mean "hello"?');
    expect(nothing).toMatchObject({ stdout: "", status: 2 });
    expect(nothing.stderr).toContain("nothing to check here");
  });
});
