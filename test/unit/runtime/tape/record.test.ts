import { describe, expect, test } from "bun:test";
import type { JournalEntry, StartEntry } from "../../../../src/contract/journal.ts";
import { STANDARD_LIMITS } from "../../../../src/contract/limits.ts";
import { ErrorValue, FunctionHandle, ResourceHandle, type Value } from "../../../../src/contract/value.ts";
import { CallEnd, Redactor } from "../../../../src/gate/index.ts";
import { LostHandles, type LostHandle } from "../../../../src/gate/lost-handles.ts";
import type { GateCall } from "../../../../src/gate/call.ts";
import { BRIDGES } from "../../../../src/runtime/catalog.ts";
import { ScriptCallbacks } from "../../../../src/runtime/script-callbacks.ts";
import { changeRecord } from "../../../../src/runtime/tape/change-record.ts";
import { cleanEntry, cleanStart } from "../../../../src/runtime/tape/clean-entry.ts";
import { unsafeInFlight } from "../../../../src/runtime/tape/in-flight.ts";
import { OutputTape } from "../../../../src/runtime/tape/output-tape.ts";
import { readRecordedRun } from "../../../../src/runtime/tape/recorded-run.ts";
import { restoreGate } from "../../../../src/runtime/tape/restore-gate.ts";

const START = {
  type: "start",
  message: {
    ...{ type: "start", mode: "run", program: { file: "a.lua", source: "x", modules: {} }, limits: STANDARD_LIMITS },
    ...{ parameters: { city: "Rome" }, surface: {}, seed: 1, time: 1000 },
  },
  spell: { ...{ name: "a", version: "", description: "", engine: "lua", path: "a.lua" }, sources: {}, shown: {} },
  profile: { bridges: { spell: {} }, limits: STANDARD_LIMITS, budget: {}, raisable: ["*"], origins: {} },
  invocation: { folder: "/" },
  versions: { llmspell: "", engine: "" },
} as unknown as StartEntry;

const call = (id: number, name: string, args: readonly Value[] = []): JournalEntry => {
  const [module = "", ...rest] = name.split(".");
  return { type: "call", id, fiber: 1, module, function: rest.join("."), args };
};
const answer = (id: number, value: Value = null, more: object = {}): JournalEntry => {
  return { type: "return", id, value, time: 1000 + id, ...more };
};

describe("what a gate must know of a run that it did not see", () => {
  const stream = new ResourceHandle("llm.stream", 4);
  const record = readRecordedRun([
    START,
    call(1, "llm.complete", ["a"]),
    answer(1, null, {
      spent: { tokens: 10, usd: 0.5, calls: 2, llmCalls: 2 },
      read: [{ kind: "untrusted", by: "llm.complete" }],
    }),
    call(2, "llm.stream", ["b"]),
    answer(2, stream),
    call(3, "llm.stream.next", [stream]),
    answer(3, "piece", { spent: { tokens: 5, usd: 0.25 } }),
    call(4, "state.set", ["k", 1]),
    answer(4),
    call(5, "http.nothing"),
    { type: "return", id: 5, error: new ErrorValue("call.unknown-function", "no"), time: 1005 },
    call(6, "llm.complete", ["in flight"]),
  ]);
  const restored = restoreGate(record, BRIDGES, (id) => `run-${id}`, {});

  test("what was used: parts of calls are counted, steps of a stream and calls that never were are not", () => {
    expect(restored.used).toEqual({ calls: 5, llmCalls: 4, toolCalls: 0, tokens: 15, usd: 0.75 });
  });

  test("what is open, and what was read from it", () => {
    expect(restored.handles).toEqual([
      {
        ...{ id: 4, module: "llm", name: "stream", args: ["b"], key: "run-2" },
        steps: [{ name: "stream.next", args: [], answer: "piece" }],
      },
    ]);
    expect(restored.lastHandle).toBe(4);
    const closed = [...record.order, call(7, "llm.stream.close", [stream]), answer(7)];
    const after = restoreGate(readRecordedRun([START, ...closed]), BRIDGES, String, {});
    expect([after.handles, after.lastHandle]).toEqual([[], 4]);
  });

  test("what it kept in memory, and what it read", () => {
    expect(restored.memory).toEqual([{ module: "state", name: "set", args: ["k", 1] }]);
    expect(restored.read).toEqual([{ kind: "untrusted", by: "llm.complete" }]);
  });

  test("what it kept on disk is not done again, but for its functions", () => {
    const step = ["bird", 1, 2, new FunctionHandle(3)];
    const kept = readRecordedRun([
      START,
      call(1, "schema.save", ["bird", "int"]),
      answer(1),
      call(2, "schema.setCurrent", ["bird", 1]),
      answer(2),
      call(3, "schema.addMigration", ["bird", 1, 2, {}]),
      answer(3),
      call(4, "schema.addMigration", step),
      answer(4),
    ]);
    const memoryUnder = (grant: object) =>
      restoreGate(kept, BRIDGES, String, { schema: grant }).memory.map(({ name, args }) => [name, ...args]);
    expect(memoryUnder({ store: "./schemas.db" })).toEqual([["addMigration", ...step]]);
    expect(memoryUnder({}).map(([name]) => name)).toEqual(["save", "setCurrent", "addMigration", "addMigration"]);
  });
});

describe("lost handles", () => {
  const LOST: LostHandle = {
    ...{ id: 1, module: "m", name: "open", args: ["x"], key: "k" },
    steps: [{ name: "stream.next", args: [], answer: "one" }],
  };

  function lose(handles: readonly LostHandle[], answers: Readonly<Record<string, Value>>) {
    const made: string[] = [];
    const lost = new LostHandles(async (module, name, args, _signal, { handle, key }) => {
      made.push(`${module}.${name} ${args.length} ${handle} ${key}`);
      return answers[name] ?? new ResourceHandle("m.stream", handle);
    });
    lost.expect(handles);
    const use = async (...args: Value[]) => {
      const gateCall = {
        args,
        origin: { id: 9, key: "" },
        end: new CallEnd(),
      } as unknown as GateCall;
      return lost
        .link(gateCall, () => Promise.resolve("used"))
        .catch((error: unknown) => (error as { code: string }).code);
    };
    return { made, use };
  }

  test("are opened again once, when they are first used, and read as far as they were", async () => {
    const { made, use } = lose([LOST], { "stream.next": "one" });
    expect(await use("nothing")).toBe("used");
    expect(made).toEqual([]);
    const handle = new ResourceHandle("m.stream", 1);
    expect(await Promise.all([use({ deep: [handle] }), use(handle)])).toEqual(["used", "used"]);
    expect(made).toEqual(["m.open 1 1 k", "m.stream.next 1 1 k"]);
  });

  test("that answer otherwise than before are no more", async () => {
    const { use } = lose([LOST], { "stream.next": "two" });
    const handle = new ResourceHandle("m.stream", 1);
    expect([await use(handle), await use(handle)]).toEqual(["journal.stream-changed", "journal.stream-changed"]);
  });

  test("that were made from others bring these along", async () => {
    const other = new ResourceHandle("m.stream", 1);
    const { made, use } = lose(
      [
        { ...LOST, steps: [] },
        { ...LOST, id: 2, args: [other], steps: [] },
      ],
      {},
    );
    expect(await use(new ResourceHandle("m.stream", 2))).toBe("used");
    expect(made).toEqual(["m.open 1 1 k", "m.open 1 2 k"]);
  });
});

describe("callbacks", () => {
  const target = new FunctionHandle(3);

  function make(recorded: ConstructorParameters<typeof ScriptCallbacks>[0]["recorded"] = () => undefined) {
    const sent: number[] = [];
    const callbacks = new ScriptCallbacks({
      send: ({ id }) => void sent.push(id),
      now: () => 1,
      clean: (args) => args,
      recorded,
    });
    return { callbacks, sent };
  }

  const entry = { type: "callback", id: 4, function: target, args: ["a"], time: 1, call: 2, index: 1 } as const;

  test("that were made before a crash are not made again", async () => {
    const { callbacks, sent } = make((id, index) => {
      return id === 2 && index === 1 ? { entry, end: { type: "returned", id: 4, value: "before" } } : undefined;
    });
    callbacks.continueAfter(4);
    expect(await callbacks.call(target, ["a"], 2)).toBe("before");
    expect(sent).toEqual([]);
    const next = callbacks.call(target, ["b"], 2);
    expect(sent).toEqual([5]);
    callbacks.returned({ type: "returned", id: 5, value: "now" });
    expect(await next).toBe("now");
  });

  test("that are still under way in the script are waited for", async () => {
    const { callbacks, sent } = make(() => ({ entry }));
    const first = callbacks.call(target, ["a"], 2);
    callbacks.returned({ type: "returned", id: 4, value: "late" });
    expect([await first, sent]).toEqual(["late", []]);
  });

  test("with other arguments are new", () => {
    const { callbacks, sent } = make(() => ({ entry }));
    void callbacks.call(target, ["other"], 2);
    expect(sent).toEqual([1]);
  });
});

describe("a record", () => {
  test("pauses between two processes are no time of the run", () => {
    const entries: JournalEntry[] = [
      START,
      call(1, "time.now"),
      answer(1, null, { time: 1400 }),
      { type: "session", time: 90_000 },
      call(2, "time.now"),
      answer(2, null, { time: 90_100 }),
    ];
    expect(readRecordedRun(entries).elapsed).toBe(500);
  });

  test("calls that had begun what may not be repeated, and were not answered", () => {
    const entries: JournalEntry[] = [
      START,
      call(1, "http.post"),
      { type: "begun", id: 1 },
      call(2, "http.post"),
      { type: "begun", id: 2 },
      answer(1),
      call(3, "http.post"),
    ];
    expect(unsafeInFlight(readRecordedRun(entries)).map(({ id }) => id)).toEqual([2]);
  });

  test("without its start is damaged", () => {
    expect(() => readRecordedRun([call(1, "a.b")])).toThrow("first entry is not its start");
  });
});

describe("a fork", () => {
  // Call 3 is made when 2 is answered, and answered before 1.
  const entries = [
    START,
    call(1, "a.x"),
    call(2, "a.y"),
    answer(2),
    call(3, "a.z"),
    answer(3),
    answer(1),
    call(4, "a.w"),
    answer(4),
  ];
  const record = readRecordedRun(entries);

  test("has what was answered before its call, and what was said until then", () => {
    const forked = changeRecord(record, { at: 1, set: [], model: "mock" });
    expect(forked.deliveries.map((entry) => "id" in entry && entry.id)).toEqual([2, 3]);
    expect(forked.sent.map((entry) => "id" in entry && entry.id)).toEqual([1, 2, 3]);
    expect(forked.start.invocation.model).toBe("mock");
    expect(forked.order).toEqual(entries.slice(1, 6));
  });

  test("changes parameters, limits and the answer of its call", () => {
    const set = ["parameters.city=Oslo", "parameters.days=3", "answer.list.1=x", "limits.wallTime=5m", "budget.usd=2"];
    const answered = readRecordedRun([START, call(1, "a.x"), answer(1, { list: ["a", "b"], other: 1 })]);
    const { start, deliveries } = changeRecord(answered, { at: 1, set, model: undefined });
    expect(start.message.parameters).toEqual({ city: "Oslo", days: 3 });
    expect(start.message.surface).toMatchObject({ spell: { values: { parameters: { city: "Oslo", days: 3 } } } });
    expect([start.profile.limits.wallTime, start.profile.budget.usd]).toEqual([300_000, 2]);
    expect(deliveries).toMatchObject([{ value: { list: ["a", "x"], other: 1 } }]);
  });

  test.each([["answer.list.9=x"], ["answer.nowhere.deep=x"], ["parameters=x"], ["x"], ["answers.text=x"]])(
    "%s is no change",
    (text) => {
      const answered = readRecordedRun([START, call(1, "a.x"), answer(1, { list: ["a"] })]);
      expect(() => changeRecord(answered, { at: 1, set: [text], model: undefined })).toThrow("--set");
    },
  );
});

describe("secrets", () => {
  const redactor = Redactor.of(new Map([["KEY", "sk-12345678"]]));

  test("are in no entry, whatever a person wrote them into", () => {
    const spell = { ...START.spell, sources: { "a.lua": "-- sk-12345678" } };
    const message = {
      ...START.message,
      parameters: { k: "sk-12345678" },
      program: { ...START.message.program, source: "sk-12345678" },
    };
    const text = JSON.stringify([
      cleanStart({ ...START, spell, message }, redactor),
      cleanEntry(redactor)({ type: "call", id: 1, fiber: 1, module: "m", function: "f", args: [["sk-12345678"]] }),
      cleanEntry(redactor)({ type: "result", value: { a: "sk-12345678" }, fuel: 0 }),
      cleanEntry(redactor)({ type: "returned", id: 1, error: new ErrorValue("a", "sk-12345678") }),
    ]);
    expect(text).not.toContain("12345678");
    expect(text.match(/\[redacted KEY\]/g)?.length).toBe(6);
  });
});

describe("output", () => {
  const out = (text: string) => ({ type: "output", stream: "stdout", text }) as const;

  test("pieces may be cut otherwise; what goes beyond is new", () => {
    const tape = new OutputTape([out("one "), out("two")]);
    expect(tape.take("stdout", "one t")).toBeUndefined();
    expect(Buffer.from(tape.take("stdout", "wo three") as Uint8Array).toString()).toBe(" three");
    expect(tape.take("stdout", " four")).toBe(" four");
    expect(tape.take("stderr", "x")).toBe("x");
  });

  test("another text diverges", () => {
    const tape = new OutputTape([out("one two")]);
    expect(() => tape.take("stdout", "one 2")).toThrow('it wrote "one t", now it writes "one 2"');
  });
});
