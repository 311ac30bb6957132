import { SpellError } from "../../contract/errors.ts";
import { isValueMap, MAX_DEPTH, type Value, type ValueMap } from "../../contract/value.ts";
import { SchemaReader } from "./schema-reader.ts";
import { has, type SchemaPlace } from "./validate/resource.ts";

/** A value with the `default` of each property that is missing, in the objects that are there. */
export function withDefaults(schema: Value, value: Value | undefined): Value {
  const reader = new SchemaReader(schema);
  const whole = value ?? defaultOf(reader, reader.root) ?? null;
  return fill(reader, reader.root, whole, 0);
}

function defaultOf(reader: SchemaReader, place: SchemaPlace): Value | undefined {
  return reader.layers(place).find(({ schema }) => has(schema, "default"))?.schema["default"];
}

function fill(reader: SchemaReader, place: SchemaPlace, value: Value, depth: number): Value {
  if (depth > MAX_DEPTH)
    throw new SpellError("schema.too-complex", `The defaults lead in a circle at ${place.pointer}`);
  const layers = reader.layers(place);
  if (Array.isArray(value)) {
    return (value as readonly Value[]).map((item, index) => {
      const inner = reader.item(layers, index);
      return inner === undefined ? item : fill(reader, inner, item, depth + 1);
    });
  }
  if (!isValueMap(value)) return value;
  const filled: Record<string, Value> = Object.assign(Object.create(null), value);
  for (const layer of layers) {
    const named = layer.schema["properties"];
    for (const [name, inner] of Object.entries((isValueMap(named) ? named : {}) as ValueMap)) {
      reader.spend(1);
      if (has(filled, name)) continue;
      const missing = defaultOf(reader, reader.place(inner, layer));
      if (missing !== undefined) filled[name] = missing;
    }
  }
  for (const name of Object.keys(filled)) {
    const inner = reader.property(layers, name);
    if (inner !== undefined) filled[name] = fill(reader, inner, filled[name] ?? null, depth + 1);
  }
  return filled;
}
