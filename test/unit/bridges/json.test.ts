import { describe, expect, test } from "bun:test";
import { json } from "../../../src/bridges/json.ts";
import { ErrorValue, Float, FunctionHandle, INT64_MAX, Time, type Value } from "../../../src/contract/value.ts";
import { callFunction, codeOf } from "./bridges.ts";

const encode = (value: Value, options?: object) => callFunction(json, "encode", { value, options });
const decode = (text: string) => callFunction(json, "decode", { text });

describe("json.encode", () => {
  test.each([
    [null, "null"],
    [1, "1"],
    [new Float(1), "1.0"],
    [new Float(-3), "-3.0"],
    [-0, "-0.0"],
    [0.1, "0.1"],
    [INT64_MAX, "9223372036854775807"],
    [2 ** 53 - 1, "9007199254740991"],
    [2 ** 53, "9007199254740992.0"],
    [-(2 ** 60), "-1152921504606847000.0"],
    [1e19, "10000000000000000000.0"],
    [1e21, "1e+21"],
    [5e-324, "5e-324"],
    ['"\\\n\u0000ä😀', '"\\"\\\\\\n\\u0000ä😀"'],
    [Uint8Array.of(1, 2), '"AQI="'],
    [new Time(0, 5), '"1970-01-01T00:00:00.000000005Z"'],
    [[], "[]"],
    [{}, "{}"],
    [[1, [2, {}]], "[1,[2,{}]]"],
    [{ a: 1, $: { "": null } }, '{"a":1,"$":{"":null}}'],
    [new ErrorValue("a.b", "m", [1]), '{"code":"a.b","message":"m","details":[1]}'],
  ] as [Value, string][])("%p is %s", async (value, text) => {
    expect(await encode(value)).toBe(text);
  });

  test("indents", async () => {
    const value: Value = { a: [1, {}], b: {} };
    expect(await encode(value, { indent: 2 })).toBe(JSON.stringify(value, null, 2));
    expect(await encode(value, { indent: 0 })).toBe('{"a":[1,{}],"b":{}}');
  });

  test("refuses what JSON cannot say", async () => {
    for (const wrong of [Number.NaN, Number.POSITIVE_INFINITY, new FunctionHandle(1), [new FunctionHandle(1)]]) {
      expect(await codeOf(encode(wrong))).toBe("value.unsupported");
    }
    expect(await codeOf(encode(1, { indent: 11 }))).not.toBe("none");
  });
});

test("floats come back as they went, however large", async () => {
  for (const float of [2 ** 53, 2 ** 60, 2 ** 63, 1e19, 1e20, 1e21, 1e300, -(2 ** 64)]) {
    const back = await decode(String(await encode(float)));
    expect(back).toEqual(float);
  }
});

describe("json.decode", () => {
  test.each([
    ["1", 1],
    ["1.0", new Float(1)],
    ["1e2", new Float(100)],
    ["-0.0", -0],
    ["9223372036854775807", INT64_MAX],
    ["9007199254740993", 9007199254740993n],
    ["1e400", Number.POSITIVE_INFINITY],
    ['"\\ud800"', "\ud800"],
    ["[1, [2.0]]", [1, [new Float(2)]]],
  ] as [string, Value][])("%s is %p", async (text, value) => {
    expect(await decode(text)).toStrictEqual(value);
  });

  test("what nests too deeply says so, however deep", async () => {
    expect(await codeOf(decode("[".repeat(100_000) + "]".repeat(100_000)))).toBe("value.depth");
  });

  test("`__proto__` is a key like others", async () => {
    const map = (await decode('{"__proto__": {"x": 1}, "constructor": 2}')) as Record<string, Value>;
    expect(Object.keys(map)).toEqual(["__proto__", "constructor"]);
    expect(Object.getPrototypeOf(map)).toBeNull();
  });

  test.each(["", "{", "[1,]", "{a: 1}", "nul", "1 2", "'x'", "\uFEFF1"])("%j is json.parse", async (text) => {
    expect(await codeOf(decode(text))).toBe("json.parse");
  });

  test.each(["9223372036854775808", "-9223372036854775809", '{"id": 12345678901234567890}', "9".repeat(1_000_000)])(
    "an integer of more than 64 bits is an error and not another number",
    async (text) => {
      expect(await codeOf(decode(text))).toBe("value.range");
    },
  );

  test("what was encoded comes back", async () => {
    const value: Value = Object.assign(Object.create(null), { a: [new Float(1), 1, 2n ** 60n, "x", null, true, 0.5] });
    expect(await decode((await encode(value)) as string)).toStrictEqual(value);
  });
});
