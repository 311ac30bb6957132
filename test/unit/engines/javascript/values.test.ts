import { describe, expect, test } from "bun:test";
import { ErrorValue, Float, FunctionHandle, ResourceHandle, Time, type Value } from "../../../../src/contract/value.ts";
import { run } from "./harness.ts";

/** Sends a value into the script as an answer and takes it back as an argument and as the result. */
function thereAndBack(value: Value): [argument: Value | undefined, result: Value | undefined] {
  const done = run("const v = await host.later(); await host.echo(v); export default v;", {
    answer: (call) => (call.function === "later" ? value : null),
  });
  expect(done.failure).toBeUndefined();
  // A trailing null is left out of a call.
  return [done.calls[1]?.args[0] ?? null, done.value];
}

const everyByte = Uint8Array.from({ length: 256 }, (_, index) => index);
const hostileKeys: Value = JSON.parse('{"__proto__":1,"constructor":2,"toString":3,"":4,"$":5,"then":6,"0":7}');

const ROUND_TRIPS: readonly (readonly [name: string, value: Value, back?: Value])[] = [
  ["null", null],
  ["true", true],
  ["zero", 0],
  ["an integer", -42],
  ["the greatest safe integer", Number.MAX_SAFE_INTEGER],
  ["an int64", 9_007_199_254_740_993n],
  ["the least int64", -(2n ** 63n)],
  ["a fraction", 0.1],
  ["NaN", Number.NaN],
  ["Infinity", Number.POSITIVE_INFINITY],
  ["-Infinity", Number.NEGATIVE_INFINITY],
  ["-0", -0],
  ["1e300", 1e300],
  ["5e-324", 5e-324],
  ["2^53 as a float", 2 ** 53],
  ["1.0, which JavaScript does not tell from 1", new Float(1), 1],
  ["a text with NUL", "a\0b"],
  ["a lone surrogate", "\ud800x\udc00"],
  ["an astral character", "😀"],
  ["text with line separators", '\u2028\u2029"\\\r\n\ufeff'],
  ["a megabyte", "ä\0".repeat(2 ** 19)],
  ["no bytes", new Uint8Array()],
  ["one byte", new Uint8Array([255])],
  ["two bytes", new Uint8Array([0, 128])],
  ["every byte", everyByte],
  ["an array", [1, [2, []], { a: [null] }]],
  ["a map with hostile keys", hostileKeys],
  ["a map that looks tagged", { $: "int", v: "5" }],
  ["nested tags", { a: { $: { $: "bytes" } }, b: [new Uint8Array([1])] }],
  ["a time", new Time(1_700_000_000, 123_456_789)],
  ["a time before 1970", new Time(-2, 1)],
  ["an error", new ErrorValue("my.code", "It\0broke", { why: [1, 10n ** 18n] })],
  ["a resource", new ResourceHandle("host.stream", 7)],
  ["a resource of an unknown kind", new ResourceHandle("else.where", 8)],
];

describe("values cross both ways", () => {
  test.each(ROUND_TRIPS)("%s", (_name, value, back = value) => {
    for (const got of thereAndBack(value)) {
      expect(got).toEqual(back);
      if (typeof back === "number") expect(Object.is(got, back)).toBe(true);
    }
  });
});

describe("the script sees", () => {
  test.each([
    ["a BigInt", 2n ** 60n, "typeof v === 'bigint' && v === 2n ** 60n"],
    ["a Date", new Time(5, 7_000_008), "v instanceof Date && v.getTime() === 5007 && v.nanoseconds === 8"],
    ["an Error", new ErrorValue("a.b", "m", { x: 1 }), "v instanceof Error && v.code === 'a.b' && v.details.x === 1"],
    ["a Uint8Array", new Uint8Array([1, 2]), "v instanceof Uint8Array && v.length === 2 && v[1] === 2"],
    ["plain objects", { a: 1 }, "Object.getPrototypeOf(v) === Object.prototype"],
    [
      "__proto__ as a key",
      hostileKeys,
      "Object.hasOwn(v, '__proto__') && Object.getPrototypeOf(v) === Object.prototype",
    ],
  ] as const)("%s", (_name, value, check) => {
    const done = run(`const v = await host.later(); export default ${check}`, { answer: () => value });
    expect([done.failure, done.value]).toEqual([undefined, true]);
  });
});

describe("the host sees", () => {
  test.each([
    ["undefined as null", "[undefined]", [null]],
    ["holes as null", "[1,,3]", [1, null, 3]],
    ["no undefined keys", "({ a: undefined, b: 1 })", { b: 1 }],
    ["an instance as its own keys", "new (class A { x = 1; #y = 2; get z() { return 3 } })()", { x: 1 }],
    ["a null prototype", "Object.assign(Object.create(null), { a: 1 })", { a: 1 }],
    ["getters' values", "({ get a() { return 5 } })", { a: 5 }],
    ["boxes as what is in them", "[Object('a'), Object(1), Object(true)]", ["a", 1, true]],
    ["a small BigInt as an integer", "5n", 5],
    ["a TypeError's message", "new TypeError('x')", new ErrorValue("script.error", "x", null)],
    ["no toJSON", "({ toJSON() { return 1 } }).a ?? 2", 2],
  ] as const)("%s", (_name, source, expected) => {
    const done = run(`await host.echo(${source});`);
    expect(done.failure).toBeUndefined();
    expect(done.calls[0]?.args[0]).toEqual(expected as Value);
  });
});

describe("what cannot cross names its place", () => {
  test.each([
    ["host.echo(Symbol('x'))", "value.unsupported", "args[0] is a symbol"],
    ["host.echo(1, { list: [0, 0, 0, new Map()] })", "value.unsupported", "args[1].list[3] is a Map"],
    ["host.echo(new Set())", "value.unsupported", "args[0] is a Set"],
    ["host.echo({ p: Promise.resolve() })", "value.unsupported", "args[0].p is a Promise"],
    ["host.echo(/x/)", "value.unsupported", "RegExp"],
    ["host.echo(new Float32Array(2))", "value.unsupported", "args[0] is a Float32Array"],
    ["host.echo(2n ** 63n)", "value.range", "args[0] does not fit into 64 bits"],
    ["host.echo(new Date(NaN))", "value.range", "invalid Date"],
    ["(() => { const a = { b: [] }; a.b.push(a); return host.echo(a) })()", "value.cycle", "args[0].b[0]"],
    ["(() => { let a = 1; for (let i = 0; i < 65; i++) a = [a]; return host.echo(a) })()", "value.depth", "64 levels"],
  ])("%s", (source, code, message) => {
    const done = run(
      `try { await ${source} } catch (e) { host.print(e instanceof Error && e.code + "|" + e.message) }`,
    );
    expect(done.calls).toEqual([]);
    expect(done.stdout).toStartWith(`${code}|`);
    expect(done.stdout).toContain(message);
  });

  test("64 levels are allowed", () => {
    const done = run("let a = 1; for (let i = 0; i < 64; i++) a = [a]; await host.echo(a); export default 1");
    expect(done.failure).toBeUndefined();
  });

  test("a result that cannot cross fails the run", () => {
    const done = run("export default { a: new Map() }");
    expect(done.failure?.code).toBe("value.unsupported");
    expect(done.failure?.message).toContain("result.a");
  });
});

describe("functions", () => {
  test("the same function has the same id, also when it was released in between", () => {
    const done = run("const f = () => 1; await host.echo(f); await host.echo([f, () => 2]); await host.later(f)", {
      answer: (call, at) => {
        if (call.id === 2) at.deliver({ type: "release", functions: [1], time: 1 });
        return null;
      },
    });
    expect(done.calls.map((call) => call.args)).toEqual([
      [new FunctionHandle(1)],
      [[new FunctionHandle(1), new FunctionHandle(2)]],
      [new FunctionHandle(1)],
    ]);
  });

  test("a function that comes back is the script's own", () => {
    const done = run("const f = () => 1; export default await host.echo(f) === f");
    expect(done.value).toBe(true);
  });

  test("over limits.handles it is an error that can be caught", () => {
    const source =
      "try { await Promise.all([1, 2, 3, 4, 5, 6].map((i) => host.later(() => i))) } catch (e) { host.print(e.code) }";
    expect(run(source, { limits: { handles: 5 } }).stdout).toBe("limit.handles");
  });
});
