import { describe, expect, test } from "bun:test";
import { run } from "./harness.ts";

function value(expression: string) {
  const done = run(`export default ${expression}`);
  expect(done.failure).toBeUndefined();
  return done.value;
}

describe("globals", () => {
  test("are those that are listed", () => {
    expect(value("Object.getOwnPropertyNames(globalThis).filter((name) => !/^[A-Z]/.test(name)).sort()")).toEqual([
      ..."atob btoa clearInterval clearTimeout console decodeURI decodeURIComponent encodeURI encodeURIComponent escape eval".split(
        " ",
      ),
      ..."globalThis host isFinite isNaN parseFloat parseInt queueMicrotask setInterval setTimeout structuredClone undefined unescape".split(
        " ",
      ),
    ]);
  });

  test.each([
    "performance",
    "WeakRef",
    "FinalizationRegistry",
    "SharedArrayBuffer",
    "Atomics",
    "WebAssembly",
    "gc",
    "std",
    "os",
  ])("%s is none of them", (name) => expect(value(`typeof ${name}`)).toBe("undefined"));

  test.each([
    ["new TextDecoder().decode(new TextEncoder().encode('aé日😀\\0\\ud800'))", "aé日😀\0\ufffd"],
    ["[...new TextEncoder().encode('é😀')]", [0xc3, 0xa9, 0xf0, 0x9f, 0x98, 0x80]],
    [
      "new TextDecoder().decode(new Uint8Array([0x61, 0xff, 0xc0, 0x80, 0xed, 0xa0, 0x80, 0xf5]))",
      "a\ufffd\ufffd\ufffd\ufffd\ufffd\ufffd\ufffd",
    ],
    [
      "(() => { const d = new TextDecoder(); return d.decode(new Uint8Array([0xf0, 0x9f]), { stream: true }) + d.decode(new Uint8Array([0x98, 0x80])) })()",
      "😀",
    ],
    ["btoa('a\\xff') + atob('YWI=') + atob(' Y W J j ')", "Yf8=ababc"],
    ["(() => { try { atob('a') } catch (e) { return e.name } })()", "InvalidCharacterError"],
    [
      "(() => { const a = { d: new Date(5), m: [1] }; a.self = a; const b = structuredClone(a); return [b !== a, b.self === b, b.d.getTime(), b.m] })()",
      [true, true, 5, [1]],
    ],
    ["structuredClone(new Map([[1, new Set([2])]])).get(1).has(2)", true],
    ["(() => { try { structuredClone(() => 1) } catch (e) { return e.name } })()", "DataCloneError"],
    ["await new Promise((r) => queueMicrotask(() => r(7)))", 7],
    ["eval('1 + 1') + new Function('return 2')()", 4],
  ])("%s", (expression, expected) => {
    expect(value(expression)).toEqual(expected as never);
  });
});

describe("BigInt.asUintN", () => {
  const widths = [0, 1, 8, 31, 32, 33, 63, 64, 65, 96, 128, 200];
  const powers = [0n, 31n, 32n, 63n, 64n, 65n, 96n, 127n, 128n, 199n];
  const numbers = powers.flatMap((power) => [2n ** power, 2n ** power - 1n, -(2n ** power), -(2n ** power) - 7n]);

  test.each(["asUintN", "asIntN"] as const)("%s is right for all widths", (name) => {
    const list = `[${numbers.map((number) => `${number}n`).join()}]`;
    const expected = widths.flatMap((width) => numbers.map((number) => String(BigInt[name](width, number))));
    expect(value(`[${widths}].flatMap((w) => ${list}.map((n) => String(BigInt.${name}(w, n))))`)).toEqual(expected);
  });

  test("takes what the standard takes, in its order, and looks like it", () => {
    expect(
      value(
        "[BigInt.asUintN('8', '300'), BigInt.asUintN(8, true), BigInt.asUintN(NaN, 1n), BigInt.asUintN(-0.5, -1n)]",
      ),
    ).toEqual([44, 1, 0, 0]);
    const failing = ["-1, 1n", "2 ** 53, 1n", "1n, 1n", "8, 300", "8, Symbol()", "2 ** 40, -1n", ""];
    const names = failing.map((args) => `(() => { try { BigInt.asUintN(${args}) } catch (e) { return e.name } })()`);
    const [range, type] = ["RangeError", "TypeError"];
    expect(value(`[${names}]`)).toEqual([range, range, type, type, type, range, type]);
    expect(
      value(`(() => { const s = []; BigInt.asUintN({ valueOf() { s.push(1); return 64 } }, { valueOf() { s.push(2); return -1n } });
        const { value, ...rest } = Object.getOwnPropertyDescriptor(BigInt, "asUintN");
        return [s, value.name, value.length, "prototype" in value, rest] })()`),
    ).toEqual([[1, 2], "asUintN", 2, false, { enumerable: false, writable: true, configurable: true }]);
  });
});

describe("console", () => {
  test("writes to two streams", () => {
    const done = run(
      "console.log('a'); console.info('b'); console.debug('c'); console.warn('d'); console.error('e'); console.assert(0, 'f')",
    );
    expect([done.stdout, done.stderr]).toEqual(["a\nb\nc\n", "d\ne\nAssertion failed: f\n"]);
  });

  test.each([
    ["'a', 'b'", "a b"],
    ["['a', 1, -0, 5n, null, undefined, Symbol('s')]", '[ "a", 1, -0, 5n, null, undefined, Symbol(s) ]'],
    ["{ a: { b: { c: { d: { e: { f: 1 } } } } } }", "{ a: { b: { c: { d: [Object] } } } }"],
    ["{ 'x-y': 1, [Symbol('k')]: 2, get g() { throw 1 } }", '{ "x-y": 1, g: [Getter], [Symbol(k)]: 2 }'],
    ["new Map([['a', new Set([1])]])", 'Map(1) { "a" => Set(1) { 1 } }'],
    ["[, 1]", "[ <empty>, 1 ]"],
    ["new Date(0), /x/g, new Uint8Array(2)", "1970-01-01T00:00:00.000Z /x/g Uint8Array(2) [ 0, 0 ]"],
    [
      "class A {}, new (class B { x = 1 })(), () => 1, function f() {}",
      "[class A] B { x: 1 } [Function: (anonymous)] [Function: f]",
    ],
    ["(() => { const a = {}; a.a = a; return a })()", "{ a: [Circular] }"],
    ["new Proxy({}, { ownKeys() { throw 1 } })", "[unreadable]"],
    ["Promise.resolve(1)", "Promise {}"],
    ["'%s is %d and %j%%', 'x', 42, { a: 1 }, 'rest'", "x is 42 and { a: 1 }% rest"],
    ["Array.from({ length: 102 }, () => 1).length, 'x'.repeat(3)", "102 xxx"],
    ["Object.defineProperty(new Error('m'), 'stack', { value: '' })", "Error: m"],
    ["host.list", "[ 1, { a: 2 } ]"],
  ])("%s", (args, text) => {
    expect(run(`console.log(${args})`).stdout).toBe(`${text}\n`);
  });

  test("breaks long values into lines", () => {
    const lines = run("console.log({ first: 'x'.repeat(50), second: 'y'.repeat(50) })").stdout.split("\n");
    expect(lines).toEqual(["{", `  first: "${"x".repeat(50)}",`, `  second: "${"y".repeat(50)}"`, "}", ""]);
  });
});
