import { FunctionHandle } from "../../../src/contract/value.ts";
import type { Case } from "../harness.ts";

export const JAVASCRIPT_CASES: readonly Case[] = [
  {
    name: "await at the top, and values as default export",
    javascript: `const a = await host.echo(1); export default {a, b: [1n, null]}`,
    expect: { result: { a: 1, b: [1, null] } },
  },
  {
    name: "a default export that is a function gets the parameters",
    javascript: `export default function main(parameters) { return parameters }`,
    parameters: { topic: "birds" },
    expect: { result: { topic: "birds" } },
  },
  {
    name: "a default export that is an async function is waited for",
    javascript: `export default async (p) => { const x = await host.echo(p.n); return x + 1 }`,
    parameters: { n: 41 },
    expect: { result: 42 },
  },
  {
    name: "a default export that is a promise is waited for",
    javascript: `export default host.echo(7)`,
    expect: { result: 7 },
  },
  {
    name: "a class as default export is not called, and any function that comes as a result is a function",
    javascript: `export default class X {}`,
    expect: {
      check(run) {
        if (!(run.result instanceof FunctionHandle)) throw new Error("no function");
      },
    },
  },
  {
    name: "an error shows its causes, and those that it collects",
    javascript: `
      const no = async (n) => { throw n > 1 ? new Error("no " + n) : new TypeError("first", { cause: "deep" }) };
      const any = await Promise.any([1, 2, 3, 4, 5].map(no)).catch((e) => e);
      throw new RangeError("outer", { cause: any })`,
    expect: {
      failure: {
        code: "script.error",
        message: `RangeError: outer (cause: AggregateError: TypeError: first (cause: "deep"); no 2; no 3; and 2 more)`,
      },
    },
  },
  {
    name: "causes that go in a circle, and those that throw when they are read",
    javascript: `
      const e = new Error("x"); e.cause = new Error("y", { cause: e });
      const bad = new AggregateError([], "bad");
      Object.defineProperty(bad, "errors", { get() { throw 1 } });
      await host.call(() => { throw bad }).catch(() => {});
      throw e`,
    expect: { failure: { code: "script.error", message: "x (cause: y (cause: x (cause: y)))" } },
  },
  {
    name: "an array of more holes than may cross is refused at once",
    javascript: `
      const a = []; a[4294967290] = 1;
      const caught = await host.echo({ a: [a] }).catch((e) => e);
      console.log(caught.code, caught.message);
      export default new Array(4294967295)`,
    expect: {
      stdout: "limit.arguments args[0].a[0] has 4294967291 items, which are more than limits.arguments lets cross\n",
      failure: {
        code: "limit.result",
        message: "result has 4294967295 items, which are more than limits.result lets cross",
      },
    },
  },
  {
    name: "what is not there as default export is null",
    javascript: `export const x = 1`,
    expect: { result: null },
  },
  {
    name: "classes, private fields, static blocks, inheritance",
    javascript: `
      class A { #x = 1; static n; static { A.n = 5 } get x() { return this.#x } static isA(o) { return #x in o } }
      class B extends A { x2 = super.x * 2 }
      const b = new B();
      export default [b.x, b.x2, A.n, A.isA(b), A.isA({})]`,
    expect: { result: [1, 2, 5, true, false] },
  },
  {
    name: "generators, destructuring, spread, optional chaining, tagged templates",
    javascript: `
      function* g() { const x = yield 1; yield x * 2 }
      const it = g(); it.next();
      const {a, ...rest} = {a: 1, b: 2, c: 3};
      const tag = (s, ...v) => s.raw.join("|") + v.join();
      export default [it.next(21).value, rest, [...new Set([1, 1, 2])], null?.x ?? "none", tag\`a\${1}b\`]`,
    expect: { result: [42, { b: 2, c: 3 }, [1, 2], "none", "a|b1"] },
  },
  {
    name: "newer methods of the library",
    javascript: `
      export default [
        Object.groupBy([1, 2, 3], (n) => (n % 2 ? "odd" : "even")).odd,
        [3, 1, 2].toSorted(), [1, 2, 3].at(-1), [1, [2, [3]]].flat(Infinity), "a-b".replaceAll("-", "+"),
        Array.from(new Set([1, 2]).union(new Set([3]))), Object.fromEntries([["k", 1]]), structuredClone({a: [1]}),
        "abc".match(/(?<first>a)/).groups.first, Promise.withResolvers !== undefined, (2n ** 64n).toString()]`,
    expect: {
      result: [
        [1, 3],
        [1, 2, 3],
        3,
        [1, 2, 3],
        "a+b",
        [1, 2, 3],
        { k: 1 },
        { a: [1] },
        "a",
        true,
        "18446744073709551616",
      ],
    },
  },
  {
    name: "async generators and for await",
    javascript: `
      async function* numbers() { for (let i = 0; i < 3; i++) yield await host.echo(i) }
      const out = [];
      for await (const n of numbers()) out.push(n);
      for await (const n of [Promise.resolve("p"), "q"]) out.push(n);
      export default out`,
    expect: { result: [0, 1, 2, "p", "q"] },
  },
  {
    name: "microtasks run in their order, before the next message",
    javascript: `
      const out = [];
      const call = host.echo("call").then(() => out.push("call"));
      queueMicrotask(() => out.push("microtask"));
      Promise.resolve().then(() => out.push("then 1")).then(() => out.push("then 2"));
      (async () => { out.push("sync"); await null; out.push("after await") })();
      out.push("end");
      await call;
      export default out`,
    expect: { result: ["sync", "end", "microtask", "then 1", "after await", "then 2", "call"] },
  },
  {
    name: "finally, allSettled and any",
    javascript: `
      const out = [];
      const settled = await Promise.allSettled([host.echo(1), host.fail("a.b", "no")]);
      out.push(settled.map((s) => s.status + (s.value ?? s.reason.code)).join());
      out.push(await Promise.any([host.fail("x", "y"), host.echo("any")]));
      await host.echo(0).finally(() => out.push("finally"));
      export default out`,
    expect: { result: ["fulfilled1,rejecteda.b", "any", "finally"] },
  },
  {
    name: "console.log prints values as people know them",
    javascript: `
      console.log("text", 1, 1.5, -0, NaN, 10n, true, null, undefined);
      console.log({a: 1, "b-c": "x", d: [1, [2, [3, [4]]]], e: {}});
      console.log([], [1, , 3], new Map([["k", {v: 1}]]), new Set([1]), Symbol("s"));
      console.log(function named() {}, class K {}, new Uint8Array([1, 2]), /re/g);
      console.log("%s is %d", "x", 5);
      const cycle = {}; cycle.self = cycle; console.log(cycle);
      class P { x = 1 } console.log(new P(), [new Date(0)], "a\\nb", ["a\\nb"]);`,
    expect: {
      stdout: [
        "text 1 1.5 -0 NaN 10n true null undefined",
        '{ a: 1, "b-c": "x", d: [ 1, [ 2, [ 3, [Array] ] ] ], e: {} }',
        '[] [ 1, <empty>, 3 ] Map(1) { "k" => { v: 1 } } Set(1) { 1 } Symbol(s)',
        "[Function: named] [class K] Uint8Array(2) [ 1, 2 ] /re/g",
        "x is 5",
        "{ self: [Circular] }",
        'P { x: 1 } [ 1970-01-01T00:00:00.000Z ] a\nb [ "a\\nb" ]',
        "",
      ].join("\n"),
    },
  },
  {
    name: "console.log shows an error with its stack, and nothing of the prelude",
    javascript: `
      function f() { throw new TypeError("shown") }
      try { f() } catch (e) { console.log(e) }`,
    expect: {
      check(run) {
        const text = run.output("stdout");
        if (!/TypeError: shown/.test(text) || !/main\.js:2/.test(text)) throw new Error(text);
        if (/llmspell:/.test(text)) throw new Error(`the prelude shows: ${text}`);
      },
    },
  },
  {
    name: "dynamic import by a computed name",
    javascript: `const name = "ut" + "il"; const m = await import("./" + name + ".js"); export default m.default`,
    modules: { javascript: { "util.js": "export default 'computed'" } },
    expect: { result: "computed" },
  },
  {
    name: "strict mode, and no sloppy leftovers",
    javascript: `
      const out = [];
      try { undeclared = 1; out.push("sloppy") } catch { out.push("strict") }
      out.push((function () { return this })() === undefined);
      export default out`,
    expect: { result: ["strict", true] },
  },
  {
    name: "text and bytes there and back",
    javascript: `
      const bytes = new TextEncoder().encode("ä😀");
      export default [bytes.length, new TextDecoder().decode(bytes), btoa("abc"), atob("YWJj")]`,
    expect: { result: [6, "ä😀", "YWJj", "abc"] },
  },
  {
    name: "a chain of bound functions has names of a bounded length, and overflows the stack when called",
    javascript: `
      let b = () => 0;
      for (let i = 0; i < 1e5; i++) b = b.bind(null);
      let caught; try { b() } catch (e) { caught = e.name }
      class A { constructor(x, y) { this.sum = x + y } }
      const { enumerable, writable, configurable } = Object.getOwnPropertyDescriptor(Function.prototype, "bind");
      export default [caught, b.name.length < 300, A.bind(null, 1).name, A.bind(null, 1).length, new (A.bind(null, 1))(2).sum,
        enumerable, writable, configurable, Function.prototype.bind.name, Function.prototype.bind.length]`,
    limits: { memory: 48 * 1024 * 1024 },
    expect: { result: ["RangeError", true, "bound A", 1, 3, false, true, true, "bind", 1] },
  },
  {
    name: "timers need the module time",
    javascript: `let r; try { setTimeout(() => {}, 1) } catch (e) { r = e.code } export default r`,
    expect: { result: "grant.bridge" },
  },
];
