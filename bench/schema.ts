/**
 * Validations a second: ours beside the library that came nearest (`@cfworker/json-schema`), each with its schema made
 * once and made anew for each value, and `schema.validate` from a script, process and gate and all.
 * `N=20000 bun bench/schema.ts` sets how many values are checked in a round.
 */
import { type Schema, Validator } from "@cfworker/json-schema";
import { CompiledSchema } from "../src/bridges/schema/validate/index.ts";
import type { Value } from "../src/contract/value.ts";
import { BINARY, count } from "./binary.ts";
import { benchProfile, castHere } from "./cast.ts";
import { enginesFor, scriptFor } from "./engines.ts";
import { whenQuiet } from "./quiet.ts";
import { median, show } from "./statistics.ts";
import { printTable } from "./table.ts";

const N = count("N", 20_000);
const CALLS = count("CALLS", 2000);
const ROUNDS = count("ROUNDS", 7);

const SMALL = {
  type: "object",
  properties: { name: { type: "string" }, age: { type: "integer", minimum: 0 } },
  required: ["name"],
};

/** What a model is asked to fill in: nested, with lists, options and patterns. */
const LARGE = {
  $defs: {
    person: {
      type: "object",
      properties: { name: { type: "string", minLength: 1 }, email: { type: "string", pattern: "^[^@ ]+@[^@ ]+$" } },
      required: ["name"],
      additionalProperties: false,
    },
  },
  type: "object",
  properties: {
    title: { type: "string", maxLength: 200 },
    kind: { enum: ["meeting", "party", "trip", "other"] },
    people: { type: "array", items: { $ref: "#/$defs/person" }, minItems: 1 },
    places: {
      type: "array",
      items: {
        anyOf: [
          { type: "string" },
          {
            type: "object",
            properties: { lat: { type: "number" }, lon: { type: "number" } },
            required: ["lat", "lon"],
          },
        ],
      },
    },
    tags: { type: "array", items: { type: "string" }, uniqueItems: true },
  },
  required: ["title", "people"],
  additionalProperties: false,
};

const VALUES: Readonly<Record<string, readonly [object, Value]>> = {
  "small, 2 fields": [SMALL, { name: "Ada", age: 36 }],
  "nested, 30 values": [
    LARGE,
    {
      title: "A party",
      kind: "party",
      people: Array.from({ length: 6 }, (_, index) => ({ name: `P${index}`, email: `p${index}@example.com` })),
      places: ["here", { lat: 1.5, lon: 2.5 }, "there"],
      tags: ["a", "b", "c", "d"],
    },
  ],
};

/** Calls a second, the median of all rounds; the ways take turns. */
async function race(ways: readonly (() => unknown)[], times: number): Promise<number[]> {
  const rates = ways.map((): number[] => []);
  for (let round = 0; round < ROUNDS; round++) {
    for (const [index, way] of ways.entries()) {
      await whenQuiet();
      const begin = Bun.nanoseconds();
      for (let i = 0; i < times; i++) way();
      rates[index]?.push((times * 1e9) / (Bun.nanoseconds() - begin));
    }
  }
  return rates.map(median);
}

const rows: string[][] = [];
for (const [name, [schema, value]] of Object.entries(VALUES)) {
  const [ours, theirs] = [new CompiledSchema(schema as Value), new Validator(schema as Schema, "2020-12")];
  const ways = [
    () => ours.errorsOf(value),
    () => theirs.validate(value),
    () => new CompiledSchema(schema as Value).errorsOf(value),
    () => new Validator(schema as Schema, "2020-12").validate(value),
  ];
  for (const [index, way] of ways.entries()) {
    const result = way() as readonly unknown[] & { valid?: boolean };
    if (index % 2 === 0 ? result.length > 0 : result.valid !== true) throw new Error(`${name}: the value does not fit`);
  }
  const [a = 0, b = 0] = await race(ways.slice(0, 2), N);
  const [c = 0, d = 0] = await race(ways.slice(2), Math.ceil(N / 10));
  rows.push([name, show(a), show(b), `${show(a / b)} ×`, show(c), show(d), `${show(c / d)} ×`]);
}
printTable({
  title: `Validations a second; ${N} a round, median of ${ROUNDS} rounds`,
  columns: ["schema", "ours", "cfworker", "ratio", "ours, made anew", "cfworker, made anew", "ratio"],
  rows,
});

const SCRIPTS = {
  lua: `local s, v = json.decode(SCHEMA), json.decode(VALUE); for i = 1, ${CALLS} do assert(schema.validate(s, v).valid) end`,
  javascript: `const [s, v] = [JSON.parse(SCHEMA), JSON.parse(VALUE)]; for (let i = 0; i < ${CALLS}; i++) if (!(await schema.validate(s, v)).valid) throw new Error()`,
  tengo: `s := json.decode(SCHEMA); v := json.decode(VALUE); for i := 0; i < ${CALLS}; i++ { if !schema.validate(s, v).valid { export error("no") } }`,
};

const scripted: string[][] = [];
for (const engine of enginesFor(SCRIPTS)) {
  const cells = [engine.id];
  for (const [schema, value] of Object.values(VALUES)) {
    const quote = (text: string) => JSON.stringify(text);
    const source = scriptFor(engine, SCRIPTS)
      .replace("SCHEMA", () => quote(JSON.stringify(schema)))
      .replace("VALUE", () => quote(JSON.stringify(value)));
    const profile = benchProfile({ bridges: { json: {}, schema: {} }, rung: "process" });
    const times: number[] = [];
    for (let round = 0; round < 3; round++) {
      await whenQuiet();
      const begin = Bun.nanoseconds();
      await castHere({ engine, source, profile, command: [BINARY], onLog: () => {} });
      times.push((CALLS * 1e9) / (Bun.nanoseconds() - begin));
    }
    cells.push(show(median(times)));
  }
  scripted.push(cells);
}
printTable({
  title: `schema.validate from a script, across processes: calls a second, ${CALLS} calls with the run's start`,
  columns: ["engine", ...Object.keys(VALUES)],
  rows: scripted,
});
