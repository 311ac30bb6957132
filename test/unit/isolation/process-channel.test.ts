import { afterAll, describe, expect, test } from "bun:test";
import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import type { Failure } from "../../../src/contract/errors.ts";
import { STANDARD_LIMITS } from "../../../src/contract/limits.ts";
import type { EngineMessage, StartMessage } from "../../../src/contract/message.ts";
import { openProcessChannel, ProcessPool, type Channel } from "../../../src/isolation/index.ts";
import { SpellProcess } from "../../../src/isolation/spell-process.ts";

const FIXTURES = resolve(import.meta.dir, "../../fixtures");
const COMMAND = [process.execPath, resolve(FIXTURES, "spell-process-entry.ts")];
const MIB = 1024 * 1024;

const pool = new ProcessPool(COMMAND, 0);
afterAll(() => pool.close());

/** Whether a process is there and no zombie. */
function isAlive(pid: number): boolean {
  if (!existsSync(`/proc/${pid}/stat`)) return false;
  try {
    return !/^\d+ \(.*\) Z /.test(readFileSync(`/proc/${pid}/stat`, "latin1"));
  } catch {
    return false;
  }
}

/** Waits without a clock of its own: the test's time limit is the only one. */
async function gone(pid: number): Promise<void> {
  while (isAlive(pid)) await Bun.sleep(5);
}

const start = (source: string): StartMessage => ({
  type: "start",
  mode: "run",
  program: { file: "main.lua", source, modules: {} },
  parameters: {},
  surface: {},
  limits: { ...STANDARD_LIMITS, fuel: Number.MAX_SAFE_INTEGER, memory: 2 ** 31 },
  seed: 1,
  time: 0,
});

interface Opened {
  readonly channel: Channel;
  readonly pid: number;
  readonly messages: EngineMessage[];
  readonly heard: (type: string) => Promise<void>;
  readonly end: Promise<Failure | undefined>;
}

function open(engine: string, limits: { frame?: number; memory?: number } = {}, command = COMMAND): Opened {
  const child = new SpellProcess(command, engine);
  const messages: EngineMessage[] = [];
  const end = Promise.withResolvers<Failure | undefined>();
  const waiting: { type: string; resolve: () => void }[] = [];
  const channel = openProcessChannel(
    child,
    { frame: limits.frame ?? MIB, memory: limits.memory ?? 1024 * MIB },
    {
      onMessage(message) {
        messages.push(message);
        for (const waiter of waiting) if (waiter.type === message.type) waiter.resolve();
      },
      onEnd: end.resolve,
    },
  );
  const heard = (type: string) => new Promise<void>((done) => waiting.push({ type, resolve: done }));
  return { channel, pid: child.pid, messages, heard, end: end.promise };
}

async function begin(opened: Opened, source: string): Promise<void> {
  await opened.channel.ready;
  opened.channel.send(start(source));
}

/** A loop inside of one native function: no limiter of the VM sees it. */
const NATIVE_LOOP = 'print("looping") string.rep("", math.maxinteger)';

describe("a spell's process", () => {
  test("runs one spell, and is gone after its result", async () => {
    const run = open("lua");
    await begin(run, 'print("hi") return {1, "x"}');
    expect(await run.end).toBeUndefined();
    expect(run.messages.map(({ type }) => type)).toEqual(["output", "result"]);
    await gone(run.pid);
  });

  test("is killed in an endless loop inside of native code", async () => {
    const run = open("lua");
    const looping = run.heard("output");
    await begin(run, NATIVE_LOOP);
    await looping;
    run.channel.kill();
    expect(await run.end).toBeUndefined();
    await gone(run.pid);
  });

  test("that dies by itself is process.died, and says how", async () => {
    const run = open("lua");
    const looping = run.heard("output");
    await begin(run, NATIVE_LOOP);
    await looping;
    process.kill(run.pid, "SIGKILL");
    const failure = await run.end;
    expect(failure?.code).toBe("process.died");
    expect(failure?.message).toContain("SIGKILL");
    expect(run.messages.map(({ type }) => type)).toEqual(["output"]);
  });

  test("that grows over its memory is killed: fengari has no cap of its own", async () => {
    const run = open("fengari", { memory: 150 * MIB });
    await begin(run, "local t = {} for i = 1, 1e9 do t[i] = {i} end");
    expect((await run.end)?.code).toBe("limit.memory");
    await gone(run.pid);
  });

  test("that sends a message over the cap is ended", async () => {
    const run = open("lua", { frame: 10_000 });
    await begin(run, 'print("first") print(string.rep("x", 20000)) print("not heard")');
    expect((await run.end)?.code).toBe("limit.frame");
    expect(run.messages).toEqual([{ type: "output", stream: "stdout", text: "first\n" }]);
    await gone(run.pid);
  });

  test("that sends nonsense is ended", async () => {
    const nonsense = "process.stdout.write('R' + '\\0\\0\\0\\x02{}'); await Bun.sleep(1e9)";
    const run = open("lua", {}, [process.execPath, "-e", nonsense]);
    expect((await run.end)?.code).toBe("frame.malformed");
    await gone(run.pid);
  });

  test("that does not start rejects `ready` and ends", async () => {
    const run = open("no-such-engine");
    expect(run.channel.ready).rejects.toThrow(/did not start/);
    expect((await run.end)?.code).toBe("process.died");
  });

  test("sees none of the broker's environment", async () => {
    process.env["LLMSPELL_TEST_SECRET"] = "secret";
    const child = new SpellProcess(COMMAND, "lua");
    await child.ready;
    const environment = readFileSync(`/proc/${child.pid}/environ`, "latin1");
    delete process.env["LLMSPELL_TEST_SECRET"];
    child.kill();
    expect(environment).not.toContain("LLMSPELL_TEST_SECRET");
    expect(environment).not.toContain("PATH=");
    await gone(child.pid);
  });

  test("dies with its broker, also in the middle of an endless loop", async () => {
    const broker = Bun.spawn([process.execPath, resolve(FIXTURES, "broker.ts")], { stdout: "pipe", stderr: "inherit" });
    const { value } = await broker.stdout.getReader().read();
    const pid = Number(new TextDecoder().decode(value).trim());
    expect(isAlive(pid)).toBe(true);
    broker.kill("SIGKILL");
    await broker.exited;
    await gone(pid);
  });
});

describe("the pool", () => {
  test("hands out the child that waits, starts another, and ends those that nobody took", async () => {
    const spare = new ProcessPool(COMMAND, 1);
    spare.prepare("lua");
    const first = spare.take("lua");
    const second = spare.take("lua");
    expect(first.pid).not.toBe(second.pid);
    await Promise.all([first.ready, second.ready]);
    const third = spare.take("lua");
    await third.ready;
    for (const child of [first, second, third]) child.kill();
    spare.close();
    for (const child of [first, second, third]) await gone(child.pid);
  });

  test("close ends the children that wait", async () => {
    // All test files run in one process: only the children of this pool count.
    const others = childrenOf(process.pid);
    const spare = new ProcessPool(COMMAND, 2);
    const taken = spare.take("lua");
    await taken.ready;
    const before = childrenOf(process.pid).filter((pid) => !others.includes(pid));
    expect(before.length).toBeGreaterThanOrEqual(3);
    spare.close();
    taken.kill();
    await gone(taken.pid);
    while (childrenOf(process.pid).some((pid) => before.includes(pid) && isAlive(pid))) await Bun.sleep(5);
  });
});

function childrenOf(pid: number): number[] {
  const text = readFileSync(`/proc/${pid}/task/${pid}/children`, "latin1");
  return text.split(" ").filter(Boolean).map(Number);
}
