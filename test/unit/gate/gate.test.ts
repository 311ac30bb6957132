import { describe, expect, test } from "bun:test";
import { bridgeFunction, bridgeMethod, type Bridge, type CallContext } from "../../../src/contract/bridge.ts";
import type { Effects } from "../../../src/contract/effects.ts";
import type { Naming } from "../../../src/contract/engine.ts";
import { SpellError } from "../../../src/contract/errors.ts";
import { STANDARD_LIMITS, type Limits } from "../../../src/contract/limits.ts";
import type { Profile } from "../../../src/contract/profile.ts";
import { handle, integer, number, shape, record, v, value } from "../../../src/contract/schema.ts";
import { ErrorValue, Float, ResourceHandle, type Value } from "../../../src/contract/value.ts";
import { CallEnd, Gate, surfaceOf } from "../../../src/gate/index.ts";

const closed: string[] = [];
let seen: { args?: unknown; signal?: AbortSignal; timeLeft?: number } = {};

/** A bridge that does what its arguments say. */
const fake = {
  name: "fake",
  doc: "A bridge for tests.",
  capability: "pure",
  grant: () => shape({ allow: v.optional(v.array(v.string())) }),
  values: { theName: { doc: "Its name", read: (run) => run.spell } },
  functions: {
    take: bridgeFunction({
      doc: "Takes a text and options.",
      parameters: () => ({
        text: v.string(),
        options: v.optional(
          shape({
            maxTokens: v.optional(integer()),
            topP: v.optional(number(0, 1)),
            nestedPart: v.optional(shape({ deepKey: v.string() })),
            userData: v.optional(record(value())),
            listOfParts: v.optional(v.array(shape({ someKey: integer() }))),
          }),
        ),
      }),
      returns: () => value(),
      repeat: "safe",
      run: (args) => {
        seen = { args };
        return null;
      },
    }),
    keep: bridgeFunction({
      doc: "Keeps any value.",
      parameters: () => ({ what: value() }),
      returns: () => value(),
      repeat: "safe",
      run: (args) => {
        seen = { args };
        return null;
      },
    }),
    answer: bridgeFunction({
      doc: "Answers with what it is given.",
      parameters: () => ({ what: v.optional(value()) }),
      returns: () => shape({ firstKey: number(), data: v.optional(record(value())) }),
      repeat: "safe",
      run: ({ what }) => (what ?? null) as Value,
    }),
    refuse: bridgeFunction({
      doc: "Has a rule.",
      parameters: () => ({ host: v.string() }),
      returns: () => v.null(),
      repeat: "safe",
      refuse: ({ host }, { grant }) =>
        (grant as { allow?: string[] }).allow?.includes(host)
          ? undefined
          : { reason: `"${host}" is not allowed`, grantLine: `fake: { allow: ["${host}"] }` },
      run: () => null,
    }),
    fail: bridgeFunction({
      doc: "Fails.",
      parameters: () => ({ how: v.string() }),
      returns: () => v.null(),
      repeat: "safe",
      run: ({ how }) => {
        if (how === "type") throw new TypeError(`secret/path.ts broke ${"x".repeat(10_000)}`);
        if (how === "value") throw new ErrorValue("my.code", "Mine", { a: 1 });
        if (how === "text") throw "a text";
        throw new SpellError("provider.key", "No key", { details: { variable: "X" } });
      },
    }),
    wait: bridgeFunction({
      doc: "Waits until it is aborted.",
      parameters: () => ({}),
      returns: () => v.null(),
      repeat: "safe",
      counts: "llmCalls",
      run: (_args, { signal, timeLeft }) => {
        seen = { signal, timeLeft };
        return new Promise<null>((_resolve, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
      },
    }),
    use: bridgeFunction({
      doc: "Uses tokens.",
      parameters: () => ({ tokens: integer() }),
      returns: () => v.null(),
      repeat: "safe",
      run: async ({ tokens }, call) => {
        (await call.budget.reserve({ tokens, usd: 0 }, call.signal)).settle({ tokens, usd: 0 });
        return null;
      },
    }),
    openBox: bridgeFunction({
      doc: "Opens a handle.",
      parameters: () => ({ label: v.string() }),
      returns: () => handle("box"),
      opens: "box",
      repeat: "safe",
      run: ({ label }, call) => call.open("box", { label }, () => closed.push(label)),
    }),
  },
  handles: {
    box: {
      doc: "A box.",
      next: "nextItem",
      close: "close",
      methods: {
        label: bridgeMethod({
          doc: "Its label.",
          parameters: () => ({}),
          returns: () => v.string(),
          repeat: "safe",
          run: (box: { label: string }) => box.label,
        }),
        nextItem: bridgeMethod({
          doc: "The next.",
          parameters: () => ({}),
          returns: () => shape({ done: v.boolean() }),
          repeat: "safe",
          uncounted: true,
          run: (_box: { label: string }) => ({ done: true }),
        }),
        close: bridgeMethod({
          doc: "Closes it.",
          parameters: () => ({}),
          returns: () => v.null(),
          repeat: "safe",
          run: (_box: { label: string }, _args, call) => {
            call.close(call.handle);
            return null;
          },
        }),
      },
    },
  },
} satisfies Bridge;

const other = { ...fake, name: "other" } satisfies Bridge;
const BRIDGES = new Map<string, Bridge>([
  ["fake", fake],
  ["other", other],
]);

function profileWith(
  limits: Partial<Limits> = {},
  bridges: Record<string, unknown> = { fake: { allow: ["good"] } },
): Profile {
  return {
    name: "tests",
    description: "",
    engines: [],
    bridges,
    limits: { ...STANDARD_LIMITS, ...limits },
    raisable: [],
    ask: [],
    approve: [],
    askTimeout: 1000,
    journal: "none",
    egress: "open",
    budget: {},
    isolation: { rung: "none", hardening: "off" },
    secrets: {},
    origins: {},
  };
}

const run = (naming: Naming) => ({ id: "1", spell: "test", version: "", description: "", parameters: {}, naming });

function gateWith(limits: Partial<Limits> = {}, naming: Naming = "camel", parent?: Gate): Gate {
  return new Gate({
    bridges: BRIDGES,
    profile: profileWith(limits),
    run: run(naming),
    effects: {} as Effects,
    elapsed: () => performance.now(),
    callback: () => Promise.resolve(null),
    ...(parent === undefined ? {} : { parent }),
  });
}

async function call(
  gate: Gate,
  name: string,
  args: readonly Value[] = [],
  end = new CallEnd(),
  module = "fake",
): Promise<Value> {
  return gate.call(module, name, args, end);
}

/** The error of a call as `code: message`, and what it would take to fix it. */
async function failureOf(
  promise: Promise<unknown>,
): Promise<{ text: string; fix: string | undefined; error: unknown }> {
  const error: unknown = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error instanceof SpellError || error instanceof ErrorValue) {
    return { text: `${error.code}: ${error.message}`, fix: error instanceof SpellError ? error.fix : undefined, error };
  }
  return { text: String(error), fix: undefined, error };
}

const textOf = async (promise: Promise<unknown>) => (await failureOf(promise)).text;

describe("finding the function", () => {
  test("an unknown one is told with the nearest, in the script's naming", async () => {
    expect(await textOf(call(gateWith(), "tkae"))).toBe(
      'call.unknown-function: There is no function fake.tkae; did you mean "take"?',
    );
    expect(await textOf(call(gateWith({}, "snake"), "openBxo"))).toBe(
      'call.unknown-function: There is no function fake.open_bxo; did you mean "open_box"?',
    );
  });

  test("inherited names are unknown, as modules, functions, kinds and methods", async () => {
    for (const name of [
      "toString",
      "constructor",
      "__proto__",
      "box.toString",
      "constructor.name",
      "box.",
      ".label",
      "a.b.c",
    ]) {
      expect(await textOf(call(gateWith(), name)), name).toStartWith("call.unknown-function");
    }
    expect(await textOf(call(gateWith(), "take", [], undefined, "constructor"))).toStartWith("grant.bridge");
  });

  test("a module that is not granted is refused with the line that would grant it", async () => {
    const { text, fix } = await failureOf(call(gateWith(), "take", ["x"], undefined, "other"));
    expect(text).toBe('grant.bridge: The profile "tests" does not grant other');
    expect(fix).toContain("other: {}");
  });
});

describe("arguments", () => {
  test.each([
    ["camel", [], "fake.take: text is missing"],
    ["camel", [5], "fake.take: text must be text"],
    ["camel", ["x", {}, 1], "fake.take: takes (text, options), but was given 3 arguments"],
    ["camel", ["x", { maxTokenz: 1 }], 'did you mean "maxTokens"?'],
    ["snake", ["x", { max_tokenz: 1 }], 'did you mean "max_tokens"?'],
    ["snake", ["x", { max_tokens: "a" }], "options.max_tokens"],
    ["snake", ["x", { nested_part: { deep_key: 1 } }], "options.nested_part.deep_key"],
    ["snake", ["x", { list_of_parts: [{ some_key: -1 }] }], "options.list_of_parts.0.some_key"],
    ["camel", ["x", { top_p: 1 }], 'did you mean "topP"?'],
    ["camel", ["x", { zzz: 1 }], "it takes maxTokens, topP"],
    ["camel", ["x", { nestedPart: { deepKez: 1 } }], 'options.nestedPart has no "deepKez"; did you mean "deepKey"?'],
    ["camel", ["x", 5], "fake.take: options must be a map"],
  ] as [Naming, Value[], string][])("%s %j", async (naming, args, expected) => {
    const { text, fix } = await failureOf(call(gateWith({}, naming), "take", args));
    expect(text).toStartWith("call.arguments: ");
    expect(text).toContain(expected);
    expect(fix).toContain("llmspell bridges fake");
  });

  test("nulls at the end, which no engine sends, are nothing only where something else is wanted", async () => {
    await call(gateWith(), "keep", []);
    expect(seen.args).toEqual({ what: null });
  });

  test("floats are numbers for number(), nulls are absent for optional parameters", async () => {
    await call(gateWith(), "take", ["x", { topP: new Float(1), maxTokens: new Float(5) }]);
    expect(seen.args).toEqual({ text: "x", options: { topP: 1, maxTokens: 5 } });
    await call(gateWith(), "take", ["x", null]);
    expect(seen.args).toEqual({ text: "x", options: undefined });
  });

  test("declared keys are renamed, a user's data never", async () => {
    const data = { some_key: 1, max_tokens: { deep_key: 2 }, camelCase: 3 };
    await call(gateWith({}, "snake"), "take", [
      "x",
      { max_tokens: 1, nested_part: { deep_key: "d" }, user_data: data },
    ]);
    expect(seen.args).toEqual({ text: "x", options: { maxTokens: 1, nestedPart: { deepKey: "d" }, userData: data } });
  });
});

describe("answers", () => {
  test("are checked, and their declared keys renamed", async () => {
    const good = { firstKey: 1, data: { camelCase: 2 } };
    expect(await call(gateWith(), "answer", [good])).toEqual(good);
    expect(await call(gateWith({}, "snake"), "answer", [good])).toEqual({ first_key: 1, data: { camelCase: 2 } });
    expect(await textOf(call(gateWith(), "answer", [{ firstKey: "x" }]))).toStartWith("call.answer: fake.answer");
    expect(await textOf(call(gateWith(), "answer", []))).toStartWith("call.answer");
  });

  test("have a largest size, arguments too", async () => {
    const large = "x".repeat(2000);
    expect(await textOf(call(gateWith({ arguments: 1000 }), "take", [large]))).toStartWith(
      "limit.arguments: fake.take",
    );
    expect(await textOf(call(gateWith({ answer: 1000 }), "answer", [{ firstKey: 1, data: { large } }]))).toStartWith(
      "limit.answer",
    );
    expect(await textOf(call(gateWith({ arguments: 1000 }), "take", [Array(1000).fill(1)]))).toStartWith(
      "limit.arguments",
    );
    // In bytes, as they are told.
    const euros = "€".repeat(400);
    expect(await textOf(call(gateWith({ arguments: 1000 }), "take", [euros]))).toBe(
      "limit.arguments: fake.take: its arguments are over limits.arguments = 1000 bytes",
    );
    expect(await call(gateWith({ arguments: 1300 }), "take", [euros])).toBeNull();
  });
});

describe("rules and errors", () => {
  test("the bridge's own rule refuses with the line that would allow it", async () => {
    expect(await call(gateWith(), "refuse", ["good"])).toBeNull();
    const { text, fix } = await failureOf(call(gateWith(), "refuse", ["bad"]));
    expect(text).toBe('grant.rule: fake.refuse: "bad" is not allowed (profile "tests")');
    expect(fix).toContain('fake: { allow: ["bad"] }');
  });

  test("errors of ours and of callbacks pass, others lose their stack and are cut", async () => {
    expect(await textOf(call(gateWith(), "fail", ["spell"]))).toBe("provider.key: No key");
    expect((await failureOf(call(gateWith(), "fail", ["value"]))).error).toEqual(
      new ErrorValue("my.code", "Mine", { a: 1 }),
    );
    expect(await textOf(call(gateWith(), "fail", ["text"]))).toBe("call.failed: fake.fail: a text");
    const text = await textOf(call(gateWith(), "fail", ["type"]));
    expect(text).toStartWith("call.failed: fake.fail: ");
    expect(text.length).toBeLessThan(4200);
    expect(text).not.toContain("    at ");
  });
});

describe("counting", () => {
  test("calls, calls of a kind, and calls in flight", async () => {
    const gate = gateWith({ calls: 2 });
    await call(gate, "take", ["x"]);
    await call(gate, "take", ["x"]);
    expect(await textOf(call(gate, "take", ["x"]))).toStartWith("limit.calls: ");

    const flying = gateWith({ callsInFlight: 1 });
    const end = new CallEnd();
    const waiting = call(flying, "wait", [], end);
    expect(await textOf(call(flying, "take", ["x"]))).toStartWith("limit.calls-in-flight: ");
    end.end(new SpellError("call.cancelled", "Cancelled"));
    expect(await textOf(waiting)).toBe("call.cancelled: Cancelled");
    expect(await call(flying, "take", ["x"])).toBeNull();

    const models = gateWith({ llmCalls: 1, callTime: 1 });
    expect(await textOf(call(models, "wait"))).toStartWith("call.timeout");
    expect(await textOf(call(models, "wait"))).toStartWith("limit.llm-calls");
  });

  test("steps through a handle are not counted", async () => {
    const gate = gateWith({ calls: 1 });
    const box = await call(gate, "openBox", ["steps"]);
    for (let step = 0; step < 5; step++) await call(gate, "box.nextItem", [box]);
    expect(await textOf(call(gate, "box.label", [box]))).toStartWith("limit.calls");
    gate.close();
  });

  test("tokens, in the run and in the one that started it", async () => {
    const parent = gateWith({ tokens: 100 });
    const child = gateWith({ tokens: 1000 }, "camel", parent);
    await call(child, "use", [60]);
    expect(parent.ledger.tokens).toBe(60);
    expect(await textOf(call(child, "use", [60]))).toStartWith("limit.tokens");
    expect(parent.ledger.calls).toBe(2);
    expect(parent.ledger.callsInFlight).toBe(0);
  });
});

describe("time and cancellation", () => {
  test("cancelling aborts the bridge's signal with its reason", async () => {
    const end = new CallEnd();
    const waiting = call(gateWith(), "wait", [], end);
    expect(seen.signal?.aborted).toBe(false);
    end.end(new SpellError("call.cancelled", "Enough"));
    expect(await textOf(waiting)).toBe("call.cancelled: Enough");
    expect(seen.signal?.aborted).toBe(true);
  });

  test("a call that is cancelled already does not wait", async () => {
    const end = new CallEnd();
    end.end(new SpellError("call.cancelled", "Before"));
    expect(await textOf(call(gateWith(), "wait", [], end))).toBe("call.cancelled: Before");
  });

  test("a call over its time is ended, and so is its bridge", async () => {
    expect(await textOf(call(gateWith({ callTime: 5 }), "wait"))).toBe("call.timeout: fake.wait took longer than 5 ms");
    expect(seen.signal?.aborted).toBe(true);
  });

  test("a bridge is told how much time there is", async () => {
    void call(gateWith({ callTime: 20 }), "wait").catch(() => {});
    expect(seen.timeLeft).toBeWithin(1, 20.1);
  });

  test("each of several calls has its own time", async () => {
    const gate = gateWith({ callTime: 20 });
    await call(gate, "take", ["x"]);
    const first = call(gate, "wait");
    await Bun.sleep(5);
    const ended = new CallEnd();
    const second = call(gate, "wait", [], ended);
    ended.end(new SpellError("call.cancelled", "Enough"));
    const third = call(gate, "wait");
    const order: string[] = [];
    void first.catch(() => order.push("first"));
    void third.catch(() => order.push("third"));
    expect(await textOf(second)).toBe("call.cancelled: Enough");
    expect(await textOf(third)).toStartWith("call.timeout");
    expect(order).toEqual(["first", "third"]);
  });

  test("nothing is timed once the gate is closed", async () => {
    const gate = gateWith({ callTime: 1 });
    const end = new CallEnd();
    const waiting = call(gate, "wait", [], end);
    gate.close();
    await Bun.sleep(10);
    expect(seen.signal?.aborted).toBe(false);
    end.end(new SpellError("call.cancelled", "The run has ended"));
    expect(await textOf(waiting)).toBe("call.cancelled: The run has ended");
  });
});

describe("handles", () => {
  test("work until they are closed, by the script or at the end", async () => {
    const gate = gateWith();
    closed.length = 0;
    const a = await call(gate, "openBox", ["a"]);
    const b = await call(gate, "openBox", ["b"]);
    expect(a).toEqual(new ResourceHandle("fake.box", 1));
    expect(await call(gate, "box.label", [a])).toBe("a");
    await call(gate, "box.close", [a]);
    expect(closed).toEqual(["a"]);
    expect(await call(gate, "box.close", [a])).toBeNull();
    expect(closed).toEqual(["a"]);
    expect(await textOf(call(gate, "box.label", [a]))).toBe("script.handle-closed: The fake.box handle is closed");
    gate.close();
    gate.close();
    expect(closed).toEqual(["a", "b"]);
    expect(await textOf(call(gate, "box.label", [b]))).toStartWith("script.handle-closed");
  });

  test("cannot be forged, and are no arguments of another kind", async () => {
    const gate = gateWith();
    await call(gate, "openBox", ["mine"]);
    expect(await textOf(call(gate, "box.label", [new ResourceHandle("fake.box", 99)]))).toStartWith(
      "script.handle-closed",
    );
    expect(await textOf(call(gate, "box.close", [new ResourceHandle("fake.box", 99)]))).toStartWith(
      "script.handle-closed",
    );
    for (const wrong of [null, 1, "fake.box", { kind: "fake.box", id: 1 }]) {
      expect(await textOf(call(gate, "box.label", [wrong]))).toStartWith("call.arguments");
    }
    expect(await textOf(call(gate, "box.label", []))).toStartWith("call.arguments");
    gate.close();
  });

  test("of another module with the same kind are refused", async () => {
    const gate = new Gate({
      bridges: BRIDGES,
      profile: profileWith({}, { fake: {}, other: {} }),
      run: run("camel"),
      effects: {} as Effects,
      elapsed: () => performance.now(),
      callback: () => Promise.resolve(null),
    });
    const box = await call(gate, "openBox", ["x"]);
    expect(await textOf(call(gate, "box.label", [box], undefined, "other"))).toStartWith("script.handle-closed");
    expect(await textOf(call(gate, "box.label", [new ResourceHandle("other.box", 1)]))).toStartWith(
      "script.handle-closed",
    );
    gate.close();
  });

  test("have a limit, and the one too many is closed at once", async () => {
    const gate = gateWith({ handles: 1 });
    closed.length = 0;
    await call(gate, "openBox", ["one"]);
    expect(await textOf(call(gate, "openBox", ["two"]))).toStartWith("limit.handles");
    expect(closed).toEqual(["two"]);
    gate.close();
  });
});

describe("the surface", () => {
  test("has the granted modules only, in the naming of the language", () => {
    const surface = surfaceOf(BRIDGES, profileWith(), run("snake"));
    expect(Object.keys(surface)).toEqual(["fake"]);
    expect(surface["fake"]?.values).toEqual({ the_name: "test" });
    expect(surface["fake"]?.functions["open_box"]).toEqual({ name: "openBox", iterable: true });
    expect(surface["fake"]?.handles["box"]).toMatchObject({ next: "next_item", close: "close" });
    expect(surfaceOf(BRIDGES, profileWith(), run("camel"))["fake"]?.functions["openBox"]).toBeDefined();
  });
});

test("what a call may use is the run's own", async () => {
  let context: CallContext | undefined;
  const spy = {
    ...fake,
    functions: {
      look: bridgeFunction({
        doc: "Looks.",
        parameters: () => ({}),
        returns: () => v.null(),
        repeat: "safe",
        run: (_args, call) => {
          context = call;
          return null;
        },
      }),
    },
  } satisfies Bridge;
  const gate = new Gate({
    bridges: new Map([["fake", spy]]),
    profile: profileWith(),
    run: run("camel"),
    effects: {} as Effects,
    elapsed: () => performance.now(),
    callback: () => Promise.resolve("called"),
  });
  await call(gate, "look");
  expect(context?.grant).toEqual({ allow: ["good"] });
  expect(context?.run.spell).toBe("test");
});
