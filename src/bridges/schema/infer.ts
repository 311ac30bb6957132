import { isValueMap, type Value, type ValueMap } from "../../contract/value.ts";
import { FORMATS } from "./validate/formats.ts";
import { asJson, entriesOf, isWhole, kindOf } from "./validate/values.ts";

/** Formats that texts are recognised by, the narrowest first. */
const RECOGNISED = ["uuid", "date-time", "date", "time", "email", "ipv4", "uri"];

/** How a schema is inferred. */
export interface InferOptions {
  /** Whether texts that all look like a date, an address and so on are said to be one. */
  readonly formats: boolean;
  /** Texts of at most so many kinds, each seen at least twice, are the only ones; 0 for never. */
  readonly enums: number;
}

/** A JSON Schema that all examples fit. What is in every one of them is required. */
export function inferSchema(examples: readonly Value[], options: InferOptions): ValueMap {
  const values = examples.map(asJson);
  const byKind = Map.groupBy(values, kindOf);
  const schemas = [...byKind].flatMap(([kind, of]): ValueMap[] => {
    switch (kind) {
      case "null":
      case "boolean":
        return [{ type: kind }];
      case "number":
        return [{ type: of.every(isWhole) ? "integer" : "number" }];
      case "string":
        return [inferText(of as readonly string[], options)];
      case "array":
        return [inferArray(of as readonly (readonly Value[])[], options)];
      case "object":
        return [inferObject(of.filter(isValueMap), options)];
      default:
        return [];
    }
  });
  const [only] = schemas;
  if (only === undefined) return {};
  if (schemas.length === 1) return only;
  const plain = schemas.every((schema) => Object.keys(schema).length === 1 && "type" in schema);
  return plain ? { type: schemas.map(({ type }) => type ?? null) } : { anyOf: schemas };
}

function inferText(texts: readonly string[], { formats, enums }: InferOptions): ValueMap {
  const format = formats
    ? RECOGNISED.find((name) => texts.every((text) => FORMATS.get(name)?.(text) === true))
    : undefined;
  if (format !== undefined) return { type: "string", format };
  const kinds = new Set(texts);
  if (kinds.size <= enums && texts.length >= kinds.size * 2) return { enum: [...kinds].sort() };
  return { type: "string" };
}

function inferArray(arrays: readonly (readonly Value[])[], options: InferOptions): ValueMap {
  const items = arrays.flat() as readonly Value[];
  return items.length === 0 ? { type: "array" } : { type: "array", items: inferSchema(items, options) };
}

function inferObject(maps: readonly ValueMap[], options: InferOptions): ValueMap {
  const found = new Map<string, Value[]>();
  for (const map of maps) {
    for (const [name, value] of entriesOf(map)) {
      const before = found.get(name);
      if (before === undefined) found.set(name, [value]);
      else before.push(value);
    }
  }
  const properties: Record<string, Value> = Object.create(null);
  for (const [name, values] of found) properties[name] = inferSchema(values, options);
  const required = [...found].filter(([, values]) => values.length === maps.length).map(([name]) => name);
  return { type: "object", properties, required };
}
