import { describe, expect, test } from "bun:test";
import { ErrorValue, FunctionHandle, ResourceHandle, type Value } from "../../../../src/contract/value.ts";
import type { CallMessage } from "../../../../src/contract/message.ts";
import { run, SURFACE } from "./harness.ts";

/** Answers `stream` with a handle that gives three items, and notes what was asked of it. */
function stream(log: string[] = []) {
  let item = 0;
  return (call: CallMessage): Value | undefined => {
    log.push(call.function);
    if (call.function === "openStream") return new ResourceHandle("host.stream", 7);
    if (call.function === "stream.close") return null;
    expect(call.args[0]).toEqual(new ResourceHandle("host.stream", 7));
    item++;
    return item > 3 ? { done: true, value: null } : { done: false, value: { text: `chunk ${item}`, n: item } };
  };
}

describe("calls", () => {
  test("carry the canonical name, a counting id, and no trailing undefined", () => {
    const done = run("await host.stream.call(null, 1, undefined, 2, undefined); await host.echo()", {
      answer: () => null,
    });
    expect(done.calls).toEqual([
      { type: "call", id: 1, fiber: 1, module: "host", function: "openStream", args: [1, null, 2] },
      { type: "call", id: 2, fiber: 1, module: "host", function: "echo", args: [] },
    ]);
  });

  test("run at once, and answers may come in any order", () => {
    const open: number[] = [];
    const done = run("export default await Promise.all([host.later(), host.later()])", {
      answer: (call, at) => {
        open.push(call.id);
        if (open.length < 2) return undefined;
        at.deliver({ type: "return", id: 2, value: "b", time: 1 });
        at.deliver({ type: "return", id: 1, value: "a", time: 1 });
        return undefined;
      },
    });
    expect(done.value).toEqual(["a", "b"]);
  });

  test("an answer from within send comes after the script waits", () => {
    const done = run("const p = host.later(); host.print('first'); host.print(await p)", {
      answer: () => undefined,
      onMessage: (message, at) => {
        if (message.type === "call") at.deliver({ type: "return", id: message.id, value: " second", time: 1 });
      },
    });
    expect(done.stdout).toBe("first second");
  });

  test("that fail reject with an Error of the call's own stack", () => {
    const source = `async function asks() {
  return host.fail(1);
}
try { await asks() } catch (e) { host.print([e instanceof Error, e.code, e.message, e.details.why, e.stack].join("|")) }`;
    expect(run(source).stdout).toMatch(/^true\|call\.failed\|It broke\|test\| +at asks \(main\.js:2:\d+\)/);
    expect(run(source).stdout).not.toContain("llmspell:");
  });

  test("that nobody catches end the run with their code and details", () => {
    const { failure } = run("\n  await host.fail();");
    expect(failure).toMatchObject({ code: "call.failed", message: "It broke", details: { why: "test" } });
    expect(failure?.position).toEqual({ file: "main.js", line: 2, column: 14 });
  });

  test("can be cancelled", () => {
    const done = run("const p = host.later(); p.cancel(); try { await p } catch (e) { host.print(e.code) }");
    expect(done.messages.map((message) => message.type)).toEqual(["call", "cancel", "output", "result"]);
    expect(done.stdout).toBe("call.cancelled");
  });

  test("that could not be sent cancel no other call", () => {
    const done = run(
      "const p = host.echo(1); const bad = host.echo(Symbol()); bad.cancel(); await bad.catch(() => {}); export default await p",
    );
    expect(done.messages.map((message) => message.type)).toEqual(["call", "result"]);
    expect(done.value).toBe(1);
  });

  test("an answer that prints as its text", () => {
    const done = run("const a = await host.complete(); host.print(a); export default [`${a}`, Object.keys(a)]", {
      answer: () => ({ text: "hello", tokens: 2 }),
    });
    expect([done.stdout, done.value]).toEqual(["hello", ["hello", ["text", "tokens"]]]);
  });

  test("local output is sent as it is and makes no call", () => {
    const done = run("host.print('a\\0\\ud800\\n'); host.print(5)");
    expect(done.messages.slice(0, 2)).toEqual([
      { type: "output", stream: "stdout", text: "a\0\ud800\n" },
      { type: "output", stream: "stdout", text: "5" },
    ]);
    expect(done.calls).toEqual([]);
  });

  test("the run waits for calls that nobody waits for", () => {
    const done = run("host.echo(1).then(() => host.print('late')); export default 1");
    expect(done.messages.map((message) => message.type)).toEqual(["call", "output", "result"]);
  });
});

describe("modules of bridges", () => {
  test("are frozen, and are imported too", () => {
    const source = `"use strict";
import whole, { echo, version } from "llmspell:host";
const refused = [];
for (const change of [() => { host.echo = 1 }, () => { globalThis.host = 1 }, () => { host.list[1].a = 3 }, () => { delete host.echo }])
  try { change() } catch (e) { refused.push(e.name) }
export default [whole === host, echo === host.echo, version, host.list, refused, (await import("llmspell:host")).default === host];`;
    expect(run(source).value).toEqual([
      ...[true, true, "1.2", [1, { a: 2 }], ["TypeError", "TypeError", "TypeError", "TypeError"], true],
    ]);
  });

  test("say that they are read-only, before and after they were first used", () => {
    const source = `const code = () => { try { host = 1 } catch (e) { return e.message } };
export default [code(), typeof host.echo, code()];`;
    expect(run(source).value).toEqual(["'host' is read-only", "function", "'host' is read-only"]);
  });

  test("exist only where they are granted", () => {
    const { failure } = run("await llm.complete('x')");
    expect(failure).toMatchObject({ code: "script.error", missing: "llm", position: { line: 1, column: 7 } });
  });
});

describe("streams", () => {
  test.each([
    ["a promise of a stream", "for await (const c of host.stream()) host.print(c)"],
    ["a stream", "for await (const c of await host.stream()) host.print(c)"],
    ["step by step", "const s = await host.stream(); for (let i; !(i = await s.next()).done; ) host.print(i.value)"],
  ])("%s", (_name, source) => {
    const log: string[] = [];
    const done = run(source, { answer: stream(log) });
    expect(done.stdout).toBe("chunk 1chunk 2chunk 3");
    expect(log).toEqual(["openStream", "stream.nextItem", "stream.nextItem", "stream.nextItem", "stream.nextItem"]);
  });

  test("are closed when the loop is left", () => {
    const log: string[] = [];
    const done = run("for await (const c of host.stream()) { host.print(c); break }", { answer: stream(log) });
    expect(done.failure).toBeUndefined();
    expect(log).toEqual(["openStream", "stream.nextItem", "stream.close"]);
  });

  test("a method without its handle is an error", () => {
    const { failure } = run("const { next } = await host.stream(); next()", { answer: stream() });
    expect(failure?.message).toBe("TypeError: next was called without its stream");
  });
});

describe("callbacks", () => {
  const call = (at: { deliver: ReturnType<typeof run>["deliver"] }, id: number, handle: Value, ...args: Value[]) =>
    at.deliver({ type: "callback", id, function: handle as FunctionHandle, args, time: 1 });

  test("run as new fibers and answer with their value", () => {
    const done = run(
      "await host.call(async (x) => { const y = await host.echo(x + 1); await host.echo(y); return y * 2 })",
      {
        answer: (message, at) => {
          if (message.function === "echo") return message.args[0];
          call(at, 77, message.args[0] ?? null, 20);
          return undefined;
        },
        onMessage: (message, at) => {
          if (message.type === "returned") at.deliver({ type: "return", id: 1, value: null, time: 1 });
        },
      },
    );
    expect(done.messages.find((message) => message.type === "returned")).toEqual({
      type: "returned",
      id: 77,
      value: 42,
    });
    expect(done.calls.map(({ fiber }) => fiber)).toEqual([1, 2, 2]);
    expect(done.value).toBeNull();
  });

  test.each([
    ["throw Object.assign(new Error('no'), { code: 'my.code', details: [1] })", new ErrorValue("my.code", "no", [1])],
    ["null.x", new ErrorValue("script.error", "TypeError: cannot read property 'x' of null", null)],
    [
      "return new Map()",
      new ErrorValue("value.unsupported", "result is a Map, which cannot cross to or from a script"),
    ],
  ])("%s", (body, error) => {
    const done = run(`await host.call(() => { ${body} })`, {
      answer: (message, at) => {
        call(at, 5, message.args[0] ?? null);
        return null;
      },
    });
    expect(done.messages.find((message) => message.type === "returned")).toEqual({ type: "returned", id: 5, error });
    expect(done.failure).toBeUndefined();
  });

  test("of a released function, and over limits.fibers, are refused", () => {
    const done = run("const f = () => new Promise(() => {}); await host.call(f)", {
      limits: { fibers: 2 },
      answer: (message, at) => {
        call(at, 1, message.args[0] ?? null);
        call(at, 2, message.args[0] ?? null);
        at.deliver({ type: "release", functions: [1], time: 1 });
        return null;
      },
    });
    expect(done.messages.find((message) => message.type === "returned")).toMatchObject({
      id: 2,
      error: { code: "limit.fibers" },
    });
    expect(done.failure?.code).toBe("script.deadlock");
    const closed = run("await host.call(1)", {
      answer: (_message, at) => {
        call(at, 3, new FunctionHandle(9));
        return null;
      },
    });
    expect(closed.messages.find((message) => message.type === "returned")).toMatchObject({
      error: { code: "script.handle-closed" },
    });
  });
});

describe("timers", () => {
  const time = { values: {}, functions: { sleep: { name: "sleep" } }, handles: {} };

  test("are calls of time.sleep", () => {
    const source = `setTimeout((a) => host.print(a), 20, "b"); const id = setTimeout(() => host.print("never"), 5); clearTimeout(id);
let n = 0; const every = setInterval(() => { host.print(++n); if (n === 2) clearInterval(every) }, 10);`;
    const done = run(source, { surface: { ...SURFACE, time }, answer: () => null });
    expect(done.failure).toBeUndefined();
    expect(done.stdout).toBe("b12");
    expect(done.calls.map(({ function: name, args }) => [name, args[0]])).toContainEqual(["sleep", 20]);
  });

  test("hold a spell open only where it has no result yet", () => {
    const waiting = "setInterval(() => host.print('tick'), 1); setTimeout(() => {}, 1e9);";
    const done = run(`${waiting} export default 1`, { surface: { ...SURFACE, time }, answer: () => undefined });
    expect(done).toMatchObject({ value: 1, failure: undefined });
    const held = run(waiting, { surface: { ...SURFACE, time }, answer: () => undefined });
    expect(held).toMatchObject({ value: undefined, failure: undefined });
    const called = run(`${waiting} void host.echo(1); export default 1`, { surface: { ...SURFACE, time } });
    expect(called.value).toBe(1);
  });

  test("say what they need without it", () => {
    expect(run("setTimeout(() => {}, 1)").failure).toMatchObject({
      code: "grant.bridge",
      message: expect.stringContaining("time"),
    });
  });
});
