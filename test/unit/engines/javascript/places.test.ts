import { describe, expect, test } from "bun:test";
import { run } from "./harness.ts";

/** The source with `▸` taken out, and where it stood. */
function marked(text: string): { source: string; line: number; column: number } {
  const before = text.slice(0, text.indexOf("▸")).split("\n");
  return { source: text.replace("▸", ""), line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
}

/** Runs it and expects the failure at the mark. */
function expectPlace(text: string): ReturnType<typeof run>["failure"] {
  const { source, line, column } = marked(text);
  const { failure } = run(source);
  expect(failure?.position).toEqual({ file: "main.js", line, column });
  return failure;
}

describe("the column of an error", () => {
  test.each([
    "▸nope()",
    " ▸nope()",
    "(▸nope)()",
    "throw new ▸Error('x')",
    "\nthrow new ▸Error('x')",
    "const s = 'ää…(28)'; ▸nope();",
    "\n\tconst s = 'ää…(28) 日本語 😀😀'; ▸nope();",
    "/* ä\nä */ const ä = 1; ▸nope();",
    "const t = `😀${1}ä`; ▸nope();",
    "\u00a0▸nope()",
  ])("counts characters: %j", (text) => {
    expectPlace(text);
  });

  test.each([
    "throw new ▸Error('outer', { cause: new Error('inner') })",
    "const f = (x) => x;\nthrow new ▸TypeError(f(f('a')))",
    "const f = (x) => x;\nawait host.▸fail(f('a.b'), f('c'))",
    "class E extends Error {}\nconst f = (x) => x;\nthrow new ▸E(f(`a${f(1)}`))",
    "const a = '{';\nJSON.▸parse(a)",
    "\nconst y = JSON.▸parse('')",
  ])("is that of the call and not of its arguments: %j", (text) => {
    expectPlace(text);
  });

  test("stays where QuickJS noted it if two calls have the name", () => {
    expectPlace("function f(x) { if (x === 2) throw new ▸Error('x'); return x + 1 }\nf(f(1))");
    expect(run("function f(x) { if (x === 2) throw new Error('x'); return x + 1 }\nf(f(1))").failure?.stack[1]).toEqual(
      {
        name: "",
        file: "main.js",
        line: 2,
        column: 3,
      },
    );
  });
});

describe("what is no function", () => {
  test.each([
    ["function build(x) { return x }\nconst answer = await host.▸complet(build('owls'));", "host.complet"],
    ["const build = (x) => x;\nawait host.▸complet(build('owls'));", "host.complet"],
    ["await host.▸complet('x', { maxTokens: Number('50') })", "host.complet"],
    ["const o = { a: 1, bb: 2 }; const s = '日本語日本語'; o.▸foo(); const zzzzzzzzzzzzzzzzzz = o.a + o.bb;", "o.foo"],
    ["const map = new Map();\nmap.▸sett('a', Object.keys({}), Math.max(1, 2))", "map.sett"],
    ["const f = 5; ▸f()", "f"],
    ["const f = 5;\nhost.echo(▸f(1))", "f"],
    ["const a = 1;\nnew ▸a(2)", "a"],
    ["const o = {};\no.▸f`x`", "o.f"],
    ["const o = { p: {} };\nJSON.stringify([1].map((v) => o.p.▸q(v)))", "o.p.q"],
  ])("is named: %j", (text, callee) => {
    expect(expectPlace(text)?.message).toBe(`TypeError: ${callee} is not a function`);
  });

  test.each([
    "const f = () => 1;\nf(1)(2)",
    "const f = () => 1, a = 2;\nf(a)['q'](1)",
    "const g = host.echo, o = {};\no.foo(g(1))",
    "const a = 1, b = 0;\n(b || a)(1)",
    "[1].map(5)",
    "const o = {};\no['foo'](o.bar)",
    "const f = 1;\n[...[f]].map(f)",
    "const f = (n) => n;\nf(1)(f)",
  ])("is not named where it is not certain: %j", (source) => {
    expect(run(source).failure?.message).toBe("TypeError: not a function");
  });
});

describe("the stack", () => {
  const names = (source: string) => run(source).failure?.stack.map(({ name, line }) => `${name}:${line}`);

  test("names anonymous functions so, and only the main part of a module has no name", () => {
    expect(names("const f = () => { throw new Error('x') };\n[1].map((v) => f(v))")).toEqual([
      "f:1",
      "<anonymous>:2",
      ":2",
    ]);
    expect(names("Promise.resolve().then(() => {\n null.x })")).toEqual(["<anonymous>:2"]);
    expect(names("if (true) { for (const x of [1]) {\n throw new Error('x') } }")).toEqual([":2"]);
    expect(names("await null;\nthrow new Error(`a${{ b: 1 }.b}`)")).toEqual([":2"]);
    expect(names("const f = (x) => x\nthrow new Error('x')")).toEqual([":2"]);
    expect(names("const f = (x) => { x }\nif (f) { throw new Error('x') }")).toEqual([":2"]);
    expect(names("await Promise.resolve(5).then((x) =>\n  x instanceof Error || new String(x) in nope)")).toEqual([
      "<anonymous>:2",
    ]);
    expect(names("(() => {\n throw new Error('x') })()")).toEqual(["<anonymous>:2", ":2"]);
    expect(names("[1].map(() =>\n (function () { throw new Error('x') })())")).toEqual([
      "<anonymous>:2",
      "<anonymous>:2",
      ":1",
    ]);
    expect(names("[1].forEach(function () {\n null.x })")).toEqual(["<anonymous>:2", ":1"]);
  });

  test("shows no places but those of the spell's own files", () => {
    const stack = "    at foo (/etc/passwd:1:1)\\n    at bar (other.js:1:1)\\n    at baz (main.js:1:3)";
    expect(names(`const e = new Error("z"); e.stack = "${stack}"; throw e`)).toEqual(["baz:1"]);
    expect(names("eval('\\n\\nnull.x')")).toEqual([":1"]);
  });
});
