import { describe, expect, test } from "bun:test";
import { STANDARD_LIMITS } from "../../../../src/contract/limits.ts";
import type { EngineMessage } from "../../../../src/contract/message.ts";
import { ENGINES, factoryOf, mainFile, startMessage } from "../../../conformance/harness.ts";

const family = ENGINES.filter(({ language }) => language === "lua");

test("the family has both of its engines", () => {
  expect(family.map(({ id }) => id).toSorted()).toEqual(["fengari", "lua"]);
});

for (const engine of family) {
  describe(`the reactor of ${engine.id}`, () => {
    const open = async (source: string, change: Partial<ReturnType<typeof startMessage>> = {}) => {
      const messages: EngineMessage[] = [];
      const reactor = (await factoryOf(engine)).create((message) => messages.push(message));
      reactor.start({ ...startMessage({ name: "", expect: {} }, engine, source), ...change });
      return { messages, reactor };
    };

    test("answers before `start` returns", async () => {
      const { messages } = await open("return 1");
      expect(messages.map(({ type }) => type)).toEqual(["result"]);
    });

    test("ignores answers to calls that are not under way, and everything after its end", async () => {
      const { messages, reactor } = await open("return host.never()");
      reactor.deliver({ type: "return", id: 99, value: "forged", time: 1 });
      expect(messages.map(({ type }) => type)).toEqual(["call"]);
      reactor.deliver({ type: "return", id: 1, value: "real", time: 1 });
      reactor.deliver({ type: "return", id: 1, value: "twice", time: 1 });
      reactor.deliver({ type: "release", functions: [1], time: 1 });
      expect(messages.map((message) => (message.type === "result" ? message.value : message.type))).toEqual([
        "call",
        "real",
      ]);
    });

    test("answers a callback of a function that it never gave with script.handle-closed", async () => {
      const { messages, reactor } = await open("return host.never()");
      reactor.deliver({ type: "callback", id: 5, function: { id: 77 } as never, args: [], time: 1 });
      expect(messages[1]).toMatchObject({ type: "returned", id: 5, error: { code: "script.handle-closed" } });
    });

    test("takes a callback with more arguments than Lua's first stack holds", async () => {
      const { messages, reactor } = await open("host.keep(function(...) return select('#', ...) end) host.never()");
      reactor.deliver({ type: "return", id: 1, value: null, time: 1 });
      reactor.deliver({
        type: "callback",
        id: 1,
        function: { id: 1 } as never,
        args: Array<number>(5000).fill(1),
        time: 1,
      });
      expect(messages.at(-1)).toMatchObject({ type: "returned", id: 1, value: 5000 });
    });

    test("ends in a failure where the callback's arguments are too many", async () => {
      const { messages, reactor } = await open("host.keep(function() end) host.never()");
      reactor.deliver({ type: "return", id: 1, value: null, time: 1 });
      const args = Array<number>(2_000_000).fill(1);
      reactor.deliver({ type: "callback", id: 1, function: { id: 1 } as never, args, time: 1 });
      expect(messages.at(-1)).toMatchObject({ type: "returned", id: 1, error: { code: "limit.stack" } });
    });

    test("is deaf after dispose", async () => {
      const { messages, reactor } = await open("return host.never()");
      reactor.dispose();
      reactor.deliver({ type: "return", id: 1, value: 1, time: 1 });
      expect(messages.length).toBe(1);
    });

    test("two reactors share nothing", async () => {
      const first = await open("x = 1 string.evil = 1 return x");
      const second = await open("return {x == nil, string.evil == nil}");
      expect(first.messages[0]).toMatchObject({ value: 1 });
      expect(second.messages[0]).toMatchObject({ value: [true, true] });
    });

    test("names long files as they are", async () => {
      const file = `${"folder/".repeat(20)}${mainFile(engine)}`;
      const { messages } = await open("\nerror('long')", { program: { file, source: "\nerror('long')", modules: {} } });
      expect(messages[0]).toMatchObject({ failure: { message: "long", position: { file, line: 2 } } });
    });

    test("keeps the limit of fuel exactly as given", async () => {
      const { messages } = await open("for i = 1, 1e9 do end", { limits: { ...STANDARD_LIMITS, fuel: 50_000 } });
      expect(messages[0]).toMatchObject({ failure: { code: "limit.fuel", message: expect.stringContaining("50000") } });
    });
  });
}
