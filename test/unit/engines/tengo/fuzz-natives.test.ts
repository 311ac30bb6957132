import { expect, test } from "bun:test";
import {
  TengoLimit,
  TengoRuntimeError,
  WrongArgumentCount,
  WrongArgumentType,
} from "../../../../src/engines/tengo/errors.ts";
import { fixedLocation } from "../../../../src/engines/tengo/modules/times/location.ts";
import { MODULES } from "../../../../src/engines/tengo/modules/index.ts";
import { Meter } from "../../../../src/engines/tengo/run/index.ts";
import {
  NativeFunction,
  TengoArray,
  TengoBytes,
  TengoChar,
  TengoError,
  TengoFloat,
  TengoMap,
  TengoTime,
  type TengoValue,
} from "../../../../src/engines/tengo/values.ts";
import { Chance } from "./mutate.ts";

const utc = fixedLocation("UTC", 0);

function values(): TengoValue[] {
  const texts = [
    "",
    "0",
    "-1",
    "a",
    "\xff\xfe",
    "2006-01-02",
    "Europe/Berlin",
    "%d %s %v %[3]*.[2]*[1]f %999999999d",
    "(a*)+b",
    "$1",
  ];
  return [
    ...texts,
    "x".repeat(5000),
    "[{".repeat(5000),
    ...[undefined, true, false, 0, 1, -1, 2, 7, 64, 1000, 2 ** 31, 2 ** 53 - 1, 2n ** 63n - 1n, -(2n ** 63n)],
    ...[0, -0, 0.5, -1.5, 1e300, 5e-324, Infinity, -Infinity, Number.NaN].map((value) => new TengoFloat(value)),
    new TengoChar(0x41),
    new TengoChar(-5),
    new TengoBytes(new Uint8Array(3)),
    new TengoBytes(new Uint8Array(0)),
    TengoArray.of([1, "b", new TengoFloat(2)]),
    TengoArray.exactly(["a", "b"], true),
    new TengoMap(new Map<string, TengoValue>([["k", TengoArray.of([])]]), false),
    new TengoError("e"),
    new TengoTime(0, 0, utc),
    new TengoTime(-62_135_596_800, 5, utc),
    new TengoTime(2 ** 62, 999_999_999, utc),
  ];
}

function isExpected(error: unknown): boolean {
  return [TengoLimit, TengoRuntimeError, WrongArgumentCount, WrongArgumentType].some((kind) => error instanceof kind);
}

const functions = Object.entries(MODULES).flatMap(([module, make]) => {
  const members = [...make(new Meter())].flatMap(([name, value]) =>
    value instanceof NativeFunction ? [{ name, value }] : [],
  );
  return members.map(({ name, value }) => [`${module}.${name}`, value] as const);
});

test.each(functions)("%s throws nothing of the host, whatever it is given", (name, native) => {
  const chance = new Chance(name.length * 7919 + name.charCodeAt(name.length - 1));
  const faults: string[] = [];
  for (let run = 0; run < 400; run++) {
    const pool = values();
    const args = Array.from({ length: chance.below(9) }, () => chance.of(pool));
    const started = performance.now();
    try {
      native.body(args, new Meter({ fuel: 100_000, memoryBytes: 8 << 20 }));
    } catch (error) {
      if (!isExpected(error)) faults.push(`${Bun.inspect(args)}: ${String(error)}`);
    }
    const took = performance.now() - started;
    if (took > 2000) faults.push(`${Bun.inspect(args)}: took ${took} ms`);
  }
  expect(faults).toEqual([]);
});
