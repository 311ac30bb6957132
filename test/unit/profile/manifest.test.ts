import { describe, expect, test } from "bun:test";
import { Float } from "../../../src/contract/value.ts";
import { checkParameters, readManifest } from "../../../src/profile/index.ts";
import { CATALOGUE, faultOf, place } from "./catalogue.ts";

const names = { bridges: Object.keys(CATALOGUE.bridges), engines: CATALOGUE.engines };
const read = (text: string) => readManifest({ file: "spell.yaml", text }, names);

const FULL = `
name: research/wiki
version: "1.0"
description: Looks something up
engine: javascript
main: ./src/main.js
needs: [llm, http]
parameters:
  topic: { type: string, required: true, description: What to look up }
  depth: { type: integer, default: 2, enum: [1, 2, 3] }
  ratio: number
  loud: { type: boolean, default: false }
  tags: { type: array, default: [] }
  extra: object
`;

const FAULTS: readonly [yaml: string, message: string, at: string][] = [
  ["nam: x\n", 'Unknown key "nam" at the top level; did you mean "name"?', "1:1"],
  ["version: 1.0\n", "version must be text, not 1.0", "1:10"],
  ["name: a b\n", "name: must be letters, digits, dots, _ and -", "1:7"],
  [
    "engine: luna\n",
    'engine must be "lua", "fengari", "javascript" or "tengo", not "luna"; did you mean "lua"?',
    "1:9",
  ],
  ["main: ../x.lua\n", "main: must be a path below the spell's folder, with / between its parts", "1:7"],
  ["main: /x.lua\n", "main: must be a path below the spell's folder, with / between its parts", "1:7"],
  ["main: a/../../x.lua\n", "main: must be a path below the spell's folder, with / between its parts", "1:7"],
  [
    "needs: [htp]\n",
    'needs[0] must be "json", "llm", "model", "pool", "provider", "log", "schema", "spell", "state", "time" or "http", not "htp"; did you mean "http"?',
    "1:9",
  ],
  ["needs: llm\n", 'needs must be a list, not "llm"', "1:8"],
  ["parameters: [a]\n", "parameters must be a map, not a list", "1:1"],
  [
    "parameters: { a: strng }\n",
    'parameters.a must be "string", "integer", "number", "boolean", "array", "object" or a map, not "strng"; did you mean "string"?',
    "1:18",
  ],
  [
    "parameters: { a: { type: int } }\n",
    'parameters.a.type must be "string", "integer", "number", "boolean", "array" or "object", not "int"; did you mean "integer"?',
    "1:26",
  ],
  [
    "parameters: { a: { type: string, requird: true } }\n",
    'Unknown key "requird" under parameters.a; did you mean "required"?',
    "1:34",
  ],
  ["parameters: { a: { default: 1 } }\n", 'Missing "type" under parameters.a', "1:15"],
  [
    "parameters: { 1a: string }\n",
    "parameters.1a: a parameter's name must be letters, digits, _ and -, with no digit in front",
    "1:19",
  ],
  [
    "parameters: { a: { type: integer, default: two } }\n",
    "parameters.a.default must be a whole number, as its type is integer",
    "1:44",
  ],
  [
    "parameters: { a: { type: integer, default: 1.5 } }\n",
    "parameters.a.default must be a whole number, as its type is integer",
    "1:44",
  ],
  [
    "parameters: { a: { type: string, default: yes, required: true } }\n",
    "parameters.a is required and has a default; keep one of them",
    "1:58",
  ],
  [
    "parameters: { a: { type: string, enum: [x, 1] } }\n",
    "parameters.a.enum[1] must be text, as its type is string",
    "1:44",
  ],
  [
    "parameters: { a: { type: string, enum: [x], default: y } }\n",
    "parameters.a.default is not among its enum",
    "1:54",
  ],
  ["parameters: { a: { type: string, enum: [] } }\n", "parameters.a.enum must have at least 1 item", "1:34"],
];

describe("spell.yaml", () => {
  test("is read with its defaults", async () => {
    const manifest = await read(FULL);
    expect(manifest).toMatchObject({
      name: "research/wiki",
      version: "1.0",
      engine: "javascript",
      main: "src/main.js",
      needs: ["llm", "http"],
    });
    expect(manifest.parameters).toEqual({
      topic: { type: "string", required: true, description: "What to look up" },
      depth: { type: "integer", required: false, description: "", default: 2, enum: [1, 2, 3] },
      ratio: { type: "number", required: false, description: "" },
      loud: { type: "boolean", required: false, description: "", default: false },
      tags: { type: "array", required: false, description: "", default: [] },
      extra: { type: "object", required: false, description: "" },
    });
    expect(await read("description: only this\n")).toEqual({ version: "", description: "only this", needs: [] });
  });

  test("keeps whole numbers over 2^53 exact", async () => {
    const { parameters } = await read("parameters: { id: { type: integer, default: 9007199254740993 } }\n");
    expect(parameters?.["id"]?.default).toBe(9007199254740993n);
  });

  for (const [yaml, message, at] of FAULTS) {
    test(`refuses ${yaml.trim()}`, async () => {
      const error = await faultOf(() => read(yaml));
      expect([error.code, error.message, place(error)]).toEqual(["spell.manifest", message, `spell.yaml:${at}`]);
    });
  }
});

describe("The parameters of a run", () => {
  test("are turned from text into their types", async () => {
    const manifest = await read(FULL);
    const given = {
      topic: "7",
      depth: "3",
      ratio: "1.0",
      loud: "true",
      tags: '["a", 1, 2.0]',
      extra: '{"n": 9007199254740993, "__proto__": 1}',
    };
    const checked = checkParameters(manifest, given);
    expect(checked).toMatchObject({
      topic: "7",
      depth: 3,
      ratio: new Float(1),
      loud: true,
      tags: ["a", 1, new Float(2)],
    });
    expect(Object.entries(checked["extra"] as object)).toEqual([
      ["n", 9007199254740993n],
      ["__proto__", 1],
    ]);
    expect(Object.keys(checked)).toEqual(Object.keys(manifest.parameters ?? {}));
  });

  test("get their defaults; without one they stay away", async () => {
    expect(checkParameters(await read(FULL), { topic: "x" })).toEqual(
      Object.assign(Object.create(null), { topic: "x", depth: 2, loud: false, tags: [] }),
    );
  });

  test("may be values already", async () => {
    expect(
      checkParameters(await read(FULL), {
        topic: "x",
        depth: 1,
        ratio: 5n ** 25n,
        loud: false,
        tags: [null],
        extra: {},
      }),
    ).toMatchObject({ depth: 1, ratio: 298023223876953125n, loud: false });
  });

  test("are taken as they are by a spell that declares none", async () => {
    for (const manifest of [undefined, await read("description: a\n")]) {
      const checked = checkParameters(manifest, { a: "1", ["__proto__"]: "x" });
      expect(Object.entries(checked)).toEqual([
        ["a", "1"],
        ["__proto__", "x"],
      ]);
    }
    expect((await faultOf(async () => checkParameters(await read("parameters: {}\n"), { a: "1" }))).fix).toBe(
      "The spell takes no parameters",
    );
  });

  const FAULTS: readonly [given: Record<string, never> | object, message: string][] = [
    [{}, 'Parameter "topic" is missing (What to look up); it must be text'],
    [{ topic: "x", dept: "1" }, 'The spell has no parameter "dept"; did you mean "depth"?'],
    [{ topic: "x", constructor: "1" }, 'The spell has no parameter "constructor"'],
    [{ topic: 5 }, 'Parameter "topic" must be text, not 5'],
    [{ topic: "x", depth: "2.0" }, 'Parameter "depth" must be a whole number, not "2.0"'],
    [{ topic: "x", depth: "" }, 'Parameter "depth" must be a whole number, not ""'],
    [
      { topic: "x", depth: "99999999999999999999" },
      'Parameter "depth" must be a whole number, not "99999999999999999999"',
    ],
    [{ topic: "x", depth: "4" }, 'Parameter "depth" must be 1, 2 or 3, not 4'],
    [{ topic: "x", depth: new Float(2) }, 'Parameter "depth" must be a whole number, not 2'],
    [{ topic: "x", ratio: "NaN" }, 'Parameter "ratio" must be a number, not "NaN"'],
    [{ topic: "x", ratio: "1e999" }, 'Parameter "ratio" must be a number, not "1e999"'],
    [{ topic: "x", loud: "yes" }, 'Parameter "loud" must be true or false, not "yes"'],
    [{ topic: "x", tags: "a,b" }, 'Parameter "tags" must be a JSON list, not "a,b"'],
    [{ topic: "x", tags: "{}" }, 'Parameter "tags" must be a JSON list, not "{}"'],
    [{ topic: "x", extra: "[1]" }, 'Parameter "extra" must be a JSON map, not "[1]"'],
    [{ topic: "x", extra: '{"a": 1e999}' }, 'Parameter "extra" holds a number that is too large'],
  ];
  for (const [given, message] of FAULTS) {
    test(`are refused: ${message}`, async () => {
      const manifest = await read(FULL);
      const error = await faultOf(() => checkParameters(manifest, given as Record<string, never>));
      expect([error.code, error.message]).toEqual(["spell.parameter", message]);
    });
  }
});
