import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { chmodSync, mkdtempSync, readFileSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { shell } from "../../../src/bridges/shell.ts";
import type { ValueMap } from "../../../src/contract/value.ts";
import { openPrograms } from "../../../src/host/index.ts";
import { effects } from "./bridges.ts";
import { faultOf, granted } from "./granted.ts";

let opened: ReturnType<typeof openPrograms>;
let folder: string;

beforeEach(() => {
  opened = openPrograms();
  folder = realpathSync(mkdtempSync(join(tmpdir(), "llmspell-shell-")));
});
afterEach(() => {
  opened.close();
  rmSync(folder, { recursive: true, force: true });
});

const VALUES: Readonly<Record<string, string>> = { APP_MODE: "fast", OPENAI_API_KEY: "canary", LD_PRELOAD: "evil.so" };
const variables = {
  get: (name: string) => VALUES[name],
  names: () => Object.keys(VALUES),
  isKey: (name: string) => name === "OPENAI_API_KEY",
};

const under = (options: object) => granted(shell, options, { ...effects, programs: opened.programs, variables });
const run = (options: object, args: object) => under(options).call("run", args as never) as Promise<ValueMap>;
const SH = { programs: ["sh"] };
const script = (text: string, options?: object) => ({ program: "sh", args: ["-c", text], options });

/** Whether a process is there and no zombie. */
function isAlive(pid: number): boolean {
  try {
    return !/^State:\s+[ZX]/m.test(readFileSync(`/proc/${pid}/status`, "utf8"));
  } catch {
    return false;
  }
}

/** Waits until a file has a number in it. */
async function pidIn(file: string): Promise<number> {
  for (;;) {
    const pid = Number(
      await Bun.file(file)
        .text()
        .catch(() => ""),
    );
    if (pid > 0) return pid;
    await Bun.sleep(5);
  }
}

async function untilGone(pid: number): Promise<void> {
  while (isAlive(pid)) await Bun.sleep(5);
}

describe("shell.run", () => {
  test("runs a program with arguments as they are", async () => {
    const answer = await run(
      { programs: ["printf"] },
      { program: "printf", args: ["%s|", "a b", "$HOME", "`id`", "; id", "*", ""] },
    );
    expect(answer).toEqual({ status: 0, signal: null, stdout: "a b|$HOME|`id`|; id|*||", stderr: "" });
  });

  test("gives input, status, errors, bytes and signals", async () => {
    const text = script("cat; echo wrong >&2; exit 3", { input: "in" });
    expect(await run(SH, text)).toEqual({ status: 3, signal: null, stdout: "in", stderr: "wrong\n" });
    expect(await run(SH, script("cat"))).toMatchObject({ stdout: "" });
    const bytes = await run(SH, script("cat", { input: Uint8Array.of(255, 0, 1) }));
    expect(bytes["stdout"]).toEqual(Uint8Array.of(255, 0, 1));
    expect(await run(SH, script("kill -SEGV $$"))).toMatchObject({ status: null, signal: "SIGSEGV" });
  });

  test("runs in a folder", async () => {
    expect(await run(SH, script("pwd", { cwd: folder }))).toMatchObject({ stdout: `${folder}\n` });
    expect(await faultOf(run(SH, script("pwd", { cwd: join(folder, "no") })))).toStartWith("shell.not-started: ");
  });

  test("refuses what is not granted, by whatever path", async () => {
    writeFileSync(join(folder, "sh"), "#!/bin/sh\necho pwn");
    chmodSync(join(folder, "sh"), 0o755);
    for (const program of ["id", "/bin/id", join(folder, "sh"), "../sh", "sh ", "SH", "sh\0"]) {
      expect(await faultOf(run(SH, { program }))).toStartWith("grant.rule: ");
    }
    expect(await faultOf(run({}, { program: "sh" }))).toBe(
      'grant.rule: The program "sh" is not granted; shell: { programs: ["sh"] }',
    );
    expect(await faultOf(run({ programs: ["echo"] }, { program: "echo", args: ["a\0b"] }))).toStartWith(
      "call.arguments: ",
    );
  });

  test("a program granted by its path is that file, and is called by its name", async () => {
    symlinkSync(realpathSync("/bin/sh"), join(folder, "my-shell"));
    const answer = await run(
      { programs: [join(folder, "my-shell")] },
      { program: "my-shell", args: ["-c", "echo $0"] },
    );
    expect(answer["stdout"]).toBe(`${join(folder, "my-shell")}\n`);
  });

  test("gives almost no environment", async () => {
    process.env["LLMSPELL_TEST_CANARY"] = "canary";
    const { stdout } = await run({ programs: ["env"] }, { program: "env" });
    delete process.env["LLMSPELL_TEST_CANARY"];
    const names = String(stdout)
      .trim()
      .split("\n")
      .map((line) => line.split("=")[0]);
    const allowed = [
      "PATH",
      "HOME",
      "LANG",
      "LC_ALL",
      "LC_CTYPE",
      "TZ",
      "TMPDIR",
      "LLMSPELL_PROGRAM",
      "PWD",
      "_",
      "SHLVL",
    ];
    expect(names.filter((name) => !allowed.includes(name ?? ""))).toEqual([]);
    expect(stdout).not.toContain("canary");
  });

  test("gives the variables that are granted, and none by a pattern that would steer it", async () => {
    const { stdout } = await run(
      { programs: ["env"], env: ["*"] },
      { program: "env", options: { env: { MINE: "yes" } } },
    );
    expect(stdout).toContain("APP_MODE=fast\n");
    expect(stdout).toContain("MINE=yes\n");
    expect(stdout).not.toMatch(/canary|LD_PRELOAD/);
    for (const name of ["LD_PRELOAD", "PATH", "BUN_OPTIONS", "OPENAI_API_KEY", "LLMSPELL_PROGRAM"]) {
      const fault = await faultOf(
        run({ programs: ["env"], env: ["*"] }, { program: "env", options: { env: { [name]: "x" } } }),
      );
      expect(fault).toStartWith(`grant.rule: The variable "${name}"`);
    }
    expect(await faultOf(run(SH, script("true", { env: { X: "1" } })))).toBe(
      'grant.rule: The variable "X" may not be given to programs; shell: { programs: ["sh"], env: ["X"] }',
    );
  });

  test("ends a program that writes too much", async () => {
    const fault = await faultOf(
      run({ ...SH, maxOutputBytes: 1000 }, script("while :; do echo yyyyyyyyyyyyyyyy; done")),
    );
    expect(fault).toBe('limit.program-output: "sh" wrote more than maxOutputBytes = 1000');
    expect(await faultOf(run({ ...SH, maxOutputBytes: 1000 }, script("while :; do echo y >&2; done")))).toStartWith(
      "limit.",
    );
  });

  test("ends a program at its time, with all that it started", async () => {
    const file = join(folder, "pid");
    const call = faultOf(
      run({ ...SH, timeout: "300ms" }, script(`sleep 1000 & echo $! > ${file}; wait`, { timeout: 900_000 })),
    );
    const pid = await pidIn(file);
    expect(await call).toBe('shell.timeout: "sh" took longer than 300 ms');
    await untilGone(pid);
  });

  test("ends what a program leaves behind, and does not wait for it", async () => {
    const file = join(folder, "pid");
    expect(await run(SH, script(`sleep 1000 & echo $! > ${file}`))).toMatchObject({ status: 0 });
    await untilGone(await pidIn(file));
  });

  test.skipIf(process.platform !== "linux")("ends what has left the program's group", async () => {
    const file = join(folder, "pid");
    await run(
      SH,
      script(`setsid sh -c 'echo $$ > ${file}; exec sleep 1000' & while ! [ -s ${file} ]; do sleep 0.01; done`),
    );
    await untilGone(await pidIn(file));
  });

  test("nothing outlives the run", async () => {
    const file = join(folder, "pid");
    const call = run(SH, script(`echo $$ > ${file}; exec sleep 1000`));
    const pid = await pidIn(file);
    opened.close();
    expect(await call).toMatchObject({ status: null, signal: "SIGKILL" });
    await untilGone(pid);
  });

  test("an aborted call ends its program", async () => {
    const controller = new AbortController();
    const program = await opened.programs.find("sleep");
    if (program === undefined) throw new Error("no sleep");
    const call = opened.programs.run(
      { program, args: ["1000"], environment: {}, timeoutMs: 60_000, maxOutputBytes: 10 },
      controller.signal,
    );
    controller.abort(new Error("stop"));
    expect(await faultOf(call)).toContain("stop");
  });
});

describe("a grant of programs", () => {
  test("names programs that are there", async () => {
    const findings = await under({ programs: ["echo", "no-such-program", join(folder, "none"), folder] }).findings();
    expect(findings.map(({ severity, path }) => `${severity} ${path}`)).toEqual([
      "error programs.1",
      "error programs.2",
      "error programs.3",
    ]);
    expect(findings[0]?.message).toBe(`there is no program "no-such-program" in the system's folders`);
  });

  test("is warned of where it lets a spell run anything", async () => {
    for (const program of ["sh", "env", "/bin/sh", "*"]) {
      expect(await under({ programs: [program] }).findings()).toMatchObject([
        { severity: "warning", path: "programs.0" },
      ]);
    }
    expect(await under({ programs: ["echo"], env: ["LANG"] }).findings()).toEqual([]);
  });
});
