import { describe, expect, test } from "bun:test";
import { SpellError } from "../../../src/contract/errors.ts";
import { STANDARD_LIMITS } from "../../../src/contract/limits.ts";
import type { EngineMessage, HostMessage } from "../../../src/contract/message.ts";
import { ErrorValue, Float, FunctionHandle, ResourceHandle, Time, type Value } from "../../../src/contract/value.ts";
import {
  engineMessageFromJson,
  engineMessageToJson,
  hostMessageFromJson,
  hostMessageToJson,
} from "../../../src/contract/message-json.ts";

const over = (json: unknown): unknown => JSON.parse(JSON.stringify(json));

const VALUE: Value = {
  list: [1, new Float(1), 2n ** 60n, Number.NaN, new Time(1, 2), Uint8Array.of(255), null],
  function: new FunctionHandle(3),
  handle: new ResourceHandle("host.stream", 4),
  error: new ErrorValue("a.b", "message", [1]),
};

const ENGINE_MESSAGES: readonly EngineMessage[] = [
  { type: "call", id: 1, fiber: 2, module: "host", function: "stream.next", args: [VALUE, null] },
  { type: "call", id: 1, fiber: 2, module: "host", function: "echo", args: [] },
  { type: "cancel", id: 7 },
  { type: "returned", id: 1, value: VALUE },
  { type: "returned", id: 1, error: new ErrorValue("a", "b", VALUE) },
  { type: "output", stream: "stdout", text: "text\0" },
  { type: "output", stream: "stderr", text: Uint8Array.of(255, 0) },
  { type: "result", value: VALUE, fuel: 5 },
  {
    type: "failure",
    failure: {
      code: "my.code",
      message: "m",
      details: VALUE,
      position: { file: "f", line: 1, column: 0 },
      stack: [{ name: "g", file: "f", line: 2, column: 3 }],
      fix: "fix",
      missing: "files",
    },
  },
];

const HOST_MESSAGES: readonly HostMessage[] = [
  {
    type: "start",
    mode: "run",
    program: { file: "f", source: "s", modules: { "m.lua": "x" } },
    parameters: VALUE,
    surface: { host: { values: { v: VALUE }, functions: { echo: { name: "echo" } }, handles: {} } },
    limits: STANDARD_LIMITS,
    seed: 1,
    time: 2,
  },
  { type: "return", id: 1, value: VALUE, time: 1.5 },
  { type: "return", id: 1, error: new ErrorValue("a", "b", null), time: 1 },
  { type: "callback", id: 1, function: new FunctionHandle(9), args: [VALUE], time: 1 },
  { type: "release", functions: [1, 2], time: 1 },
];

describe("messages as JSON", () => {
  test.each(ENGINE_MESSAGES.map((message) => [message.type, message] as const))("of engines: %s", (_type, message) => {
    expect(engineMessageFromJson(over(engineMessageToJson(message)))).toEqual(message);
  });

  test.each(HOST_MESSAGES.map((message) => [message.type, message] as const))("of the host: %s", (_type, message) => {
    expect(hostMessageFromJson(over(hostMessageToJson(message)))).toEqual(message);
  });
});

const CALL = { type: "call", id: 1, fiber: 1, module: "host", function: "echo", args: [] };
const FAILURE = { code: "a", message: "b", details: null, stack: [] };

describe("hostile messages are malformed", () => {
  const hostile: readonly unknown[] = [
    null,
    1,
    "x",
    [],
    {},
    { type: "start" },
    { type: "__proto__" },
    { type: ["call"] },
    { ...CALL, id: -1 },
    { ...CALL, id: 1.5 },
    { ...CALL, id: "1" },
    { ...CALL, id: 2 ** 53 },
    { ...CALL, fiber: null },
    { ...CALL, module: "" },
    { ...CALL, module: "../x" },
    { ...CALL, module: "__proto__" },
    { ...CALL, module: "a".repeat(101) },
    { ...CALL, function: "a b" },
    { ...CALL, function: 5 },
    { ...CALL, args: {} },
    { ...CALL, args: null },
    { ...CALL, args: [{ $: "nonsense" }] },
    { ...CALL, args: [{ $: "bytes", v: "no base64!" }] },
    { ...CALL, args: [2 ** 53] },
    { type: "cancel" },
    { type: "returned", id: 1, error: "x" },
    { type: "returned", id: 1, error: { $: "error", code: 1, message: "" } },
    { type: "output", stream: "stdin", text: "x" },
    { type: "output", stream: "stdout", text: 1 },
    { type: "output", stream: "stdout", text: ["x"] },
    { type: "result", value: 1 },
    { type: "result", fuel: 1 },
    { type: "result", value: 1, fuel: -1 },
    { type: "failure" },
    { type: "failure", failure: { ...FAILURE, code: 1 } },
    { type: "failure", failure: { ...FAILURE, message: null } },
    { type: "failure", failure: { ...FAILURE, stack: [1] } },
    { type: "failure", failure: { ...FAILURE, position: { file: 1, line: 1, column: 1 } } },
    { type: "failure", failure: { ...FAILURE, position: { file: "f", line: -1, column: 1 } } },
    { type: "failure", failure: { ...FAILURE, missing: {} } },
  ];

  test.each(hostile.map((json) => [JSON.stringify(json), json] as const))("%s", (_name, json) => {
    let error: unknown;
    try {
      engineMessageFromJson(json);
    } catch (caught) {
      error = caught;
    }
    expect(error).toBeInstanceOf(SpellError);
    expect((error as SpellError).code).toBe("frame.malformed");
  });

  test("deep values are refused, also where they hide in tags", () => {
    let deep: unknown = 1;
    for (let level = 0; level < 70; level++)
      deep = level % 2 === 0 ? [deep] : { $: "error", code: "", message: "", details: deep };
    expect(() => engineMessageFromJson({ ...CALL, args: [deep] })).toThrow(/deeper than 64/);
  });

  test("a failure is cut: its message, its names, its stack", () => {
    const frame = { name: "n".repeat(5000), file: "f", line: 1, column: 1 };
    const failure = {
      ...FAILURE,
      message: "m".repeat(100_000),
      fix: "f".repeat(100_000),
      stack: Array.from({ length: 1000 }, () => frame),
    };
    const message = engineMessageFromJson({ type: "failure", failure });
    if (message.type !== "failure") throw new Error("no failure");
    expect(message.failure.message.length).toBe(4096);
    expect(message.failure.fix?.length).toBe(4096);
    expect(message.failure.stack.length).toBe(100);
    expect(message.failure.stack[0]?.name.length).toBe(200);
  });

  test("`__proto__` is a key like others", () => {
    const json = JSON.parse('{"type":"result","fuel":1,"value":{"__proto__":{"polluted":1}}}') as unknown;
    const message = engineMessageFromJson(json);
    if (message.type !== "result") throw new Error("no result");
    expect(Object.getPrototypeOf(message.value)).toBeNull();
    expect(Object.keys(message.value as object)).toEqual(["__proto__"]);
    expect(({} as Record<string, unknown>)["polluted"]).toBeUndefined();
  });
});
