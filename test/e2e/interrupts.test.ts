import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { startModelServer, startRawServer, type ModelServer } from "../model-server.ts";
import {
  BINARY,
  environment,
  leftOver,
  makeFolder,
  processesWith,
  runBinary,
  startBinary,
  until,
  TEST_TIME,
} from "./binary.ts";
import { NO_TERMINAL, openTerminal } from "./terminal.ts";

setDefaultTimeout(TEST_TIME);

const isLinux = process.platform === "linux";

/** Waits until the spell of a running binary has printed `ready`. */
async function ready(child: ReturnType<typeof startBinary>): Promise<void> {
  const reader = child.stdout.getReader();
  let text = "";
  while (!text.includes("ready")) {
    const { value, done } = await reader.read();
    if (done) throw new Error(`it ended: ${text}`);
    text += new TextDecoder().decode(value);
  }
  reader.releaseLock();
}

/** What a spell may be doing when it is interrupted. */
const BUSY: Readonly<Record<string, readonly string[]>> = {
  "an endless loop in Lua": ["exec", "-e", "print('ready') while true do end"],
  "an endless loop in JavaScript": ["exec", "--engine", "javascript", "-e", "console.log('ready'); while (true) {}"],
  "an endless loop in tengo": [
    ...["exec", "--engine", "tengo", "-e"],
    'fmt := import("fmt"); fmt.println("ready"); for {}',
  ],
  "an endless loop in fengari": ["exec", "--engine", "fengari", "-e", "print('ready') while true do end"],
  "a Lua pattern that never ends": ["exec", "-e", "print('ready') string.find(('a'):rep(2000), '.-.-.-.-.-b')"],
  "an error that is caught again and again": [
    "exec",
    "-e",
    "print('ready') while true do pcall(function() while true do end end) end",
  ],
  sleeping: ["exec", "-e", "print('ready') time.sleep(60000)"],
  "waiting for a line": ["exec", "-e", "print('ready') spell.prompt('?')"],
  "waiting for all input": ["exec", "-e", "print('ready') spell.input()"],
};

describe("interrupted", () => {
  for (const [what, args] of Object.entries(BUSY)) {
    for (const signal of ["SIGINT", "SIGTERM"] as const) {
      test(`${signal} in ${what}: 130, and nothing left running`, async () => {
        const child = startBinary(args);
        await ready(child);
        child.kill(signal);
        expect(await child.exited).toBe(130);
        expect(await child.stderr.text()).toContain("error[interrupted]");
        if (isLinux) expect(await until(() => leftOver().length === 0)).toBe(true);
      });
    }
  }

  test("in a call to a model: the connection is closed", async () => {
    const raw = await startRawServer([["stall"]]);
    const env = { OPENAI_BASE_URL: raw.url, OPENAI_API_KEY: "sk-test" };
    const child = startBinary(["run", "hello", "-m", "openai"], { env });
    expect(await until(() => raw.requests().length === 1)).toBe(true);
    child.kill("SIGINT");
    expect(await child.exited).toBe(130);
    await raw.hungUp();
    await raw.close();
  });

  test("killed for good: the spell's process goes with it", async () => {
    if (!isLinux) return;
    const child = startBinary(["exec", "-e", "print('ready') while true do end"]);
    await ready(child);
    expect(leftOver().length).toBe(2);
    child.kill("SIGKILL");
    await child.exited;
    expect(await until(() => leftOver().length === 0)).toBe(true);
  });

  for (const [what, signal] of [
    ["killed for good", "SIGKILL"],
    ["interrupted", "SIGINT"],
  ] as const) {
    test(`${what}: what its programs have started goes too, even in a session of its own`, async () => {
      if (!isLinux) return;
      const cwd = makeFolder({
        "shell.yaml": "extends: standard\nbridges:\n  shell: { programs: [sh] }\n",
        // So long that nobody else sleeps as long.
        "spell.lua": 'print("ready") shell.run("sh", {"-c", "setsid sleep 86407 & exec sleep 86407"})',
      });
      const child = startBinary(["run", "./spell.lua", "--profile", "./shell.yaml"], { cwd });
      await ready(child);
      expect(await until(() => processesWith("sleep 86407 ").length === 2)).toBe(true);
      child.kill(signal);
      await child.exited;
      expect(await until(() => processesWith("sleep 86407 ").length === 0)).toBe(true);
      expect(await until(() => leftOver().length === 0)).toBe(true);
    });
  }
});

describe("interrupted before the run, by somebody who waits", () => {
  const onPipe: Readonly<Record<string, readonly string[]>> = {
    "for a source from a pipe": ["run", "pipe", "--engine", "lua"],
    "for a source on standard input": ["run", "-", "--engine", "lua"],
    "for a profile": ["run", "hello", "--profile", "./pipe"],
    "for keys": ["run", "hello", "--env-file", "pipe"],
    "for approvals": ["run", "hello", "--approvals", "pipe"],
    "for the mock's script": ["run", "hello", "--mock", "pipe"],
    "for a reader of the audit": ["run", "hello", "-m", "mock", "--audit", "pipe"],
  };
  for (const [what, args] of Object.entries(onPipe)) {
    test(`${what}: 130`, async () => {
      const cwd = makeFolder();
      Bun.spawnSync(["mkfifo", `${cwd}/pipe`]);
      const child = startBinary(args, { cwd });
      await Bun.sleep(500);
      expect(child.exitCode).toBe(null);
      child.kill("SIGTERM");
      expect(await child.exited).toBe(130);
      expect(await child.stderr.text()).toContain("error[interrupted]");
    });
  }

  test("of a source that does not end no more is read than a limit", async () => {
    if (!isLinux) return;
    for (const source of ["/dev/zero", "-"]) {
      const command = ["sh", "-c", `"$0" run ${source} --engine lua < /dev/zero`, BINARY];
      const child = Bun.spawn(command, { env: environment(), stdout: "pipe", stderr: "pipe", timeout: 30_000 });
      expect(await child.stderr.text()).toContain("error[limit.source]");
      expect(await child.exited).toBe(4);
    }
  });
});

describe("what commands start goes with them", () => {
  const looping = () => processesWith("exec -e while true do end").length;

  for (const [signal, patience] of [
    ["SIGINT", 2000],
    ["SIGTERM", 2000],
    ["SIGHUP", 2000],
    ["SIGKILL", 15_000],
  ] as const) {
    test(`doctor and ${signal}`, async () => {
      if (!isLinux) return;
      const child = startBinary(["doctor"]);
      expect(await until(() => looping() === 1)).toBe(true);
      child.kill(signal);
      await child.exited;
      if (signal !== "SIGKILL") expect(child.exitCode).toBe(130);
      expect(await until(() => leftOver().length === 0, patience)).toBe(true);
    });
  }

  for (const signal of ["SIGTERM", "SIGKILL"] as const) {
    test(`test of a spell that loops, and ${signal}`, async () => {
      if (!isLinux) return;
      const cwd = makeFolder({
        "spells/x/main.lua": "while true do end",
        "spells/x/tests/a.yaml": "expect: { status: 0 }\n",
      });
      const child = startBinary(["test", "x"], { cwd });
      expect(await until(() => leftOver().length === 3)).toBe(true);
      child.kill(signal);
      await child.exited;
      expect(await until(() => leftOver().length === 0, 3000)).toBe(true);
    });
  }
});

describe("nothing is left running", () => {
  for (const [what, args] of [
    ["success", ["run", "hello", "-m", "mock"]],
    ["an error", ["exec", "-e", "error('x')"]],
    ["a wrong command line", ["run", "hello", "--nosuch"]],
    ["a wrong parameter", ["run", "hello", "-p", "x=1"]],
    ["an unknown spell", ["run", "nosuch"]],
    ["an unknown engine", ["run", "hello", "--engine", "nosuch"]],
    ["an unknown profile", ["run", "hello", "--profile", "nosuch"]],
    ["help of a spell", ["run", "hello", "--help"]],
  ] as const) {
    test(`after ${what}`, async () => {
      await runBinary(args);
      if (isLinux) expect(await until(() => leftOver().length === 0)).toBe(true);
    });
  }
});

describe("pipes", () => {
  const shell = (command: string, env: Record<string, string> = {}) => {
    const child = Bun.spawn(["sh", "-c", command], {
      cwd: makeFolder(),
      env: environment({ LLMSPELL: BINARY, ...env }),
      stdout: "pipe",
      stderr: "pipe",
      timeout: 60_000,
    });
    return Promise.all([child.stdout.text(), child.stderr.text(), child.exited]);
  };

  test("a reader that goes away early is no fault", async () => {
    const [out, err] = await shell(`"$LLMSPELL" exec -e 'for i = 1, 20000 do print(i) end' | head -1`);
    expect([out, err]).toEqual(["1\n", ""]);
    expect((await shell(`"$LLMSPELL" explain | head -1`))[1]).toBe("");
  });

  test("much output to a slow reader arrives whole", async () => {
    const [out] = await shell(`"$LLMSPELL" exec -e 'for i = 1, 20000 do print(i) end' | (sleep 0.2; tail -1)`);
    expect(out).toBe("20000\n");
  });

  test("a full disk is an error of every command, and leaves no file behind", async () => {
    if (!isLinux) return;
    for (const command of ["run hello -q -m mock", "list", "--help", "run --help", "exec --json -e 'return 1'"]) {
      const [, err, status] = await shell(`"$LLMSPELL" ${command} > /dev/full`);
      expect([command, err, status]).toEqual([command, expect.stringContaining("error[output.write]"), 1]);
      expect(err).toContain("Cannot write to standard output: the disk is full");
    }
    const [, err, status] = await shell(`
      "$LLMSPELL" exec -e 'return 1' --journal j.db; "$LLMSPELL" runs export last --journal j.db -o /dev/full`);
    expect([err, status]).toEqual([expect.stringContaining('Cannot write to "/dev/full": the disk is full'), 1]);
  });

  test("closed descriptors", async () => {
    const [out, , status] = await shell(`"$LLMSPELL" exec -e 'print(#spell.input())' <&-`);
    expect([out, status]).toEqual(["0\n", 0]);
    const [, , silent] = await shell(`"$LLMSPELL" exec -e 'print(1)' >&- 2>&-`);
    expect(silent).toBe(0);
  });

  test("standard input is the spell's: from a pipe, empty, bytes, by lines and at its limit", async () => {
    const input = (code: string, stdin: string | Uint8Array, ...more: string[]) =>
      runBinary(["exec", "-e", code, ...more], { stdin });
    expect((await input("return spell.input()", "a\nb")).stdout).toBe("a\nb\n");
    expect((await input("return #spell.input()", "")).stdout).toBe("0\n");
    expect((await input("return #spell.input()", new Uint8Array([255, 254]))).stdout).toBe("2\n");
    const lines =
      "local t = {} for line in function() return spell.prompt() end do t[#t + 1] = line end return table.concat(t, '|')";
    expect((await input(lines, "a\r\n\nc")).stdout).toBe("a||c\n");
    const large = await input("return #spell.input()", "x".repeat(9 * 1024 * 1024));
    expect(large.status).toBe(4);
    expect(large.stderr).toContain("error[limit.input]");
  });

  test("the spell itself may come on standard input", async () => {
    expect((await runBinary(["run", "-", "--engine", "lua"], { stdin: "print('hi')" })).stdout).toBe("hi\n");
    expect((await runBinary(["run", "-"], { stdin: "print('hi')" })).stderr).toContain("needs --engine");
  });
});

describe("colour", () => {
  test("none in a pipe, forced by FORCE_COLOR, forbidden by NO_COLOR", async () => {
    const [plain, forced] = await Promise.all([
      runBinary(["run", "nosuch"]),
      runBinary(["run", "nosuch"], { env: { FORCE_COLOR: "1" } }),
    ]);
    expect(plain.stderr).not.toContain("\u001b[");
    expect(forced.stderr).toContain("\u001b[31m");
  });
});

describe("in a real terminal", () => {
  let server: ModelServer;
  let env: Record<string, string>;

  beforeAll(async () => {
    server = await startModelServer();
    env = { OPENAI_BASE_URL: server.openaiBaseUrl, OPENAI_API_KEY: "sk-test" };
    server.mock.onMessage("Hello there", { content: "Hello, you." });
    server.mock.onMessage("And again", { content: "Once more." });
  });
  afterAll(() => server.close());

  const inTerminal = (title: string, work: () => Promise<void>) => {
    if (NO_TERMINAL === undefined) test(title, work);
    else test.skip(`${title} (${NO_TERMINAL})`, work);
  };

  inTerminal("chat asks, answers, and ends with /quit", async () => {
    using terminal = openTerminal(["sh"], env);
    terminal.type("llmspell run chat; echo status=$?");
    await terminal.shows(/^you:/m);
    terminal.type("Hello there");
    await terminal.shows(/Hello, you\.\nyou:/);
    terminal.type("And again");
    await terminal.shows(/Once more\.\nyou:/);
    terminal.type("/quit");
    await terminal.shows("status=0");
  });

  inTerminal("chat ends with Ctrl-D", async () => {
    using terminal = openTerminal(["sh"], env);
    terminal.type("llmspell run chat; echo status=$?");
    await terminal.shows(/^you:/m);
    terminal.press("C-d");
    await terminal.shows("status=0");
  });

  inTerminal("Ctrl-C ends a loop, and a spell that waits for a line", async () => {
    using terminal = openTerminal(["sh"], env);
    terminal.type(`llmspell exec -e "print('rea'..'dy') while true do end"; echo status=$?`);
    await terminal.shows("ready");
    terminal.press("C-c");
    await terminal.shows(/interrupted[\s\S]*status=130/);
    terminal.type("clear; llmspell run chat; echo again=$?");
    await terminal.shows(/^you:/m);
    terminal.press("C-c");
    await terminal.shows("again=130");
    if (isLinux) expect(await until(() => leftOver().filter((line) => !line.includes("tmux")).length === 0)).toBe(true);
  });

  inTerminal("a model that takes long is waited for visibly, and nothing of that stays", async () => {
    using terminal = openTerminal(["sh"]);
    terminal.type("printf 'replies:\\n  - {delay: 2500ms, text: Done.}\\n' > slow.yaml");
    terminal.type("llmspell exec --mock slow.yaml -e 'print(llm.complete(\"x\"))'; echo status=$?");
    await terminal.shows("waiting for a model, 1 s");
    const screen = await terminal.shows("status=0");
    expect(screen).toContain("Done.");
    expect(screen).not.toContain("waiting");
  });

  inTerminal("errors are coloured there, unless NO_COLOR is set", async () => {
    using terminal = openTerminal(["sh"]);
    terminal.type("llmspell run nosuch; NO_COLOR=1 llmspell run nosuch 2>&1 | cat -v; echo end");
    await terminal.shows(/^end/m);
    expect(terminal.screen()).toContain("error[spell.not-found]");
  });
});
