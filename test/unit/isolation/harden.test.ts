import { afterAll, describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import type { Failure } from "../../../src/contract/errors.ts";
import { LIMITS, type Limits } from "../../../src/contract/limits.ts";
import type { EngineMessage, StartMessage } from "../../../src/contract/message.ts";
import type { Isolation } from "../../../src/contract/profile.ts";
import { ENGINES } from "../../../src/engines/index.ts";
import { LAYER_NAMES, openLocalChannel, openProcessChannel, readAsset } from "../../../src/isolation/index.ts";
import { tryHardening } from "../../../src/isolation/harden/try-hardening.ts";
import { asNobody, hasLandlock } from "./machine.ts";
import { SpellProcess } from "../../../src/isolation/spell-process.ts";

/** The layers that this machine offers. */
const OFFERED = LAYER_NAMES.filter((name) => name !== "landlock" || hasLandlock);
/** The strictest that can run here. */
const STRICTEST = OFFERED.length === LAYER_NAMES.length ? "required" : "best-effort";

const MIB = 1024 * 1024;
const SELF = [process.execPath, resolve(import.meta.dir, "../../../src/cli/main.ts")];
/** A spell's process on a machine that differs from this one: see harden-entry.ts. */
const onMachine = (kind: string) => [process.execPath, resolve(import.meta.dir, "harden-entry.ts"), kind];
const WITHOUT_SECCOMP = onMachine("no-seccomp");

const started: SpellProcess[] = [];
afterAll(() => started.forEach((child) => child.kill()));

interface Options {
  readonly engine: string;
  readonly source: string;
  readonly hardening?: Isolation["hardening"];
  readonly command?: readonly string[];
  readonly memory?: number;
}

/** A spell in a process of its own, with `host.echo(x)` that answers 1 and `host.never()` that does not answer. */
function cast({ engine, source, hardening = STRICTEST, command = SELF, memory = 256 * MIB }: Options) {
  const child = new SpellProcess(command, engine);
  started.push(child);
  const end = Promise.withResolvers<Failure | undefined>();
  const waits = Promise.withResolvers<void>();
  const messages: EngineMessage[] = [];
  const events = {
    onMessage(message: EngineMessage) {
      messages.push(message);
      if (message.type !== "call") return;
      if (message.function === "never") waits.resolve();
      else channel.send({ type: "return", id: message.id, value: 1n, time: 0 });
    },
    onEnd: end.resolve,
  };
  const channel = openProcessChannel(child, { frame: 64 * MIB, memory: 1024 * MIB }, events, hardening);
  const begin = async () => {
    await channel.ready;
    channel.send(startMessage(engine, source, memory));
  };
  const run = async () => {
    await begin();
    const broken = await end.promise;
    const last = messages.findLast(({ type }) => type === "result" || type === "failure");
    if (last?.type === "failure") throw new Error(`${last.failure.code}: ${last.failure.message}`);
    if (last?.type !== "result") throw new Error(`${broken?.code}: ${broken?.message}`);
    return Number(last.value);
  };
  return { child, channel, begin, run, waits: waits.promise, end: end.promise, messages };
}

function startMessage(engine: string, source: string, memory: number): StartMessage {
  const limits = Object.fromEntries(Object.entries(LIMITS).map(([name, { standard }]) => [name, standard]));
  const functions = { echo: { name: "echo" }, never: { name: "never" } };
  return {
    type: "start",
    mode: "run",
    program: { file: `main.${engine}`, source, modules: {} },
    parameters: {},
    surface: { host: { values: {}, functions, handles: {} } },
    limits: { ...(limits as unknown as Limits), fuel: Number.MAX_SAFE_INTEGER, memory },
    seed: 1,
    time: 0,
  };
}

/** `NoNewPrivs` and `Seccomp` as the kernel says them of each thread. */
function threadStates(pid: number): Set<string> {
  const tasks = [...new Bun.Glob("*/status").scanSync({ cwd: `/proc/${pid}/task`, onlyFiles: false })];
  expect(tasks.length).toBeGreaterThan(1);
  const field = (text: string, name: string) => new RegExp(`^${name}:\\s+(\\d+)$`, "m").exec(text)?.[1];
  return new Set(
    tasks.map((task) => {
      const text = readFileSync(`/proc/${pid}/task/${task}`, "utf8");
      return `NoNewPrivs ${field(text, "NoNewPrivs")}, Seccomp ${field(text, "Seccomp")}`;
    }),
  );
}

const LUA_HEAVY = (tables: number) => `
  local function fib(n) if n < 2 then return n end return fib(n - 1) + fib(n - 2) end
  fib(18)
  local kept, n = {}, 0
  for round = 1, 6 do
    local t = {}
    for i = 1, ${tables} do t[i] = {i, tostring(i)} end
    table.sort(t, function(a, b) return a[2] < b[2] end)
  end
  for i = 1, 60 do kept[i] = string.rep("x", 1000000) .. i end
  for i = 1, 20000 do n = n + host.echo(i) end
  return n`;
const JAVASCRIPT_HEAVY = `
  const fib = (n) => n < 2 ? n : fib(n - 1) + fib(n - 2);
  fib(18);
  for (let round = 0; round < 6; round++) Array.from({length: 20000}, (_, i) => ({i, s: String(i)})).sort((a, b) => a.s < b.s ? -1 : 1);
  const kept = [];
  for (let i = 0; i < 60; i++) kept.push(new Uint8Array(1e6).fill(i));
  let n = 0;
  for (let i = 0; i < 20000; i++) n += Number(await host.echo(i));
  export default n`;

const TENGO_HEAVY = `
  text := import("text")
  fib := func(n) { return n < 2 ? n : fib(n - 1) + fib(n - 2) }
  fib(18)
  for round := 0; round < 6; round++ {
    records := []
    for i := 0; i < 20000; i++ { records = append(records, {i: i, s: string(i)}) }
    byText := {}
    for record in records { byText[record.s] = record }
  }
  kept := []
  for i := 0; i < 60; i++ { kept = append(kept, text.repeat("x", 1000000) + i) }
  n := 0
  for i := 0; i < 20000; i++ { n += host.echo(i) }
  export n`;

/** Collections, hot code, memory near to the limit of 96 MiB and many calls. */
const HEAVY: Readonly<Record<string, string>> = {
  lua: LUA_HEAVY(20_000),
  fengari: LUA_HEAVY(4000),
  javascript: JAVASCRIPT_HEAVY,
  tengo: TENGO_HEAVY,
};
const WAITS: Readonly<Record<string, string>> = {
  lua: "host.never()",
  fengari: "host.never()",
  javascript: "await host.never()",
  tengo: "host.never()",
};

describe.skipIf(process.platform !== "linux")("on Linux", () => {
  for (const { id: engine } of ENGINES) {
    test(`${engine}: a hardened process is refused everything that it tries`, async () => {
      const { hardened, attempts } = await tryHardening(SELF, engine);
      expect(hardened.layers).toEqual(OFFERED);
      expect(attempts.filter(({ refused }) => !refused)).toEqual([]);
      for (const layer of LAYER_NAMES) expect(attempts.some((attempt) => attempt.layer === layer)).toBe(true);
    });

    test.skipIf(HEAVY[engine] === undefined)(
      `${engine}: a heavy run comes to its end, hardened`,
      async () => {
        const source = HEAVY[engine] ?? "";
        expect(await cast({ engine, source, memory: 96 * MIB }).run()).toBe(20_000);
      },
      120_000,
    );

    test.skipIf(WAITS[engine] === undefined)(
      `${engine}: the kernel says so of every thread, and nothing with off`,
      async () => {
        const states = async (hardening: Isolation["hardening"]) => {
          const spell = cast({ engine, source: WAITS[engine] ?? "", hardening });
          await spell.begin();
          await spell.waits;
          const seen = threadStates(spell.child.pid);
          expect(spell.child.use().resident).toBeGreaterThan(MIB);
          spell.channel.kill();
          expect(await spell.end).toBeUndefined();
          return seen;
        };
        expect(await states(STRICTEST)).toEqual(new Set(["NoNewPrivs 1, Seccomp 2"]));
        expect(await states("best-effort")).toEqual(new Set(["NoNewPrivs 1, Seccomp 2"]));
        expect(await states("off")).toEqual(new Set(["NoNewPrivs 0, Seccomp 0"]));
      },
    );
  }

  test("without hardening each attempt would succeed: the attempts can tell", async () => {
    const { hardened, attempts } = await tryHardening(SELF, "lua", false);
    expect(hardened.layers).toEqual([]);
    // Some kernels refuse io_uring to everybody.
    const refused = attempts.filter((attempt) => attempt.refused && attempt.name !== "set up io_uring");
    expect(refused).toEqual([]);
    expect(attempts.length).toBeGreaterThan(10);
  });

  // Only root can become somebody else; tests of anybody else are unprivileged anyway.
  test.skipIf(asNobody === undefined)("an unprivileged person's process is hardened as well", async () => {
    const command = [...(asNobody ?? []), ...SELF];
    const { hardened, attempts } = await tryHardening(command, "lua");
    expect(hardened.layers).toEqual(OFFERED);
    expect(attempts.filter(({ refused }) => !refused)).toEqual([]);
  });

  test.skipIf(!hasLandlock)("a required layer that is missing ends the run before its start", async () => {
    const spell = cast({ engine: "lua", source: "print('ran')", command: WITHOUT_SECCOMP, hardening: "required" });
    const message = 'The profile requires layers that do not hold here: "seccomp" (not in this kernel)';
    await expect(spell.channel.ready).rejects.toMatchObject({
      code: "grant.hardening",
      message,
      details: { missing: [{ layer: "seccomp", reason: "not in this kernel" }] },
    });
    expect(await spell.end).toMatchObject({ code: "grant.hardening", message });
    expect(spell.messages).toEqual([]);
  });

  for (const [kind, reason] of [
    ["no-landlock", "not in this kernel, or kept from this process by a filter around it"],
    ["landlock-off", "in this kernel, but not switched on when it started (lsm=landlock,…)"],
  ] as const) {
    test(`${kind}: what needs it is refused before its start, what does not goes on and says so`, async () => {
      const command = onMachine(kind);
      const spell = cast({ engine: "lua", source: "print('ran')", command, hardening: "required" });
      await expect(spell.channel.ready).rejects.toMatchObject({
        code: "grant.hardening",
        message: `The profile requires layers that do not hold here: "landlock" (${reason})`,
      });
      expect((await spell.end)?.code).toBe("grant.hardening");
      expect(spell.messages).toEqual([]);
      expect(await cast({ engine: "lua", source: "return 7", command, hardening: "best-effort" }).run()).toBe(7);
      const { hardened, attempts } = await tryHardening(command, "lua");
      expect(hardened.missing).toEqual([{ layer: "landlock", reason }]);
      expect(hardened.layers).toEqual(["no-new-privs", "rlimits", "seccomp"]);
      // It is Landlock that these try, and no other layer.
      const beneath = attempts.filter(({ layer }) => layer === "landlock");
      expect(beneath.length).toBeGreaterThan(4);
      expect(beneath.filter(({ refused }) => refused)).toEqual([]);
    });
  }

  test("a process that starts threads without end is ended", async () => {
    const spell = cast({ engine: "lua", source: "host.never()", command: onMachine("thread-bomb") });
    expect(await spell.end).toMatchObject({
      code: "process.died",
      message: expect.stringMatching(/started \d+ threads/),
    });
  });

  test("with best-effort the same run goes on, with the layers that there are", async () => {
    const spell = cast({ engine: "lua", source: "host.never()", command: WITHOUT_SECCOMP, hardening: "best-effort" });
    await spell.begin();
    await spell.waits;
    expect(readFileSync(`/proc/${spell.child.pid}/status`, "utf8")).toMatch(/^NoNewPrivs:\t1\nSeccomp:\t0$/m);
    spell.channel.kill();
    await spell.end;
  });
});

test("with rung none nothing can be required", async () => {
  const [engine] = ENGINES;
  if (engine === undefined) throw new Error("no engine");
  const events = { onMessage: () => {}, onEnd: () => {} };
  const channel = openLocalChannel(engine, readAsset, events, "required");
  await expect(channel.ready).rejects.toMatchObject({ code: "grant.hardening" });
  await openLocalChannel(engine, readAsset, events, "best-effort").ready;
});

test("a process that dies before it is hardened is never ready", async () => {
  const spell = cast({ engine: "lua", source: "" });
  spell.child.kill();
  await expect(spell.channel.ready).rejects.toMatchObject({ code: "process.died" });
  expect(await spell.end).toMatchObject({ code: "process.died" });
});
