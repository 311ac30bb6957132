import { parse } from "../../../src/contract/check-schema.ts";
import { describe, expect, test } from "bun:test";
import { state } from "../../../src/bridges/state.ts";
import type { CallContext } from "../../../src/contract/bridge.ts";
import { Float, FunctionHandle, ResourceHandle, Time, type Value } from "../../../src/contract/value.ts";
import { codeOf } from "./bridges.ts";

/** One run's calls of the bridge. */
function openRun(options: object = {}) {
  const context = { run: {}, grant: parse(state.grant(), options) } as unknown as CallContext;
  return async (name: keyof typeof state.functions, args: Readonly<Record<string, unknown>> = {}): Promise<Value> => {
    const found = state.functions[name];
    const parsed = Object.fromEntries(
      Object.entries(found.parameters).map(([key, schema]) => [key, parse(schema, args[key])]),
    );
    const answer = await found.run(parsed, context);
    parse(found.returns, answer);
    return answer;
  };
}

describe("state", () => {
  test("gives what was set, as it was", async () => {
    const call = openRun();
    const value = {
      int: 2n ** 60n,
      float: new Float(1),
      bytes: new Uint8Array([0, 255]),
      list: [null, "ä", Time.fromMilliseconds(5)],
    };
    expect(await call("get", { key: "a" })).toBeNull();
    await call("set", { key: "a", value });
    expect(await call("get", { key: "a" })).toEqual(value);
    expect(await call("has", { key: "a" })).toBe(true);
    expect(await call("delete", { key: "a" })).toBe(true);
    expect(await call("delete", { key: "a" })).toBe(false);
    expect(await call("has", { key: "a" })).toBe(false);
  });

  test("what is changed afterwards is another", async () => {
    const call = openRun();
    const value = { list: [1] };
    await call("set", { key: "a", value });
    value.list.push(2);
    ((await call("get", { key: "a" })) as unknown as typeof value).list.push(3);
    expect(JSON.stringify(await call("get", { key: "a" }))).toBe(`{"list":[1]}`);
  });

  test("names of JavaScript's own are keys like others", async () => {
    const call = openRun();
    const polluting = JSON.parse(`{"__proto__": {"polluted": 1}}`) as unknown;
    for (const key of ["__proto__", "constructor", "", "\0"]) await call("set", { key, value: polluting });
    expect(await call("keys")).toEqual(["", "\0", "__proto__", "constructor"]);
    expect(Object.keys((await call("get", { key: "__proto__" })) as object)).toEqual(["__proto__"]);
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  });

  test("null removes", async () => {
    const call = openRun({ maxKeys: 1 });
    await call("set", { key: "a", value: 1 });
    await call("set", { key: "a" });
    await call("set", { key: "b", value: 2 });
    expect(await call("keys")).toEqual(["b"]);
  });

  test("runs share nothing", async () => {
    const [one, other] = [openRun(), openRun()];
    await one("set", { key: "a", value: 1 });
    expect(await other("keys")).toEqual([]);
  });

  test("is held to its sizes, and room is given back", async () => {
    const call = openRun({ maxBytes: 100, maxKeys: 2 });
    const half = "x".repeat(40);
    await call("set", { key: "a", value: half });
    await call("set", { key: "b", value: half });
    expect(await codeOf(call("set", { key: "b", value: half.repeat(2) }))).toBe("limit.state");
    expect(await codeOf(call("set", { key: "c", value: 1 }))).toBe("limit.state");
    expect(await call("get", { key: "b" })).toBe(half);
    for (let turn = 0; turn < 10; turn++) {
      await call("delete", { key: "a" });
      await call("set", { key: "a", value: half });
      await call("set", { key: "a", value: half });
    }
    expect(await call("keys")).toEqual(["a", "b"]);
  });

  test.each([new FunctionHandle(1), new ResourceHandle("llm.stream", 1), [{ deep: new FunctionHandle(1) }]])(
    "keeps no functions and handles",
    async (value) => {
      expect(await codeOf(openRun()("set", { key: "a", value }))).toBe("value.unsupported");
    },
  );
});
