import { bridgeFunction, type Bridge } from "../contract/bridge.ts";
import { integer, shape, once, v, value } from "../contract/schema.ts";
import { readJson, writeJson } from "../contract/json-text.ts";

const encode = bridgeFunction({
  doc: "Writes a value as JSON. Bytes become base64, times RFC 3339, integers keep all their digits; functions and NaN are errors.",
  parameters: () => ({
    value: v.pipe(value(), v.description("What to write")),
    options: v.optional(
      shape({ indent: v.optional(v.pipe(integer(0, 10), v.description("Spaces a level; one line unless told"))) }),
    ),
  }),
  returns: () => v.string(),
  repeat: "safe",
  run: ({ value, options }) => writeJson(value, " ".repeat(options?.indent ?? 0)),
});

const decode = bridgeFunction({
  doc: "Reads JSON text. `1.0` stays a float and integers of 64 bits stay exact where the language can hold them; larger ones are an error.",
  parameters: () => ({ text: v.pipe(v.string(), v.description("JSON")) }),
  returns: () => value(),
  repeat: "safe",
  run: ({ text }) => readJson(text),
});

/** JSON, the same in every language: integers and floats stay apart. */
export const json = {
  name: "json",
  doc: "Reads and writes JSON. In Lua, `json.null` stands for null inside of tables and `json.array(t)` marks a table, also an empty one, as an array.",
  capability: "pure",
  grant: once(() => shape({})),
  functions: { encode, decode },
} satisfies Bridge;
