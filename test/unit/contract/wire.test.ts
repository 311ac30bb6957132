import { describe, expect, test } from "bun:test";
import { SpellError } from "../../../src/contract/errors.ts";
import {
  ErrorValue,
  Float,
  fromFloat,
  fromInteger,
  FunctionHandle,
  INT64_MAX,
  INT64_MIN,
  ResourceHandle,
  Time,
  type Value,
} from "../../../src/contract/value.ts";
import { decodeValue, encodeForOneNumber, encodeValue, placeName } from "../../../src/contract/wire.ts";

const over = (value: Value): Value => decodeValue(JSON.parse(JSON.stringify(encodeValue(value))));

function codeOf(work: () => unknown): string | undefined {
  try {
    work();
  } catch (error) {
    return error instanceof SpellError ? error.code : String(error);
  }
  return undefined;
}

/** mulberry32: the same values in every run. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

const KEYS = ["a", "", "$", "__proto__", "constructor", "v", "ä😀", "toString", "0"];

function randomValue(random: () => number, depth: number): Value {
  const pick = <T>(list: readonly T[]) => list[Math.floor(random() * list.length)] as T;
  const bits = new DataView(new ArrayBuffer(8));
  bits.setUint32(0, random() * 2 ** 32);
  bits.setUint32(4, random() * 2 ** 32);
  const kind = Math.floor(random() * (depth > 0 ? 13 : 10));
  switch (kind) {
    case 0:
      return pick([null, true, false, "", -0, Number.NaN, Number.POSITIVE_INFINITY, INT64_MIN, INT64_MAX]);
    case 1:
      return fromInteger(bits.getBigInt64(0));
    case 2:
      return fromFloat(bits.getFloat64(0));
    case 3:
      return fromFloat(Math.floor(random() * 1000));
    case 4:
      return Math.floor(random() * 1000);
    case 5:
      return String.fromCodePoint(...Array.from({ length: random() * 9 }, () => Math.floor(random() * 0xd800)));
    case 6:
      return Uint8Array.from({ length: random() * 9 }, () => random() * 256);
    case 7:
      return new Time(Math.floor((random() - 0.5) * 2 * 8.64e12), Math.floor(random() * 1e9));
    case 8:
      return new FunctionHandle(Math.floor(random() * 1e6));
    case 9:
      return new ResourceHandle("a.b", Math.floor(random() * 1e6));
    case 10:
      return new ErrorValue("code", "message", randomValue(random, depth - 1));
    case 11:
      return Array.from({ length: random() * 5 }, () => randomValue(random, depth - 1));
    default: {
      const map: Record<string, Value> = Object.create(null);
      for (let count = random() * 5; count > 0; count--) map[pick(KEYS)] = randomValue(random, depth - 1);
      return map;
    }
  }
}

describe("the wire form", () => {
  test("brings 5000 random values there and back", () => {
    const random = seeded(20_261_121);
    for (let index = 0; index < 5000; index++) {
      const value = randomValue(random, 5);
      expect(over(value)).toStrictEqual(value);
    }
  });

  test("keeps minus zero and NaN", () => {
    expect(Object.is(over(-0), -0)).toBe(true);
    expect(Object.is(over(Number.NaN), Number.NaN)).toBe(true);
    expect(over([new Float(0), 0])).toStrictEqual([new Float(0), 0]);
  });

  test("is plain JSON wherever it can be", () => {
    const plain = { a: [1, 0.5, "x", null, true], b: {} };
    expect(encodeValue(plain)).toEqual(plain);
    expect(encodeValue({ $: 1 })).toEqual({ $: "map", v: { $: 1 } });
  });

  test("leaves out what is undefined", () => {
    expect(over({ a: undefined as unknown as Value, b: 1 })).toEqual(Object.assign(Object.create(null), { b: 1 }));
  });

  test("counts levels of what contains something, and nothing else", () => {
    const nest = (levels: number, leaf: Value): Value => (levels === 0 ? leaf : [nest(levels - 1, leaf)]);
    expect(over(nest(64, new Time(0, 0)))).toStrictEqual(nest(64, new Time(0, 0)));
    expect(codeOf(() => encodeValue(nest(65, 1)))).toBe("value.depth");
    expect(codeOf(() => encodeValue(nest(64, new ErrorValue("", "", null))))).toBe("value.depth");
    expect(codeOf(() => decodeValue(nest(66, 1)))).toBe("value.depth");
  });

  test("refuses what cannot cross, and names its place", () => {
    const cycle: Value[] = [];
    cycle.push(cycle);
    expect(codeOf(() => encodeValue(cycle))).toBe("value.depth");
    expect(codeOf(() => encodeValue(2n ** 63n))).toBe("value.range");
    expect(codeOf(() => encodeValue(-(2n ** 63n) - 1n))).toBe("value.range");
    for (const wrong of [() => 1, Symbol("x"), new Map(), new Date(), /x/, Promise.resolve()]) {
      expect(codeOf(() => encodeValue(wrong as unknown as Value))).toBe("value.unsupported");
    }
    expect(() => encodeValue({ list: [0, { key: Symbol("x") as unknown as Value }] }, "args")).toThrow(
      /^args\.list\[1\]\.key /,
    );
  });

  const malformed: readonly unknown[] = [
    undefined,
    2 ** 53,
    1n,
    Symbol("x"),
    () => 1,
    { $: null },
    { $: "" },
    { $: "nonsense", v: 1 },
    { $: ["float"], v: 1 },
    { $: "float" },
    { $: "float", v: "1" },
    { $: "float", v: "nan" },
    { $: "int", v: 1 },
    { $: "int", v: "1.5" },
    { $: "int", v: "" },
    { $: "int", v: "9223372036854775808" },
    { $: "int", v: "0x10" },
    { $: "int", v: "1".repeat(1000) },
    { $: "bytes", v: 1 },
    { $: "bytes", v: "***" },
    { $: "bytes" },
    { $: "time", s: 0.5, n: 0 },
    { $: "time", s: 0, n: 1e9 },
    { $: "time", s: 0, n: -1 },
    { $: "time", s: 1e13, n: 0 },
    { $: "time", s: "0", n: 0 },
    { $: "time" },
    { $: "error", code: 1, message: "" },
    { $: "error", code: "" },
    { $: "function" },
    { $: "function", id: -1 },
    { $: "function", id: 1.5 },
    { $: "resource", id: 1 },
    { $: "resource", kind: 1, id: 1 },
    { $: "resource", kind: "a.b", id: 2 ** 53 },
    { $: "map" },
    { $: "map", v: [] },
    { $: "map", v: null },
  ];

  test.each(malformed.map((wire) => [typeof wire === "object" ? JSON.stringify(wire) : String(wire), wire] as const))(
    "refuses %s",
    (_name, wire) => {
      expect(codeOf(() => decodeValue(wire))).toBe("frame.malformed");
      expect(codeOf(() => decodeValue([{ a: wire }]))).toBe("frame.malformed");
    },
  );

  test("takes inherited `$` for nothing", () => {
    expect(decodeValue(Object.create({ $: "nonsense" }))).toEqual(Object.create(null));
  });

  test("places read as in JavaScript", () => {
    expect(placeName(["args", 0, "list", 3])).toBe("args[0].list[3]");
  });
});

test("for a guest with one kind of numbers, only what JSON cannot say is marked", () => {
  const value = { whole: fromFloat(1), large: fromFloat(2 ** 60), half: 0.5, list: [fromFloat(0)] };
  expect(JSON.stringify(encodeForOneNumber(value))).toBe(
    '{"whole":1,"large":1152921504606847000,"half":0.5,"list":[0]}',
  );
  const error = new ErrorValue("code", "message", { cost: fromFloat(2) });
  expect(JSON.stringify(encodeForOneNumber(error))).toContain('{"cost":2}');
  for (const special of [-0, Number.NaN, Number.NEGATIVE_INFINITY]) {
    expect(encodeForOneNumber(fromFloat(special))).toEqual({
      $: "float",
      v: Object.is(special, -0) ? "-0" : `${special}`,
    });
  }
  expect(encodeForOneNumber(INT64_MAX)).toEqual({ $: "int", v: String(INT64_MAX) });
  expect(encodeForOneNumber({ $: 1 })).toEqual({ $: "map", v: { $: 1 } });
});
