import type { Engine } from "../../../src/contract/engine.ts";
import {
  ErrorValue,
  Float,
  fromFloat,
  FunctionHandle,
  INT64_MAX,
  INT64_MIN,
  ResourceHandle,
  Time,
  type Value,
} from "../../../src/contract/value.ts";
import type { Case, Expectation } from "../harness.ts";

const lacks = (engine: Engine, lack: keyof Engine["lacks"]) => engine.lacks[lack] !== undefined;
const INT32 = 2 ** 31;

/** What comes back of a value that an engine held: the same, but for what it says that it lacks. */
function heldBy(engine: Engine, value: Value): Value {
  if (value instanceof Float) return lacks(engine, "floats-apart") ? value.value : value;
  if (typeof value === "number" && lacks(engine, "int64") && (value >= INT32 || value < -INT32)) {
    return fromFloat(value);
  }
  if (value instanceof Uint8Array && lacks(engine, "bytes-apart")) {
    try {
      return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(value);
    } catch {
      return value;
    }
  }
  if (Array.isArray(value)) return (value as readonly Value[]).map((item) => heldBy(engine, item));
  return value;
}

const ECHO = {
  lua: 'return host.echo(host.give("v"))',
  javascript: 'export default await host.echo(await host.give("v"))',
  tengo: 'export host.echo(host.give("v"))',
};

function roundTrip(name: string, value: Value, expected?: (engine: Engine) => Value): Case {
  return {
    name: `${name} there and back`,
    ...ECHO,
    given: { v: value },
    expect(engine): Expectation {
      const held = expected?.(engine) ?? heldBy(engine, value);
      // In Tengo nothing is raised: a script fails by exporting an error.
      if (value instanceof ErrorValue && engine.language === "tengo") {
        const { code, message, details } = value;
        return { failure: { code, message, details } };
      }
      return {
        result: held,
        check(run) {
          const [, echo] = run.calls;
          // Trailing nulls of a call are dropped: they are "nothing" in languages that have no other.
          if (value !== null && JSON.stringify(echo?.args) === "[]") throw new Error("the value did not cross");
        },
      };
    },
  };
}

const numbers: readonly (readonly [string, Value])[] = [
  ["zero", 0],
  ["minus one", -1],
  ["2^31 - 1", INT32 - 1],
  ["2^31", INT32],
  ["-2^31", -INT32],
  ["-2^31 - 1", -INT32 - 1],
  ["2^32", 2 ** 32],
  ["2^53 - 1", Number.MAX_SAFE_INTEGER],
  ["-(2^53 - 1)", Number.MIN_SAFE_INTEGER],
  ["the float 2^53", 2 ** 53],
  ["a half", 0.5],
  ["the float 1.0", new Float(1)],
  ["the float -3.0", new Float(-3)],
  ["the float 0.0", new Float(0)],
  ["minus zero", -0],
  ["NaN", Number.NaN],
  ["infinity", Number.POSITIVE_INFINITY],
  ["minus infinity", Number.NEGATIVE_INFINITY],
  ["the least float", 5e-324],
  ["the greatest float", 1.7976931348623157e308],
  ["a tenth", 0.1],
  ["1e21", 1e21],
];

const ALL_BYTES = Uint8Array.from({ length: 256 }, (_, index) => index);

const texts: readonly (readonly [string, Value])[] = [
  ["empty text", ""],
  ["text with NUL", "a\0b\0"],
  ["emoji", "🧙‍♀️ spell"],
  ["a byte order mark", "\uFEFFtext"],
  ["CRLF", "one\r\ntwo\n"],
  ["quotes and controls", "\"\\\u0001\u007f\u2028'"],
  ["1 MB of text", "ä1".repeat(350_000)],
  ["all 256 bytes", ALL_BYTES],
  ["bytes of text", new TextEncoder().encode("text")],
  ["no bytes", new Uint8Array(0)],
  ["one bad byte", Uint8Array.of(0xff)],
];

const HOSTILE_KEYS = {
  __proto__: null,
  constructor: 1,
  $: "x",
  "": 2,
  toString: 3,
  "ä✓": 4,
  hasOwnProperty: 5,
  "a.b": 6,
};
const hostileMap: Value = Object.assign(Object.create(null), HOSTILE_KEYS, { ["__proto__"]: 0 });
Object.defineProperty(hostileMap, "__proto__", { value: 7, enumerable: true, configurable: true, writable: true });

const structures: readonly (readonly [string, Value])[] = [
  ["null", null],
  ["true", true],
  ["false", false],
  ["an empty array", []],
  ["nested arrays", [[], [1, [2, [3]]], ["a"]]],
  ["an array with nulls", [null, 1, null]],
  ["an empty map", {}],
  ["a map with hostile keys", hostileMap],
  ["a map of maps that look like wire", { $: { $: "float", v: "NaN" }, v: { $: "int" } }],
  ["a map with a null", { a: null, b: 1 }],
  ["an error", new ErrorValue("my.code", "It broke", { why: "test" })],
  ["an error without details", new ErrorValue("my.code", "", null)],
  ["a time", new Time(1_700_000_000, 0)],
  ["a time with nanoseconds", new Time(1_700_000_000, 123_456_789)],
  ["a negative time", new Time(-1, 999_999_999)],
  ["the epoch", new Time(0, 1)],
  ["the last time", new Time(8.64e12, 0)],
  ["the first time", new Time(-8.64e12, 0)],
  ["a resource handle", new ResourceHandle("host.box", 7)],
];

const nested = (depth: number): Value => (depth === 0 ? 1 : [nested(depth - 1)]);
const nestedBytes = (depth: number): Value => (depth === 0 ? ALL_BYTES : [nestedBytes(depth - 1)]);

const wide: readonly (readonly [string, bigint])[] = [
  ["2^53 as an integer", 2n ** 53n],
  ["2^53 + 1", 2n ** 53n + 1n],
  ["the greatest int64", INT64_MAX],
  ["the least int64", INT64_MIN],
];

export const VALUE_CASES: readonly Case[] = [
  ...numbers.map(([name, value]) => roundTrip(name, value)),
  ...texts.map(([name, value]) => roundTrip(name, value)),
  ...structures.map(([name, value]) => roundTrip(name, value)),
  roundTrip("numbers in an array", [0, -0, 1.5, new Float(2), INT32, Number.NaN, 2 ** 53]),
  roundTrip("64 levels", nested(64)),
  {
    ...roundTrip("bytes 64 levels deep", nestedBytes(64)),
    skip: { javascript: "a defect: stdlib/javascript/wire.js counts bytes as a level, contract/wire.ts does not" },
  },
  ...wide.map(([name, value]): Case => ({
    ...roundTrip(name, value),
    expect: (engine) =>
      lacks(engine, "int64") ? { failure: { code: "value.range", message: /2\^53/ } } : { result: value },
  })),
  {
    name: "a lone surrogate does no harm",
    ...ECHO,
    given: { v: "a\ud800b" },
    expect: (engine) => ({ result: engine.language === "javascript" ? "a\ud800b" : "a\ufffdb" }),
  },
  {
    name: "every value is what the language says it is",
    lua: `
      local v = host.give("v")
      local out = {}
      for _, k in ipairs({"i", "f", "s", "b", "n", "a", "m"}) do out[#out + 1] = math.type(v[k]) or type(v[k]) end
      return table.concat(out, " ") .. " " .. tostring(v.n == json.null) .. " " .. #v.a`,
    javascript: `
      const v = await host.give("v");
      export default ["i", "f", "s", "b", "n", "a", "m"].map((k) => typeof v[k]).join(" ") + " " + (v.n === null) + " " + v.a.length`,
    tengo: `
      v := host.give("v")
      out := ""
      for k in ["i", "f", "s", "b", "n", "a", "m"] { out += type_name(v[k]) + " " }
      export out + is_undefined(v.n) + " " + len(v.a)`,
    given: { v: { i: 1, f: new Float(1), s: "x", b: true, n: null, a: [1, 2], m: {} } },
    expect: (engine) => ({
      result:
        engine.language === "lua"
          ? "integer float string boolean table table table true 2"
          : engine.language === "tengo"
            ? "int float string bool undefined array map true 2"
            : "number number string boolean object object object true 2",
    }),
  },
  {
    name: "integers beyond 2^53 keep their digits in arithmetic",
    lua: `local v = host.give("v"); return {v - 1, math.type(v), string.format("%d", v)}`,
    javascript: `const v = await host.give("v"); export default [v - 1n, typeof v, String(v)]`,
    tengo: `v := host.give("v"); export [v - 1, type_name(v), string(v)]`,
    given: { v: INT64_MAX },
    skip: { fengari: "int64" },
    expect: (engine) => ({
      result: [
        INT64_MAX - 1n,
        { lua: "integer", javascript: "bigint", tengo: "int" }[engine.language] ?? "",
        "9223372036854775807",
      ],
    }),
  },
  {
    name: "an error value has code, message and details, and prints as its message",
    lua: `local e = host.give("v"); return {e.code, e.message, e.details.why, tostring(e)}`,
    javascript: `const e = await host.give("v"); export default [e.code, e.message, e.details.why, e.message, e instanceof Error]`,
    tengo: `e := host.give("v"); export [e.value.code, e.value.message, e.value.details.why, e.value.message]`,
    given: { v: new ErrorValue("my.code", "It broke", { why: "test" }) },
    expect: (engine) => ({
      result: ["my.code", "It broke", "test", "It broke", ...(engine.language === "javascript" ? [true] : [])],
    }),
  },
  {
    name: "times compare and print",
    lua: `
      local t = host.give("t")
      return {tostring(t[1]), t[1] < t[2], t[1] == host.give("t")[1], t[2] - t[1], t[1] <= t[1], t[1].nanoseconds}`,
    javascript: `
      const t = await host.give("t");
      export default [t[0].toISOString(), t[0] < t[1], +t[0] === +(await host.give("t"))[0], t[1] - t[0], t[0] <= t[0]]`,
    tengo: `
      times := import("times")
      t := host.give("t")
      export [times.time_format(t[0], "2006-01-02T15:04:05.000Z07:00"), t[0] < t[1], t[0] == host.give("t")[0], t[1] - t[0], t[0] <= t[0]]`,
    given: { t: [new Time(1_700_000_000, 5_000_000), new Time(1_700_000_001, 505_000_000)] },
    expect: (engine) => ({
      result:
        engine.language === "lua"
          ? ["2023-11-14T22:13:20.005Z", true, true, 1.5, true, 5_000_000]
          : engine.language === "tengo"
            ? ["2023-11-14T22:13:20.005Z", true, true, 1_500_000_000, true]
            : ["2023-11-14T22:13:20.005Z", true, true, 1500, true],
    }),
  },
  {
    name: "functions keep their identity and can be called",
    lua: `
      local function f(x) return x * 2 end
      local back = host.echo(f)
      return {back == f, rawequal(back, f), host.call(f, 21), back(2)}`,
    javascript: `
      const f = (x) => x * 2;
      const back = await host.echo(f);
      export default [back === f, Object.is(back, f), await host.call(f, 21), back(2)]`,
    tengo: `
      f := func(x) { return x * 2 }
      back := host.echo(f)
      export [f == back, f == f, host.call(back, 21), back(2)]`,
    expect: (engine) => ({
      // In Tengo no function is equal to another, not even to itself.
      result: [engine.language !== "tengo", engine.language !== "tengo", 42, 4],
      check(run) {
        const ids = run.calls.map(({ args }) => JSON.stringify(args[0]));
        if (new Set(ids).size !== 1) throw new Error("one function has two handles");
      },
    }),
  },
  {
    name: "functions inside of maps",
    lua: `local m = host.echo({f = function() return "called" end}); return {m.f(), host.call(m.f)}`,
    javascript: `const m = await host.echo({f: () => "called"}); export default [m.f(), await host.call(m.f)]`,
    tengo: `m := host.echo({f: func() { return "called" }}); export [m.f(), host.call(m.f)]`,
    expect: { result: ["called", "called"] },
  },
  {
    name: "parameters and constants are there, and 1-based or 0-based as the language has it",
    lua: `return {host.version, host.list[1], host.list[2].a}`,
    javascript: `export default [host.version, host.list[0], host.list[1].a]`,
    tengo: `export [host.version, host.list[0], host.list[1].a]`,
    expect: { result: ["1.2", 1, 2] },
  },
  {
    name: "an array marked empty is an array, an empty table or object is a map",
    lua: `return {json.array(), {}, json.array({}), json.array({1})}`,
    javascript: `export default [[], {}, [], [1]]`,
    tengo: `export [[], {}, [], [1]]`,
    expect: { result: [[], {}, [], [1]] },
  },
  {
    name: "undefined and nil fields do not cross, json.null and null do",
    lua: `return {a = nil, b = json.null, c = 1}`,
    javascript: `export default {a: undefined, b: null, c: 1}`,
    expect: { result: { b: null, c: 1 } },
  },
  {
    name: "nothing is null",
    lua: `return`,
    javascript: `1;`,
    tengo: `a := 1`,
    expect: { result: null },
  },
];

/** `luaIndex`: Lua names positions from 1. */
function rejected(
  name: string,
  lua: string | undefined,
  javascript: string | undefined,
  code: string,
  message: RegExp,
  places: { readonly lua?: string; readonly javascript?: string; readonly tengo?: string } = {},
  tengo?: string,
): readonly Case[] {
  const check = (failureMessage: string, engine: Engine) => {
    const place = places[engine.language as "lua" | "javascript" | "tengo"];
    if (place !== undefined && !failureMessage.includes(place)) throw new Error(`${failureMessage} names no ${place}`);
  };
  const code_ = (value: Value | undefined) => String((value as readonly Value[] | undefined)?.[0]);
  return [
    {
      name: `${name}, as an argument, is an error that the script can catch`,
      ...(lua === undefined
        ? {}
        : { lua: `local ok, e = pcall(function() ${lua} return host.echo(v) end) return {e.code, e.message, ok}` }),
      ...(javascript === undefined
        ? {}
        : {
            javascript: `let r; try { ${javascript}; await host.echo(v); r = ["none"] } catch (e) { r = [e.code, e.message, false] }; export default r`,
          }),
      ...(tengo === undefined
        ? {}
        : { tengo: `r := func() { ${tengo}; return host.echo(v) }(); export [r.value.code, r.value.message]` }),
      expect: (engine) => ({
        check(run) {
          const [, text = null] = (run.result ?? []) as readonly Value[];
          if (code_(run.result) !== code || !message.test(String(text))) {
            throw new Error(`expected ${code} ${message}, not ${show(run.result)}`);
          }
          check(String(text), engine);
          if (run.calls.length !== 0) throw new Error("the call was sent all the same");
        },
      }),
    },
    {
      name: `${name}, as the result, fails the run`,
      ...(lua === undefined ? {} : { lua: `${lua} return v` }),
      ...(javascript === undefined ? {} : { javascript: `${javascript}; export default v` }),
      ...(tengo === undefined ? {} : { tengo: `${tengo}; export v` }),
      expect: { failure: { code, message } },
    },
  ];
}

const show = (value: Value | undefined) => JSON.stringify(value);

export const REJECTED_CASES: readonly Case[] = [
  ...rejected(
    "a cycle",
    "local v = {list = {}}; v.list[1] = v",
    "const v = {list: []}; v.list[0] = v",
    "value.cycle",
    /contains itself/,
    { lua: "args[0].list[1]", javascript: "args[0].list[0]", tengo: "args[0].list[0]" },
    "v := {}; v.list = [v]",
  ),
  ...rejected(
    "65 levels",
    "local v = 1; for _ = 1, 65 do v = {v} end",
    "let v = 1; for (let i = 0; i < 65; i++) v = [v]",
    "value.depth",
    /deeper than 64/,
    {},
    "v := 1; for i := 0; i < 65; i++ { v = [v] }",
  ),
  ...rejected("a table as a key", "local v = {a = {[{}] = 1}}", undefined, "value.key", /key/, { lua: "args[0].a" }),
  ...rejected("a boolean key", "local v = {[true] = 1}", undefined, "value.key", /the key true/),
  ...rejected("a float key", "local v = {[1.5] = 1}", undefined, "value.key", /the key 1\.5/),
  ...rejected(
    "bytes as a key",
    'local v = {["\\xff"] = 1}',
    undefined,
    "value.key",
    /keys must be text/,
    {},
    'v := {}; v["\\xff"] = 1',
  ),
  ...rejected(
    "a task",
    undefined,
    undefined,
    "value.unsupported",
    /task/,
    { tengo: "args[0].t" },
    "v := {t: async.spawn(func() {})}",
  ),
  ...rejected("a mixed table", "local v = {1, 2, x = 3}", undefined, "value.key", /also the key "x"/),
  ...rejected("an array with a hole", "local v = {1, nil, 3}", undefined, "value.key", /hole/, { lua: "args[0][2]" }),
  ...rejected("a sparse table", "local v = {[5] = 1}", undefined, "value.key", /the key 5/),
  ...rejected("a coroutine", "local v = {co = coroutine.create(print)}", undefined, "value.unsupported", /coroutine/, {
    lua: "args[0].co",
  }),
  ...rejected("a symbol", undefined, "const v = {s: [Symbol('x')]}", "value.unsupported", /symbol/, {
    javascript: "args[0].s[0]",
  }),
  ...rejected("a Map", undefined, "const v = [new Map()]", "value.unsupported", /Map/, { javascript: "args[0][0]" }),
  ...rejected("a Promise", undefined, "const v = [Promise.resolve(1)]", "value.unsupported", /Promise/),
  ...rejected("a RegExp", undefined, "const v = [/x/]", "value.unsupported", /RegExp/),
  ...rejected("an Int16Array", undefined, "const v = [new Int16Array(1)]", "value.unsupported", /Int16Array/),
  ...rejected("an invalid Date", undefined, "const v = [new Date(NaN)]", "value.range", /invalid Date/),
  ...rejected("an integer over 64 bits", undefined, "const v = [2n ** 63n]", "value.range", /64 bits/),
  {
    name: "a getter that throws while a value is sent is the script's own error",
    javascript: `
      let r; try { await host.echo({get x() { throw new Error("mine") }}) } catch (e) { r = e.message }
      export default r`,
    expect: { result: "mine", calls: [] },
  },
  {
    name: "too many functions given to the host",
    lua: `
      local ok, e = pcall(function() for i = 1, 20 do host.keep(function() return i end) end end)
      local many = {}
      for i = 1, 20 do many[i] = function() return i end end
      local fine, at_once = pcall(host.echo, many)
      return {ok, e.code, fine, at_once.code}`,
    javascript: `
      const code = async (work) => { try { await work() } catch (e) { return [false, e.code] } };
      const kept = await code(async () => { for (let i = 0; i < 20; i++) await host.keep(() => i) });
      const many = Array.from({ length: 20 }, (_, i) => () => i);
      export default [...kept, ...await code(() => host.echo(many))]`,
    tengo: `
      make := func(n) { return func() { return n } }
      e := undefined
      for i := 0; i < 20; i++ {
        e = host.keep(make(i))
        if is_error(e) { break }
      }
      many := []
      for i := 0; i < 20; i++ { many = append(many, make(i)) }
      all := host.echo(many)
      export [!is_error(e), e.value.code, !is_error(all), all.value.code]`,
    limits: { handles: 10 },
    expect: { result: [false, "limit.handles", false, "limit.handles"] },
  },
  {
    name: "functions are forgotten with the call that they were given to, however it ends",
    lua: `
      local function again() return "again" end
      local last
      for i = 1, 50 do
        last = host.echo({function() return i end, again})
        pcall(host.echo, {function() return i end, coroutine.create(again)})
        pcall(host.fail, "mine", "no", {function() return i end})
        async.spawn(function() host.never(function() return i end) end):cancel()
      end
      return {last[1](), host.call(function() return again() end), host.call(again), last[2] == again}`,
    javascript: `
      const again = () => "again";
      let last;
      for (let i = 0; i < 50; i++) {
        last = await host.echo([() => i + 1, again]);
        await host.echo([() => i, Symbol("x")]).catch(() => {});
        await host.fail("mine", "no", [() => i]).catch(() => {});
        const never = host.never(() => i);
        never.catch(() => {});
        never.cancel();
      }
      export default [last[0](), await host.call(() => again()), await host.call(again), last[1] === again]`,
    tengo: `
      again := func() { return "again" }
      last := undefined
      for i := 1; i <= 50; i++ {
        func(n) {
          last = host.echo([func() { return n }, again])
          failed := host.fail("mine", "no", [func() { return n }])
          if !is_error(failed) { last = failed }
        }(i)
      }
      export [last[0](), host.call(func() { return again() }), host.call(again), true]`,
    limits: { handles: 10 },
    expect: { result: [50, "again", "again", true] },
  },
  {
    name: "the same function has the same handle in all calls, and is given back as often as it was given",
    lua: `
      local f = function() return "f" end
      local first, second = async.spawn(host.later, f), async.spawn(host.later, f)
      async.pause()
      host.flush()
      return {first:await(), second:await(), host.call(f)}`,
    javascript: `
      const f = () => "f";
      const [first, second] = [host.later(f), host.later(f)];
      await host.flush();
      export default [await first, await second, await host.call(f)]`,
    tengo: `
      f := func() { return "f" }
      first := async.spawn(host.later, f)
      second := async.spawn(host.later, f)
      async.pause()
      host.flush()
      export [first.await(), second.await(), host.call(f)]`,
    expect: {
      result: [1, 2, "f"],
      check(run) {
        const handles = run.calls.flatMap(({ args }) => args.filter((each) => each instanceof FunctionHandle));
        const ids = handles.map(({ id }) => id);
        if (ids.length !== 3) throw new Error(`${ids.length} functions were given`);
        if (new Set(ids).size !== 1) throw new Error(`several handles: ${ids.join()}`);
      },
    },
  },
];
