import { describe, expect, test } from "bun:test";
import { runSource } from "./run-source.ts";

const math = (expression: string): string => runSource(`m := import("math"); out := ${expression}`);
const rand = (expression: string): string => runSource(`r := import("rand"); r.seed(42); out := ${expression}`);

describe("math", () => {
  // Printed by Go 1.19 on amd64.
  test.each([
    ["m.erf(0.5)", "0.5204998778130465"],
    ["m.erfc(30)", "0"],
    ["m.gamma(5.5)", "52.34277778455352"],
    ["m.gamma(-0.5)", "-3.5449077018110318"],
    ["m.j0(2.5)", "-0.048383776468198025"],
    ["m.yn(2, 3.5)", "0.045371437729180314"],
    ["m.exp(1)", "2.718281828459045"],
    ["m.pow(2, 0.3)", "1.2311444133449163"],
    ["m.pow(-8, 1.0 / 3)", "NaN"],
    ["m.sin(1e22)", "-0.8522008497671889"],
    ["m.mod(-7, 3)", "-1"],
    ["m.remainder(5, 3)", "-1"],
    ["m.max(m.nan(), m.inf(1))", "+Inf"],
    ["m.ilogb(5e-324)", "-1074"],
    ["m.ldexp(0.5, -1073)", "0." + "0".repeat(323) + "5"],
    ["m.copysign(3, -0.0)", "-3"],
    ["[m.maxInt, m.log10E, m.smallestNonzeroFloat32 > 0]", "[9223372036854775807, 0.4342944819032518, true]"],
    ['m.sqrt("16")', "4"],
  ])("%s is as in Go", (expression, expected) => {
    expect(math(expression)).toBe(expected);
  });

  test.each([
    ["m.sqrt(true)", "argument 'first' in call to 'user-function:sqrt': expected float(compatible), found bool"],
    ["m.ldexp(1, [])", "argument 'second' in call to 'user-function:ldexp': expected int(compatible), found array"],
    ["m.nan(1)", "wrong number of arguments in call to 'user-function:nan'"],
    ["m.jn(9223372036854775807, 9e18)", "the fuel is used up"],
    ["m.yn(9000000000000, 1e15)", "the fuel is used up"],
  ])("%s fails", (expression, message) => {
    expect(math(expression)).toContain(message);
  });
});

describe("rand", () => {
  test("gives Go's sequence of a seed", () => {
    expect(rand("[r.int(), r.intn(10), r.float(), r.exp_float(), r.norm_float(), r.perm(5)]")).toBe(
      "[3440579354231278675, 1, 0.604093851558642, 0.3384463626094486, 0.1319784842710705, [3, 1, 2, 4, 0]]",
    );
  });

  test("fills bytes, seven from a draw", () => {
    const source = 'b := bytes(10); n := import("rand").rand(42).read(b); out := [n, string(import("hex").encode(b))]';
    expect(runSource(source)).toBe('[10, "538c7f96b164bf1b97bb"]');
  });

  test("starts from the run's seed where it is not seeded", () => {
    const draw = (seed: number): string => runSource('out := import("rand").int()', { seed });
    expect(draw(42)).toBe("3440579354231278675");
    expect(draw(7)).not.toBe(draw(8));
  });

  test.each([
    ["r.intn(0)", "invalid argument to Int63n"],
    ["r.perm(-1)", "len out of range"],
    ["r.perm(2147483647)", "used up"],
    ['r.read("text")', "expected bytes, found string"],
  ])("%s fails", (expression, message) => {
    expect(rand(expression)).toContain(message);
  });
});
