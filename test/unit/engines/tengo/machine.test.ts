import { describe, expect, test } from "bun:test";
import { compileProgram } from "../../../../src/engines/tengo/compile/index.ts";
import { nestedText } from "../../../../src/engines/tengo/forms/index.ts";
import { Machine, Meter, type MeterOptions, type Outcome } from "../../../../src/engines/tengo/run/index.ts";
import {
  HostFunction,
  HostHandle,
  TengoFunction,
  TengoMap,
  type TengoValue,
} from "../../../../src/engines/tengo/values.ts";

const next = new HostFunction("stream", "next");
const stream = new HostHandle("llm.stream", 1, new Map());
stream.next = next;
const predefined = new Map<string, TengoValue>([
  ["ask", new HostFunction("host", "ask")],
  ["stream", stream],
]);

function machineFor(source: string, options: MeterOptions = {}): Machine {
  const meter = new Meter({ fuel: 2_000_000, memoryBytes: 1 << 24, ...options });
  return new Machine(compileProgram(source, { predefined, mainExport: true }), meter);
}

/** Runs a script, answering each call by its number or by what a function gives. */
function run(
  source: string,
  answer: (args: readonly TengoValue[], count: number, machine: Machine) => TengoValue,
  options: MeterOptions = {},
): string {
  const machine = machineFor(source, options);
  let outcome = machine.startMain();
  for (let count = 1; outcome.kind === "call"; count++) {
    outcome = machine.resume(outcome.fiber, answer(outcome.args, count, machine));
  }
  return resultOf(outcome);
}

function resultOf(outcome: Outcome): string {
  if (outcome.kind === "done") return nestedText(outcome.value);
  return outcome.kind === "failed" ? (outcome.limit?.code ?? outcome.message) : "called";
}

describe("calls of the host", () => {
  test("suspend within expressions, within functions, and give their answer", () => {
    expect(run("export ask(1) + ask(2)", ([value], count) => Number(value) * 10 + count)).toBe("33");
    expect(run("f := func(n) { return ask(n) + 1 }; export [f(1), f(2)]", ([value]) => value)).toBe("[2, 3]");
  });

  test("a for-in loop over a handle asks for each item", () => {
    const items = (_: unknown, count: number): TengoValue =>
      new TengoMap(
        new Map<string, TengoValue>([
          ["done", count > 2],
          ["value", count * 10],
        ]),
        false,
      );
    expect(run("r := []; for k, v in stream { r = append(r, [k, v]) }; export r", items)).toBe("[[0, 10], [1, 20]]");
  });

  test("a callback runs in a fiber of its own, with the script's globals", () => {
    const callBack = ([callback]: readonly TengoValue[], _: number, machine: Machine): TengoValue => {
      const outcome = machine.startCall(callback as TengoFunction, [4, 5]);
      return outcome.kind === "done" ? outcome.value : resultOf(outcome);
    };
    expect(run("g := 1; x := ask(func(a, b) { g = 7; return a + b }); export [x, g]", callBack)).toBe("[9, 7]");
    expect(run("export ask(func(a) { return a })", callBack)).toBe('"wrong number of arguments: want=1, got=2"');
  });
});

describe("limits", () => {
  const nobody = (): TengoValue => undefined;

  test.each([
    ["for { }", "limit.fuel"],
    ["f := func() { return f() }; f()", "limit.fuel"],
    ['s := "a"; for { s += s }', "limit.memory"],
    ["a := []; for { a = [a, a] }", "limit.memory"],
    ['m := {}; for i := 0; true; i++ { m["k" + i] = {v: i} }', "limit.memory"],
    ["bytes(1000000000)", "limit.memory"],
    ["range(0, 1000000000000)", "limit.memory"],
  ])("%s", (source, expected) => {
    expect(run(source, nobody, { fuel: 30_000_000 })).toBe(expected);
  });

  test("fuel is used up at the same place in every run", () => {
    const source = "x := 0; for i := 0; i < 1000; i++ { x += len([i, x]) }; export x";
    const meters = [1, 2].map(() => new Meter({ fuel: 100_000 }));
    for (const meter of meters) new Machine(compileProgram(source, { mainExport: true }), meter).startMain();
    expect(meters[0]?.fuel).toBe(meters[1]?.fuel as number);
    expect(meters[0]?.fuel).toBeLessThan(97_000);
  });

  test("only live data counts", () => {
    const source =
      's := ""; for i := 0; i < 100000; i++ { s = "abcdefghijklmnop" + i; t := [i, {a: s}] }; export len(s)';
    expect(run(source, nobody, { memoryBytes: 1 << 18 })).toBe("21");
  });

  test("spread arguments survive a count of live data", () => {
    const source =
      "a := []; for i := 0; i < 1000; i++ { a = append(a, [i]) }; f := func(...x) { return len(x[999]) }; n := 0; for i := 0; i < 2000; i++ { n += f(a...) }; export n";
    expect(run(source, nobody, { memoryBytes: 1 << 18 })).toBe("2000");
  });
});
