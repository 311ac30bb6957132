import { describe, expect, test } from "bun:test";
import { fromText } from "../../../../src/engines/tengo/byte-strings.ts";
import {
  canBackquote,
  equalFold,
  formatFloat,
  formatText,
  isPrint,
  nestedText,
  NumberFault,
  parseFloat64,
  parseInt64,
  quote,
  quoteToAscii,
  titleWords,
  toLower,
  toText,
  toUpper,
  unquote,
} from "../../../../src/engines/tengo/forms/index.ts";
import { Meter } from "../../../../src/engines/tengo/run/index.ts";
import {
  TengoArray,
  TengoBytes,
  TengoChar,
  TengoError,
  TengoFloat,
  TengoMap,
  type TengoValue,
} from "../../../../src/engines/tengo/values.ts";

const context = new Meter();

function format(text: string, ...args: TengoValue[]): string {
  return formatText(text, args, context);
}

describe("formatFloat", () => {
  test.each([
    [1e21, "f", -1, "1000000000000000000000"],
    [1e-7, "f", -1, "0.0000001"],
    [-0, "f", -1, "-0"],
    [2.5, "f", 0, "2"],
    [3.5, "f", 0, "4"],
    [0.1, "f", 20, "0.10000000000000000555"],
    [5e-324, "e", 30, "4.940656458412465441765687928682e-324"],
    [1.7976931348623157e308, "e", -1, "1.7976931348623157e+308"],
    [100000, "g", -1, "100000"],
    [1e21, "g", -1, "1e+21"],
    [123456, "g", 3, "1.23e+05"],
    [0, "g", 5, "0"],
    [1, "b", -1, "4503599627370496p-52"],
    [1.5, "x", -1, "0x1.8p+00"],
    [255.99, "X", 1, "0X1.0P+08"],
    [1, "q", -1, "%q"],
    [NaN, "q", -1, "NaN"],
    [Infinity, "f", 2, "+Inf"],
  ] as const)("%p as %s with %p is %s", (value, verb, precision, expected) => {
    expect(formatFloat(value, verb, precision)).toBe(expected);
  });

  test("has the fewest digits of a float32", () => {
    expect(formatFloat(0.1, "g", -1, 32)).toBe("0.1");
    expect(formatFloat(16777216, "f", -1, 32)).toBe("16777216");
    expect(formatFloat(1e40, "g", -1, 32)).toBe("+Inf");
  });
});

describe("numbers from texts", () => {
  test.each([
    ["9223372036854775807", 10, 9223372036854775807n],
    ["-9223372036854775808", 10, -9223372036854775808n],
    ["0x_1F", 0, 31],
    ["0b11", 0, 3],
    ["017", 0, 15],
    ["zz", 36, 1295],
    ["-0", 10, 0],
  ] as const)("%s in base %p", (text, base, expected) => {
    expect(parseInt64(text, base)).toBe(expected);
  });

  test.each([
    ["1_000", 10, "invalid syntax"],
    ["0_", 0, "invalid syntax"],
    ["", 10, "invalid syntax"],
    ["9223372036854775808", 10, "value out of range"],
    ["1", 37, "invalid base 37"],
  ] as const)("%s in base %p is refused", (text, base, reason) => {
    const fault = parseInt64(text, base);
    expect(fault).toBeInstanceOf(NumberFault);
    expect((fault as NumberFault).text("ParseInt", text)).toBe(`strconv.ParseInt: parsing "${text}": ${reason}`);
  });

  test("floats in all their forms", () => {
    const forms = ["1e3", ".5", "5.", "0x1p-2", "0x1.8p1", "+Inf", "-infinity", "1_0.5"];
    expect(forms.map((form) => parseFloat64(form))).toEqual([1000, 0.5, 5, 0.25, 3, Infinity, -Infinity, 10.5]);
    for (const bad of ["", ".", "1e", "0x1", "+nan", "1__0", " 1"])
      expect(parseFloat64(bad)).toBeInstanceOf(NumberFault);
    expect(parseFloat64("1e400")).toEqual(new NumberFault("value out of range", Infinity));
    expect(parseFloat64("16777217.0000000001", 32)).toBe(16777218);
  });
});

describe("quoting", () => {
  test("tells every byte", () => {
    expect(quote('a"\n\x00\x7f\xff')).toBe(String.raw`"a\"\n\x00\x7f\xff"`);
    expect(quote(fromText("世\u00ad\u{10ffff}"))).toBe(fromText(`"世\\u00ad\\U0010ffff"`));
    expect(quoteToAscii(fromText("é😀"))).toBe(String.raw`"\u00e9\U0001f600"`);
    expect(canBackquote(fromText("é\t"))).toBe(true);
    expect(canBackquote("a`")).toBe(false);
  });

  test("is undone", () => {
    expect(unquote(String.raw`"\u4e16\x41\101\'"`)).toBeUndefined();
    expect(unquote(String.raw`"\u4e16\x41\101\""`)).toBe(fromText('世AA"'));
    expect(unquote("`a\r\\n`")).toBe("a\\n");
    expect(unquote("'ab'")).toBeUndefined();
  });

  test("knows Unicode 15.0 and nothing later", () => {
    expect(isPrint(0x1e900)).toBe(true);
    expect(isPrint(0x1c89)).toBe(false);
    expect(isPrint(0x20)).toBe(true);
    expect(isPrint(0xa0)).toBe(false);
  });
});

describe("formatText", () => {
  test.each([
    ["%5d|%-5d|%05d|%+d|% d", [1, 2, 3, 4, 5], "    1|2    |00003|+4| 5"],
    ["%x %X %#x %b %o %O %c %q %U", [255, 255, 255, 5, 8, 8, 65, 65, 65], "ff FF 0xff 101 10 0o10 A 'A' U+0041"],
    ["%v %s %q", ["a", "a", "a"], '"a" a "a"'],
    ["%*d|%-*d|%.*d", [4, 1, 4, 1, 3, 1], "   1|1   |001"],
    ["%[2]d %[1]d", [1, 2], "2 1"],
    ["%d", [], "%!d(MISSING)"],
    ["%d", ["x"], '%!d("x"="x")'],
    ["%[5]d", [1], "%!d(BADINDEX)"],
    ["%*d", ["x", 1], "%!(BADWIDTH)1"],
    ["%.*d", ["x", 1], "%!(BADPREC)1"],
    ["%", [1], "%!(NOVERB)%!(EXTRA int=1)"],
    ["%d", [1, "b"], '1%!(EXTRA string="b")'],
    ["%99999999d|", [1], "%!(NOVERB)%!(EXTRA int=1)"],
    ["%T", [TengoArray.of([])], "array"],
  ] as const)("%s", (text, args, expected) => {
    expect(format(text, ...args)).toBe(expected);
  });

  test("writes floats, bytes and bools", () => {
    expect(format("%f %e %g %6.2f|%+.1e", ...[1.5, 1.5, 1e21, 3.14159, 12345].map((x) => new TengoFloat(x)))).toBe(
      "1.500000 1.500000e+00 1e+21   3.14|+1.2e+04",
    );
    expect(format("%d %s %x % X %z|", ...Array.from({ length: 5 }, () => new TengoBytes(Uint8Array.of(1, 65))))).toBe(
      "[1 65] \x01A 0141 01 41 |",
    );
    expect(format("%t %6t %d", true, false, true)).toBe("true  false %!d(true=true)");
  });

  test("pads no further than the memory goes", () => {
    const small = new Meter({ memoryBytes: 100_000 });
    expect(() => formatText("%1000000d", [1], small)).toThrow();
    const short = new Meter({ maxStringLength: 10 });
    expect(() => formatText("%11d", [1], short)).toThrow();
  });
});

describe("texts of values", () => {
  test("quote what is nested", () => {
    const value = new TengoMap(
      new Map<string, TengoValue>([
        ["a", TengoArray.of(["x", new TengoChar(0x4e16), undefined, new TengoFloat(1)])],
        ["e", new TengoError("bad")],
      ]),
      false,
    );
    expect(nestedText(value)).toBe(fromText('{a: ["x", 世, <undefined>, 1], e: error: "bad"}'));
    expect(toText("x")).toBe("x");
  });

  test("of a value that holds itself ends with the memory", () => {
    const loop = TengoArray.of([undefined]);
    loop.store[0] = loop;
    expect(() => toText(loop, new Meter({ memoryBytes: 1_000_000 }))).toThrow();
    expect(() => toText(loop, new Meter({ fuel: 100_000 }))).toThrow();
  });

  test("nest as deep as they like", () => {
    let deep: TengoValue = 1;
    for (let depth = 0; depth < 100_000; depth++) deep = TengoArray.of([deep]);
    expect(toText(deep, context)).toHaveLength(200_001);
  });
});

describe("letter case", () => {
  test("maps one rune to one", () => {
    expect(toUpper(fromText("straße ŉ ᾳ ﬁ"))).toBe(fromText("STRAßE ŉ ᾼ ﬁ"));
    expect(toLower(fromText("İΣ"))).toBe(fromText("iσ"));
    expect(titleWords(fromText("ǆ hello_world it's"))).toBe(fromText("ǅ Hello_world It'S"));
    expect(toUpper("a\xff")).toBe("A\xef\xbf\xbd");
  });

  test("folds", () => {
    expect(equalFold(fromText("Kσſ"), fromText("kςS"))).toBe(true);
    expect(equalFold(fromText("İ"), "i")).toBe(false);
  });
});
