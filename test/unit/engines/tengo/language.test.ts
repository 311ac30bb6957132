import { describe, expect, test } from "bun:test";
import { fromText } from "../../../../src/engines/tengo/byte-strings.ts";
import { compileProgram } from "../../../../src/engines/tengo/compile/index.ts";
import { TengoSourceError } from "../../../../src/engines/tengo/errors.ts";
import { toText } from "../../../../src/engines/tengo/forms/index.ts";
import { describeRuntimeError, Machine, Meter } from "../../../../src/engines/tengo/run/index.ts";
import { runSource } from "./run-source.ts";

/** Runs a script whose own modules are given; the text of `out`, or of the error. */
function runWith(source: string, sourceModules: Record<string, string>, maxAllocs?: number): string {
  try {
    const program = compileProgram(fromText(source), { sourceModules, countAllocations: maxAllocs !== undefined });
    const machine = new Machine(program, new Meter({ fuel: 1_000_000 }), { maxAllocs: maxAllocs ?? -1 });
    const outcome = machine.startMain();
    return outcome.kind === "failed" ? describeRuntimeError(outcome) : toText(machine.global("out"));
  } catch (error) {
    if (error instanceof TengoSourceError) return error.text;
    throw error;
  }
}

describe("what is evaluated when", () => {
  test.each([
    ["a := 1; f := func() { a = 5; return 1 }; out := [a + f(), a]", "[2, 5]"],
    ["a := 1; f := func() { a = 5; return 1 }; out := [a, f(), a]", "[1, 1, 5]"],
    ["a := [1]; f := func() { a = [9]; return 0 }; out := a[f()]", "1"],
    ["g := func(x) { return x }; f := func() { g = func(x) { return 10 }; return 2 }; out := g(f())", "2"],
    ["i := 0; f := func() { i++; return i }; a := [0, 0, 0]; a[f()] += 10; out := [a, i]", "[[0, 0, 10], 2]"],
    ["x := 5; x = x && x + 1; y := 0; y = y || y + 7; out := [x, y]", "[6, 7]"],
    ["out := func() { x := 3; x = x > 2 ? x * x : x; return x }()", "9"],
  ])("%s", (source, expected) => {
    expect(runSource(source)).toBe(expected);
  });
});

describe("variables", () => {
  test.each([
    ["fs := []; for i := 0; i < 3; i++ { fs = append(fs, func() { return i }) }; out := [fs[0](), fs[2]()]", "[3, 3]"],
    [
      "out := func() { fs := []; for i := 0; i < 3; i++ { j := i; fs = append(fs, func() { return j }) }; return fs[1]() }()",
      "1",
    ],
    ["f := undefined; if true { a := 1; f = func() { return a } }; b := 2; out := f()", "2"],
    ["out := func(a, a) { return a }(1, 2)", "2"],
    ["a := 3; b := func() { a := a; a = 10; return a }(); out := [a, b]", "[3, 10]"],
    ["len = 5", "Compile Error: unresolved reference 'len'\n\tat (main):1:1"],
    ["for { func() { break }() }", "Compile Error: break not allowed outside loop\n\tat (main):1:16"],
    ["out := out", "Compile Error: unresolved reference 'out'\n\tat (main):1:8"],
  ])("%s", (source, expected) => {
    expect(runSource(source)).toBe(expected);
  });
});

describe("calls in tail position reuse their frame", () => {
  test.each([
    ["f := func(n, s) { if n == 0 { return s }; return f(n-1, s+n) }; out := f(100000, 0)", "5000050000"],
    ["f := func(n) { return n == 0 || f(n-1) }; out := f(5000)", "true"],
    ["f := func(n) { if n == 0 { return 5 }; f(n-1) }; out := f(3)", "5"],
    ["f := func(n) { if n == 0 { return 5 }; f(n-1); return 7 }; out := f(3)", "7"],
    ["f := func(n, ...r) { if n == 0 { return r }; return f(n-1, r...) }; out := f(5000, 1, 2)", "[1, 2]"],
    ["f := func(n) { return n == 0 ? 0 : 1 + f(n-1) }; out := f(681)", "681"],
  ])("%s", (source, expected) => {
    expect(runSource(source)).toBe(expected);
  });

  test("one frame or one value too many is a stack overflow", () => {
    expect(runSource("f := func(n) { return n == 0 ? 0 : 1 + f(n-1) }; out := f(682)")).toStartWith(
      "Runtime Error: stack overflow\n",
    );
    expect(runSource("f := func(n) { if n > 0 { f(n-1); n = 2 } }; f(1023)").split("\n")).toHaveLength(1025);
  });
});

describe("append shares what Go's append shares", () => {
  test.each([
    ["a := [1,2,3]; b := append(a, 4); c := append(a, 5); out := b[3]", "5"],
    ["a := [1,2,3,4]; b := append(a, 4); c := append(a, 5); out := b[4]", "4"],
    ["a := [1,2,3,4,5]; b := append(a[1:3], 9); out := a", "[1, 2, 3, 9, 5]"],
    ["a := [1,2,3]; d := splice(a, 1, 1, 8, 9); out := [a, d]", "[[1, 8, 9, 3], [2]]"],
  ])("%s", (source, expected) => {
    expect(runSource(source)).toBe(expected);
  });
});

describe("values that hold themselves", () => {
  test.each(["copy(a)", "freeze(a)", "a == b"])("%s", (expression) => {
    const source = `a := [1]; a[0] = a; b := [1]; b[0] = b; out := ${expression}`;
    expect(runSource(source)).toBe("Runtime Error: stack overflow\n\tat (main):1:48");
  });
});

describe("modules", () => {
  test.each([
    ['out := [import("m"), import("m")]; out[0].a[0] = 2', { m: "export {a: [1]}" }, "[{a: [2]}, {a: [1]}]"],
    ['out := import("m")', { m: "len := [1]; if true { return len }; export 5" }, "[1]"],
    ['q := 1; out := import("m")', { m: "export q" }, "Compile Error: unresolved reference 'q'\n\tat m:1:8"],
    [
      'out := import("a")',
      { a: 'export import("b")', b: 'export import("a")' },
      "Compile Error: cyclic module import: a\n\tat b:1:8",
    ],
    [
      'out := import("m").f()',
      { m: 'export {f: func() { return 1 + "a" }}' },
      "Runtime Error: invalid operation: int + string\n\tat m:1:28\n\tat (main):1:8",
    ],
    ['out := import("m")', { m: "x := 1\nx )" }, "Parse Error: expected statement, found ')'\n\tat m:2:3"],
  ])("%s of %o", (source, modules, expected) => {
    expect(runWith(source, modules)).toBe(expected);
  });
});

describe("allocations are counted as the reference counts them", () => {
  test.each([
    ["5 + 5", 1],
    ["a := {foo: 1, bar: 2}", 1],
    ["f := func() { return 5 + 5 }; a := f() + 5", 2],
    ["a := []; f := func() { a = append(a, 5) }; f(); f(); f()", 4],
    ["for i := 0; i < 3; i++ {}", 7],
    ["for x in [1, 2] {}", 2],
    ["out := immutable([1])", 2],
    ["func() { x := 1; return func() { return x } }()", 1],
  ])("%s", (source, count) => {
    expect(runWith(source, {}, count)).not.toContain("allocation");
    expect(runWith(source, {}, count - 1)).toContain("object allocation limit exceeded");
  });
});

test("what is nested or chained beyond all measure is refused, or runs", () => {
  expect(runSource("(".repeat(100_000))).toStartWith("Parse Error: nesting too deep");
  expect(runSource(`a := true; if a { }${" else if a { }".repeat(20_000)}`)).toStartWith(
    "Parse Error: nesting too deep",
  );
  expect(runSource(`out := 0${" + 1".repeat(50_000)}`)).toBe("50000");
});
