import { describe, expect, test } from "bun:test";
import { run } from "./harness.ts";

describe("the result", () => {
  test.each([
    ["export default 5", 5],
    ["1 + 1", null],
    ["export default (p) => p.x * 2", 42],
    ["export default async function main({ x }) { return await host.echo(x) }", 21],
    ["export default host.echo(3)", 3],
    ["const x = await host.echo([1]); export { x as default }", [1]],
    ["#!/usr/bin/env llmspell\nexport default 1", 1],
  ])("%s", (source, value) => {
    const done = run(source, { parameters: { x: 21 } });
    expect(done.failure).toBeUndefined();
    expect(done.value).toEqual(value);
    expect(done.messages.at(-1)?.type).toBe("result");
  });

  test("comes with the steps that were used", () => {
    const few = run("export default 1").fuel ?? 0;
    const many = run("for (let i = 0; i < 1e6; i++); export default 1").fuel ?? 0;
    expect(many - few).toBeGreaterThanOrEqual(990_000);
    expect(run("for (let i = 0; i < 1e6; i++); export default 1").fuel).toBe(many);
  });
});

describe("modules", () => {
  const modules = {
    "a.js": "import { b } from './lib/b.js'; export const a = 'a' + b; export const url = typeof import.meta.url",
    "lib/b.js": "import c from '../c'; export const b = 'b' + c;",
    "c.ts": "export default 'c'",
    "lib/index.mjs": "export default 'index'",
    "bad-run.js": "throw new Error('bad')",
    "bad.js": "let x = 1;\n  let y = ) 2;",
    "throws.js": "export function f() {\n  throw new RangeError('deep');\n}",
    "later.js": "export default await host.echo('waited')",
  };

  test.each([
    ["import { a } from './a.js'; export default a", "abc"],
    ["import x from './lib'; export default x", "index"],
    ["import x from './c.js'; export default x", "c"],
    ["import x from './later.js'; export default x", "waited"],
    ["const { a } = await import('./' + 'a.js'); export default a", "abc"],
    ["import * as one from './a.js'; export default one === await import('./lib/../a.js')", true],
    [
      "for (const _ of [1, 2]) try { await import('./bad-run.js') } catch (e) { host.print(e.message) } export default 1",
      1,
    ],
    ["try { await import('./none.js') } catch (e) { host.print(e.code) } export default 1", 1],
  ])("%s", (source, value) => {
    const done = run(source, { modules, file: "spells/x/main.js" });
    expect(done.failure).toBeUndefined();
    expect(done.value).toEqual(value);
  });

  test.each([
    ["\nimport x from './none.js'", { line: 2, column: 15 }, "./none.js"],
    ["import fs from 'node:fs'", { line: 1, column: 16 }, "llmspell:host"],
    ["import x from '../a.js'", { line: 1, column: 15 }, "../a.js"],
    ["import x from 'llmspell:llm'", { line: 1, column: 15 }, "llmspell:llm"],
    ["import x from 'llmspell:prelude/boot.js'", { line: 1, column: 15 }, "llmspell:prelude"],
    ["import x from '/etc/passwd'", { line: 1, column: 15 }, "/etc/passwd"],
  ])("%s is not found", (source, position, shown) => {
    const { failure } = run(source, { modules });
    expect(failure?.code).toBe("script.module-not-found");
    expect(failure?.message).toContain(shown);
    expect(failure?.position).toEqual({ file: "main.js", ...position });
  });

  test.each([
    ["import { ecko } from 'llmspell:host'", { line: 1, column: 10 }, "'llmspell:host'; did you mean \"echo\"?"],
    [
      "import { echo } from 'llmspell:host';\nimport { x, beta as c } from './names';",
      { line: 2, column: 13 },
      '"bet_a"',
    ],
    ["export { gama } from './names.js'", { line: 1, column: 10 }, "'gama' in module 'main.js'"],
    ["import { gama } from './names.js'", { line: 1, column: 10 }, '"gamma"'],
    ["import d from './names.js'", { line: 1, column: 15 }, "'default' in module 'names.js'"],
  ])("%s is not exported", (source, position, shown) => {
    const exporting = "export const x = 1; const b = 2; export { b as bet_a, b }; export async function gamma() {}";
    const { failure } = run(source, { modules: { "names.js": exporting } });
    expect(failure).toMatchObject({ code: "script.syntax", position: { file: "main.js", ...position } });
    expect(failure?.message).toContain(shown);
  });

  test("JSON is none", () => {
    const { failure } = run('import d from "./d.json" with { type: "json" }', { modules: { "d.json": "{}" } });
    expect(failure).toMatchObject({ code: "script.module-not-found", position: { line: 1, column: 15 } });
    expect(failure?.message).toStartWith(
      '"./d.json" cannot be imported: there are no JSON modules. Read it with files',
    );
  });

  test("errors in them name their file", () => {
    const bad = run("await import('./bad.js')", { modules }).failure;
    expect(bad).toMatchObject({ code: "script.syntax", position: { file: "bad.js", line: 2, column: 11 } });
    const { failure } = run("import { f } from './throws.js';\nf();", { modules });
    expect(failure?.message).toBe("RangeError: deep");
    expect(failure?.stack.map(({ name, file, line }) => [name, file, line])).toEqual([
      ["f", "throws.js", 2],
      ["", "main.js", 2],
    ]);
  });

  test("mode check parses all of them and runs nothing", () => {
    const good = run("import './a.js'; import 'llmspell:not-granted'; host.print('ran')", {
      mode: "check",
      modules: { "a.js": "throw 1" },
    });
    expect(good.messages).toEqual([{ type: "result", value: null, fuel: 0 }]);
    const bad = run("import './bad.js'", { mode: "check", modules });
    expect(bad.failure).toMatchObject({ code: "script.syntax", position: { file: "bad.js", line: 2 } });
    expect(bad.messages).toHaveLength(1);
  });
});

describe("syntax errors have their column", () => {
  test.each([
    ["let a = 1;\n let b = = 2;", 2, 10],
    ["let b = 1;\n   foo bar", 2, 8],
    ["let y = ;", 1, 9],
    ["if (a { }", 1, 7],
    ["let a;\nlet a;", 2, 5],
    ["const x = await = 1", 1, 17],
    ["function f() {\n  if (1) {\n}", 3, 2],
    ["const s = `a", 1, 11],
    ["const ok = /a\\/(/.test('/)/');\nlet z = /(/", 1, 12],
    ["const d = 4 / 2 / 1;\nlet z = /(/", 2, 9],
    ["let ä = /[\\p{L}--[a-z]]/v", 1, 9],
    ["const q2 = 'q';\nexport { q }", 2, 10],
    ["class A { #p; f() { return this.#q } }", 1, 33],
  ])("%j", (source, line, column) => {
    const { failure } = run(source);
    expect(failure?.code).toBe("script.syntax");
    expect(failure?.position).toEqual({ file: "main.js", line, column });
  });
});

describe("uncaught errors", () => {
  test.each([
    ["null.x", "TypeError: cannot read property 'x' of null", 1, 6],
    ["\n  const o = {};\n  o.foo.bar();", "TypeError: cannot read property 'bar' of undefined", 3, 9],
    ["const o = {};\n  o.foo();", "TypeError: o.foo is not a function", 2, 5],
    [
      "const q = {};\nfunction m(x) {\n  const a = 1;\n  return x.a.b;\n}\nm(q)",
      "TypeError: cannot read property 'b' of undefined",
      4,
      14,
    ],
    ["function m() {\n  return  missing;\n}\nm()", "ReferenceError: missing is not defined", 2, 11],
    ["await 1;\n throw new Error('x')", "x", 2, 12],
    ["class MyError extends Error { name = 'MyError' }\nthrow new MyError('mine')", "MyError: mine", 2, 11],
    ["queueMicrotask(() => {\n  throw new Error('micro') })", "micro", 2, 13],
    ["(async () => { await 1;\n throw new Error('lost') })()", "lost", 2, 12],
    ["Promise.reject(new Error('rejected'))", "rejected", 1, 20],
    ["host.echo(1).then(() => { throw new Error('then') })", "then", 1, 37],
  ])("%j", (source, message, line, column) => {
    const { failure } = run(source);
    expect(failure).toMatchObject({ code: "script.error", message, position: { file: "main.js", line, column } });
  });

  test.each([
    ["throw 'text'", "Uncaught text"],
    ["throw null", "Uncaught null"],
    ["throw { message: 'said', code: 'my.code' }", "said"],
    ["throw { a: 1 }", "{ a: 1 }"],
    ["throw Symbol('s')", "Uncaught Symbol(s)"],
    ["throw () => 1", "Uncaught [Function: (anonymous)]"],
    ["throw new Proxy({}, { get() { throw 1 }, ownKeys() { throw 2 }, getPrototypeOf() { throw 3 } })", "[unreadable]"],
    ["throw Object.defineProperty(new Error('x'), 'message', { get() { throw 1 } })", "Error"],
  ])("%s", (source, message) => {
    expect(run(source).failure?.message).toBe(message);
  });

  test("of the script's own code and details keep them", () => {
    const source = "throw Object.assign(new TypeError('x'), { code: 'my.code', details: { a: [1n] } })";
    expect(run(source).failure).toMatchObject({ code: "my.code", message: "x", details: { a: [1] } });
  });

  test("that something handles in time are no failure", () => {
    const source =
      "const p = Promise.reject(1); p.catch(() => {}); await Promise.allSettled([Promise.reject(2)]); export default 1";
    expect(run(source).value).toBe(1);
  });
});

describe("deadlocks", () => {
  test.each(["await new Promise(() => {})", "export default new Promise(() => {})", "await { then() {} }"])(
    "%s",
    (source) => {
      expect(run(source).failure?.code).toBe("script.deadlock");
    },
  );
});

describe("the clock and chance", () => {
  test("are the messages'", () => {
    const source =
      "const a = Date.now(); await host.echo(); export default [a, Date.now() - a, new Date().toISOString(), Date().slice(0, 15)]";
    expect(run(source, { time: 1_600_000_000_000 }).value).toEqual([
      ...[1_600_000_000_000, 1000, "2020-09-13T12:26:41.000Z", "Sun Sep 13 2020"],
    ]);
  });

  test("are the same for the same seed and differ between seeds", () => {
    const source = "const r = []; for (let i = 0; i < 5; i++) r.push(Math.random()); export default r";
    const [one, again, other] = [run(source, { seed: 7 }), run(source, { seed: 7 }), run(source, { seed: 8 })];
    expect(one.value).toEqual(again.value as never);
    expect(one.value).not.toEqual(other.value as never);
    const many = run("let s = 0; for (let i = 0; i < 1e5; i++) s += Math.random(); export default s / 1e5")
      .value as number;
    expect(Math.abs(many - 0.5)).toBeLessThan(0.01);
  });

  test("in UTC", () => {
    expect(run("export default [new Date(2020, 0, 1).getTime(), new Date().getTimezoneOffset()]").value).toEqual([
      Date.UTC(2020, 0, 1),
      0,
    ]);
  });
});

test("after its end a reactor ignores what is delivered", () => {
  const done = run("export default 1");
  const count = done.messages.length;
  done.deliver({ type: "return", id: 1, value: null, time: 1 });
  expect(done.messages).toHaveLength(count);
});
