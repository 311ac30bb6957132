import { describe, expect, test } from "bun:test";
import { join } from "node:path";
import { makeFolder, runBinary } from "./binary.ts";
import { NO_TERMINAL, openTerminal } from "./terminal.ts";

const PROFILE = `extends: standard\nask: ["llm.complete(prompt=*secret*)"]\n`;

const SPELLS = {
  lua: `local ok, e = pcall(llm.complete, "a secret")\nprint(ok, e.code)\nprint(llm.complete("hi"))`,
  javascript: `let r = [true]; try { await llm.complete("a secret") } catch (e) { r = [false, e.code] }\nconsole.log(r.join("\\t"));\nconsole.log(String(await llm.complete("hi")))`,
  tengo: `fmt := import("fmt")\ne := llm.complete("a secret")\nfmt.println(!is_error(e), "\\t", e.value.code)\nfmt.println(llm.complete("hi"))`,
};

describe("approvals", () => {
  test.each(Object.entries(SPELLS))("without a terminal are refused at once: %s", async (engine, source) => {
    const cwd = makeFolder({ "p.yaml": PROFILE });
    const { stdout, status } = await runBinary(
      ["exec", "-q", "--engine", engine, "--profile", "./p.yaml", "-e", source],
      {
        cwd,
      },
    );
    expect({ stdout, status }).toEqual({
      stdout: 'false\tgrant.approval\nHello from the mock model. You asked: "hi"\n',
      status: 0,
    });
  });

  test("are given beforehand by a file, by the profile, or by what was kept", async () => {
    const source = ["exec", "-q", "--profile", "./p.yaml", "-e", 'print(llm.complete("a secret"))'];
    const approved = 'approve: ["llm.complete(prompt=a *)"]\n';
    const stdout = 'Hello from the mock model. You asked: "a secret"\n';
    const given = makeFolder({ "p.yaml": PROFILE, "ci.yaml": approved });
    expect(await runBinary([...source, "--approvals", "ci.yaml"], { cwd: given })).toMatchObject({ stdout, status: 0 });
    const inProfile = makeFolder({ "p.yaml": PROFILE + approved });
    expect(await runBinary(source, { cwd: inProfile })).toMatchObject({ stdout, status: 0 });
    const kept = makeFolder({ "p.yaml": PROFILE, "llmspell.approvals.yaml": approved });
    expect(await runBinary(source, { cwd: kept })).toMatchObject({ stdout, status: 0 });
    const broken = makeFolder({ "p.yaml": PROFILE, "ci.yaml": "approve: [llm complete]\n" });
    const refused = await runBinary([...source, "--approvals", "ci.yaml"], { cwd: broken });
    expect(refused).toMatchObject({ stdout: "", status: 2 });
    expect(refused.stderr).toContain("ci.yaml:1:11");
  });

  test("a pattern that is none is an error of the profile", async () => {
    const cwd = makeFolder({ "p.yaml": 'ask: ["files write"]\n' });
    const { stderr, status } = await runBinary(["exec", "--profile", "./p.yaml", "-e", "return 1"], { cwd });
    expect(status).toBe(2);
    expect(stderr).toContain("p.yaml:1:7");
    expect(stderr).toContain("is no pattern of calls");
  });

  test.each([
    ["file.write", 'ask[0]: no function is meant by "file.write"; did you mean "files.write"?'],
    ["http.*x", "no function is meant by"],
    ["files.write(pth=/etc/*)", 'files.write has no argument "pth"; did you mean "path"?'],
    ["llm.complete(options.model=x)", ""],
    ["llm.stream.next", ""],
  ])("ask: %s is looked at before the run", async (pattern, message) => {
    const cwd = makeFolder({ "p.yaml": `extends: standard\nask:\n  - ${JSON.stringify(pattern)}\n` });
    const { stderr, status } = await runBinary(["exec", "--profile", "./p.yaml", "-e", "return 1"], { cwd });
    expect({ status, told: message !== "" && stderr.includes(message) && stderr.includes("p.yaml:3") }).toEqual({
      status: message === "" ? 0 : 2,
      told: message !== "",
    });
  });

  test("what is asked for and allowed word for word is warned of", async () => {
    const cwd = makeFolder({ "p.yaml": 'extends: standard\nask: ["llm.*"]\napprove: ["llm.*"]\n' });
    const { stderr, status } = await runBinary(["exec", "--profile", "./p.yaml", "-e", "return 1"], { cwd });
    expect(status).toBe(0);
    expect(stderr).toContain('approve[0]: "llm.*" stands under ask too, so nobody is asked');
  });

  test.skipIf(NO_TERMINAL !== undefined)(
    "are asked for on a terminal, and kept where they are for always",
    async () => {
      const cwd = makeFolder({
        "p.yaml": PROFILE,
        "t.lua": `print(llm.complete("secret 1"))\nprint(llm.complete("secret 2"))\nprint(llm.complete("secret 3"))`,
      });
      using terminal = openTerminal(["sh"]);
      terminal.type(`cd ${cwd} && llmspell run -q --profile ./p.yaml t.lua; echo status $?`);
      await terminal.shows('prompt: "secret 1"');
      terminal.type("a");
      await terminal.shows("kept in llmspell.approvals.yaml");
      await terminal.shows('prompt: "secret 2"');
      terminal.type("what");
      await terminal.shows("Answer o, r, a or n");
      terminal.type("o");
      await terminal.shows('prompt: "secret 3"');
      terminal.type("n");
      const screen = await terminal.shows("status 3");
      expect(screen).toContain('You asked: "secret 2"');
      expect(screen).toContain("llm.complete was not approved");
      expect(screen).toContain("fix: You said no");
      const kept = await Bun.file(join(cwd, "llmspell.approvals.yaml")).text();
      expect(kept).toContain(`- 'llm.complete(prompt="secret 1")' #`);
    },
  );
});
