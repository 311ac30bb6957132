import { expect, test } from "bun:test";
import { fengari } from "../../../../src/engines/fengari/index.ts";
import { writeNumber } from "../../../../src/engines/fengari/write-number.ts";
import { runOnReactor } from "../../../conformance/harness.ts";

/** A form, a value in Lua, and what `string.format` of Debian's lua5.4 makes of them. */
const WRITTEN: readonly (readonly [form: string, value: string, text: string])[] = [
  ["%.14g", "1/0", "inf"],
  ["%.14g", "-1/0", "-inf"],
  ["%.14g", "0/0", "-nan"],
  ["%.14g", "-0.0", "-0"],
  ["%.14g", "1e15", "1e+15"],
  ["%.14g", "1e14", "1e+14"],
  ["%.14g", "123456789012345.0", "1.2345678901234e+14"],
  ["%.14g", "1e-5", "1e-05"],
  ["%.14g", "0.0001", "0.0001"],
  ["%.14g", "1/3", "0.33333333333333"],
  ["%.14g", "0.1", "0.1"],
  ["%.14g", "2^53", "9.007199254741e+15"],
  ["%.14g", "1e100", "1e+100"],
  ["%.14g", "5e-324", "4.9406564584125e-324"],
  ["%.14g", "1000000000000.25", "1000000000000.2"],
  ["%.14g", "1000000000000.75", "1000000000000.8"],
  ["%e", "12345.678", "1.234568e+04"],
  ["%e", "0.0", "0.000000e+00"],
  ["%e", "-1e-300", "-1.000000e-300"],
  ["%e", "1/0", "inf"],
  ["%e", "9.9999999e-5", "1.000000e-04"],
  ["%.3e", "12345.678", "1.235e+04"],
  ["%.3e", "99999.5", "1.000e+05"],
  ["%.0e", "2.5", "2e+00"],
  ["%.0e", "3.5", "4e+00"],
  ["%#.0e", "1.0", "1.e+00"],
  ["%E", "1e-7", "1.000000E-07"],
  ["%G", "1e-7", "1E-07"],
  ["%g", "1e20", "1e+20"],
  ["%g", "1e-5", "1e-05"],
  ["%g", "123456.0", "123456"],
  ["%g", "1234567.0", "1.23457e+06"],
  ["%g", "100000.0", "100000"],
  ["%g", "999999.5", "1e+06"],
  ["%g", "0.0", "0"],
  ["%#g", "1.0", "1.00000"],
  ["%.0g", "15.0", "2e+01"],
  ["%.17g", "0.1", "0.10000000000000001"],
  ["%f", "1e22", "10000000000000000000000.000000"],
  ["%f", "0.5", "0.500000"],
  ["%f", "-1.5", "-1.500000"],
  ["%.0f", "0.5", "0"],
  ["%.0f", "1.5", "2"],
  ["%.0f", "2.5", "2"],
  ["%.0f", "-0.0", "-0"],
  ["%#.0f", "3.0", "3."],
  ["%.2f", "0.125", "0.12"],
  ["%.2f", "0.375", "0.38"],
  ["%.25f", "0.1", "0.1000000000000000055511151"],
  ["%012.3f", "-3.14159", "-0000003.142"],
  ["%012.3f", "1/0", "         inf"],
  ["%+.1f", "0.05", "+0.1"],
  ["% .2f", "1.0", " 1.00"],
  ["%-12.3f|", "3.14159", "3.142       |"],
  ["%9.2e", "31415.9", " 3.14e+04"],
  ["%d", "3.0", "3"],
  ["%d", "-42", "-42"],
  ["%d", "0", "0"],
  ["%5d", "-42", "  -42"],
  ["%-5d|", "42", "42   |"],
  ["%05d", "-42", "-0042"],
  ["%+d", "42", "+42"],
  ["% d", "42", " 42"],
  ["%08.3d", "-42", "    -042"],
  ["%.0d", "0", ""],
  ["%.3i", "7", "007"],
  ["%x", "255", "ff"],
  ["%X", "255", "FF"],
  ["%#x", "255", "0xff"],
  ["%#x", "0", "0"],
  ["%#08x", "255", "0x0000ff"],
  ["%o", "8", "10"],
  ["%#o", "8", "010"],
  ["%.4x", "255", "00ff"],
  ["%-8s|", '"äö"', "äö    |"],
  ["%-8s|", '"abc"', "abc     |"],
  ["%8s", '"äö"', "    äö"],
  ["%.2s|", '"äöü"', "ä|"],
  ["%.2s|", '"abc"', "ab|"],
  ["%.0s", '"abc"', ""],
];

const run = (lua: string) => runOnReactor({ name: "format", lua, expect: {} }, fengari);

test("string.format writes numbers and pads strings as C does", async () => {
  const forms = WRITTEN.map(([form, value]) => `string.format(${JSON.stringify(form)}, ${value})`);
  const { result } = await run(`return {${forms.join(", ")}}`);
  expect(result as readonly string[]).toEqual(WRITTEN.map(([, , text]) => text));
});

test("tostring and .. write floats as %.14g", async () => {
  const values = WRITTEN.filter(([form]) => form === "%.14g");
  const { result } = await run(
    `return {${values.map(([, value]) => `tostring(${value}), "" .. ${value}`).join(", ")}}`,
  );
  const texts = values.map(([, , text]) => (/^-?\d+$/.test(text) ? `${text}.0` : text));
  expect(result as readonly string[]).toEqual(texts.flatMap((text) => [text, text]));
});

test("several items, those of others, and what is refused", async () => {
  const { result } = await run(`
    local function refused(...) return select(2, pcall(string.format, ...)) end
    return {
      string.format("%5.1f %% %s %q %c %-5d| %5s", "3.25", "x", "y", 65, "7", "z"),
      string.format("%5s|%-6s|%.1s|%d", true, nil, 12, 2^40),
      refused("%d", 1.5), refused("%d", "x"), refused("%f"), refused("%5.1f", {}), refused("%123d", 1), refused("%5y", 1)}`);
  const [first, second, ...messages] = result as readonly string[];
  expect(first).toBe('  3.2 % x "y" A 7    |     z');
  expect(second).toBe(" true|nil   |1|1099511627776");
  expect(messages[0]).toMatch(/^bad argument #2 to '.*format' \(number has no integer representation\)$/);
  expect(messages[1]).toMatch(/^bad argument #2 to '.*format' \(number expected, got string\)$/);
  expect(messages.slice(2).every((message) => /argument|invalid/.test(message))).toBe(true);
});

test("negative integers without a sign have 32 bits", () => {
  const form = { flags: "", width: 0, precision: undefined, verb: "x" };
  expect(writeNumber(-1, form)).toBe("ffffffff");
  expect(writeNumber(2 ** 40, form)).toBe("10000000000");
});
