import { describe, expect, test } from "bun:test";
import { check, parse, sayIssue, SchemaError } from "../../../src/contract/check-schema.ts";
import { docOf, isOptional, keysAt, partsOf } from "../../../src/contract/schema-parts.ts";
import {
  bytes,
  callback,
  count,
  duration,
  integer,
  kindOf,
  literal,
  map,
  number,
  numberBetween,
  oneOf,
  path,
  record,
  type Schema,
  shape,
  size,
  v,
  value,
} from "../../../src/contract/schema.ts";
import { Float, FunctionHandle, Time } from "../../../src/contract/value.ts";

/** Everything that is wrong, each with its place. */
function faults(schema: Schema, given: unknown): string[] {
  const checked = check(schema, given);
  return checked.ok ? [] : checked.issues.map((issue) => `${issue.path.join(".") || "it"} ${sayIssue(issue)}`);
}

const person = shape({
  name: v.pipe(v.string(), v.minLength(1), v.description("Who it is")),
  age: v.optional(v.pipe(integer(0, 150), v.description("In years")), 30),
  tags: v.optional(v.array(oneOf(["a", "b"]))),
});

describe("a map with known keys", () => {
  test("is taken with its defaults, and nothing of a class is one", () => {
    expect(parse(person, { name: "Ada" })).toEqual({ name: "Ada", age: 30 });
    for (const wrong of [[], new Map(), new Float(1), new Time(0, 0), new Uint8Array(), null, "x", 5])
      expect(faults(person, wrong)).toEqual(["it must be a map"]);
  });

  test("has everything told that is wrong with it, each key by itself", () => {
    expect(faults(person, { nam: "x", ag: 1, tags: ["c", 1] })).toEqual([
      "name is missing",
      'tags.0 must be "a" or "b"',
      'tags.1 must be "a" or "b"',
      'it has no "nam"',
      'it has no "ag"',
    ]);
    expect(faults(person, { name: "", age: 200 })).toEqual([
      "name must have at least 1 character",
      "age must be at most 150",
    ]);
    expect(faults(person, { name: "x", age: 1.5 })).toEqual(["age must be a whole number"]);
  });

  test("may be narrowed and made optional, and stays what it is", () => {
    const some = v.partial(v.omit(person, ["tags"]));
    expect(parse(some, {})).toEqual({});
    expect(faults(some, { tags: [] })).toEqual(['it has no "tags"']);
    expect(faults(some, [])).toEqual(["it must be a map"]);
  });
});

test("a map whose keys are data keeps every key", () => {
  const given = JSON.parse('{"constructor": 1, "prototype": 2, "__proto__": 3, "toString": 4}') as object;
  const kept = parse(record(number()), given);
  expect(Object.entries(kept)).toEqual(Object.entries(given));
  expect(faults(record(number()), { a: "x", b: [] })).toEqual(["a must be a number", "b must be a number"]);
  expect(faults(record(number(), v.pipe(v.string(), v.regex(/^[a-z]$/, "must be a letter"))), { A: 1 })).toEqual([
    "A must be a letter",
  ]);
  expect(faults(record(shape({ x: number() })), { a: { x: 1, y: 2 } })).toEqual(['a has no "y"']);
});

describe("numbers", () => {
  test("are finite, and floats of a script are numbers", () => {
    expect(parse(number(), new Float(1))).toBe(1);
    for (const wrong of [Number.NaN, Number.POSITIVE_INFINITY, "1", null, 1n])
      expect(faults(number(), wrong)).toEqual(["it must be a number"]);
  });

  test("have bounds, which may not be reached where they are between", () => {
    expect(faults(number(0, 2), 3)).toEqual(["it must be at most 2"]);
    expect(faults(numberBetween(0), 0)).toEqual(["it must be more than 0"]);
    expect(faults(numberBetween(0, 1), 1)).toEqual(["it must be less than 1"]);
    expect(partsOf(v.pipe(number(0, 2), v.description("x")))).toMatchObject({ least: 0, most: 2 });
    expect(partsOf(integer(3))).toMatchObject({ least: 3, isInteger: true });
  });
});

test("what it may be instead is told together, and the fault of the one that was meant alone", () => {
  const either = v.union([v.string(), v.array(person)]);
  expect(faults(either, 5)).toEqual(["it must be text or a list"]);
  const [issue] = (check(either, [{ name: 1 }]) as unknown as { issues: readonly unknown[] }).issues;
  expect(JSON.stringify(issue)).toContain('"path":[0,"name"]');
  const kinds = v.variant("type", [shape({ type: literal("a") }), shape({ type: oneOf(["b", "c"]), x: number() })]);
  expect(faults(kinds, { type: "d" })).toEqual(['type must be "a", "b" or "c"']);
  expect(faults(kinds, { type: "b" })).toEqual(["x is missing"]);
});

test("values of our own are named", () => {
  expect(faults(callback(), 1)).toEqual(["it must be a function"]);
  expect(faults(bytes(), 1)).toEqual(["it must be bytes or text"]);
  expect(faults(map("what"), [])).toEqual(["it must be a map"]);
  expect(faults(duration(), 5)[0]).toContain("has no unit");
  expect([parse(duration(), "2s"), parse(size(), "1KiB"), parse(count(), "2k")]).toEqual([2000, 1024, 2000]);
  expect(parse(callback(), new FunctionHandle(1))).toEqual(new FunctionHandle(1));
  expect([path(), value(), duration(), v.optional(size()), v.string()].map((each) => kindOf(each))).toEqual([
    "path",
    "any value",
    "duration",
    undefined,
    undefined,
  ]);
});

test("what is derived from a schema sees through what is around it", () => {
  const lazy = v.optional(
    v.pipe(
      v.lazy(() => person),
      v.description("Somebody"),
    ),
  );
  expect([docOf(lazy), isOptional(lazy), keysAt(lazy, [])]).toEqual(["Somebody", true, ["name", "age", "tags"]]);
  expect(keysAt(v.array(v.union([v.string(), shape({ inner: person })])), [3, "inner"])).toEqual([
    "name",
    "age",
    "tags",
  ]);
  expect([docOf(v.optional(v.pipe(v.string(), v.description("inside")))), docOf(v.string())]).toEqual(["inside", ""]);
});

test("what does not fit is thrown with its places", () => {
  expect(() => parse(person, { name: 1 })).toThrow(
    new SchemaError([{ path: ["name"], kind: "type", expected: "text" }]),
  );
  expect(() => parse(person, { name: 1 })).toThrow("name must be text");
});
