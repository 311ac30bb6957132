import {
  Float,
  fromInteger,
  INT64_MAX,
  INT64_MIN,
  isValueMap,
  type Value,
  type ValueMap,
} from "../../contract/value.ts";
import { readJson } from "../../contract/json-text.ts";
import { SchemaReader } from "./schema-reader.ts";
import { CompiledSchema, Meter } from "./validate/index.ts";
import { comparePaths, Place } from "./validate/place.ts";
import { has, type SchemaPlace } from "./validate/resource.ts";
import { asJson, identityOf, isWhole, kindOf, type Kind } from "./validate/values.ts";

/** One thing that was changed: where, from what, to what. */
export interface Change {
  readonly path: string;
  readonly from: Value;
  readonly to: Value;
}

/** How a value is fitted. */
export interface CoerceOptions {
  /** Whether properties are left out that the schema does not allow. */
  readonly removeUnknown: boolean;
}

/** A value made to fit its schema where that loses nothing: `"3"` is 3 where an integer is wanted. */
export function coerceValue(schema: Value, value: Value, options: CoerceOptions): { value: Value; changes: Change[] } {
  const coercer = new Coercer(schema, options);
  const fitted = coercer.fit(coercer.reader.root, value, Place.root);
  return { value: fitted, changes: coercer.changes.toSorted((a, b) => comparePaths(a.path, b.path)) };
}

class Coercer {
  readonly reader: SchemaReader;
  changes: Change[] = [];
  readonly #compiled = new Map<string, CompiledSchema>();
  readonly #meter = new Meter(1_000_000);

  constructor(
    schema: Value,
    private readonly options: CoerceOptions,
  ) {
    this.reader = new SchemaReader(schema);
  }

  fit(place: SchemaPlace, given: Value, at: Place): Value {
    const layers = this.reader.layers(place);
    let value = this.#alternative(layers, given, at);
    const types = typesOf(layers);
    if (types !== undefined) value = this.#note(at, value, toType(value, types));
    value = this.#note(at, value, toOption(value, layers, this.reader.spend));
    if (Array.isArray(value)) {
      return (value as readonly Value[]).map((item, index) => {
        const inner = this.reader.item(layers, index);
        return inner === undefined ? item : this.fit(inner, item, at.item(index));
      });
    }
    return isValueMap(value) ? this.#fitMap(layers, value, at) : value;
  }

  #fitMap(layers: readonly (SchemaPlace & { readonly schema: ValueMap })[], map: ValueMap, at: Place): Value {
    const fitted: Record<string, Value> = Object.create(null);
    const isClosed = layers.some(({ schema }) => schema["additionalProperties"] === false);
    const required = new Set(
      layers.flatMap(({ schema }) =>
        Array.isArray(schema["required"]) ? (schema["required"] as readonly Value[]) : [],
      ),
    );
    for (const [name, item] of Object.entries(map)) {
      const inner = this.reader.property(layers, name);
      if (inner === undefined) {
        if (isClosed && this.options.removeUnknown)
          this.changes.push({ path: at.item(name).toString(), from: item, to: null });
        else fitted[name] = item;
        continue;
      }
      // Null stands for what is not there, where nothing must be.
      if (item === null && !required.has(name) && typesOf(this.reader.layers(inner))?.includes("null") === false) {
        this.changes.push({ path: at.item(name).toString(), from: null, to: null });
        continue;
      }
      fitted[name] = this.fit(inner, item, at.item(name));
    }
    return fitted;
  }

  /** Of several alternatives the first that fits, as it is or fitted. */
  #alternative(layers: readonly (SchemaPlace & { readonly schema: ValueMap })[], value: Value, at: Place): Value {
    for (const layer of layers) {
      const options = layer.schema["anyOf"] ?? layer.schema["oneOf"];
      if (!Array.isArray(options)) continue;
      const before = this.changes;
      for (const option of options as readonly Value[]) {
        this.changes = [];
        const place = this.reader.place(option, layer);
        const fitted = this.fit(place, value, at);
        const found = this.changes;
        this.changes = before;
        if (!this.#fits(place, fitted)) continue;
        this.changes.push(...found);
        return fitted;
      }
    }
    return value;
  }

  #fits(place: SchemaPlace, value: Value): boolean {
    const known = this.#compiled.get(place.pointer);
    const compiled = known ?? new CompiledSchema(this.reader.root.schema, { at: place.pointer, meter: this.#meter });
    this.#compiled.set(place.pointer, compiled);
    return compiled.errorsOf(value, this.#meter).length === 0;
  }

  #note(at: Place, from: Value, to: Value): Value {
    if (from === to) return to;
    // 3.0 and 3 are the same to the schema, and a change to nobody.
    if (!(from instanceof Float && typeof to === "number")) this.changes.push({ path: at.toString(), from, to });
    return to;
  }
}

function typesOf(layers: readonly { readonly schema: ValueMap }[]): readonly string[] | undefined {
  for (const { schema } of layers) {
    const { type } = schema;
    if (typeof type === "string") return [type];
    if (Array.isArray(type)) return type.map(String);
  }
  return undefined;
}

/** A value as one of the types, the first that it can be; itself where it can be none. */
function toType(value: Value, types: readonly string[]): Value {
  const kind = kindOf(asJson(value));
  const isWanted = types.includes(kind) || (types.includes("integer") && kind === "number" && isWhole(asJson(value)));
  if (isWanted) return types.includes("integer") && !types.includes("number") ? whole(value) : value;
  for (const type of types) {
    const made = MAKERS[type]?.(value, kind);
    if (made !== undefined) return made;
  }
  return value;
}

/** 3.0 as 3. */
function whole(value: Value): Value {
  return value instanceof Float && Number.isSafeInteger(value.value) ? value.value : value;
}

type Maker = (value: Value, kind: Kind) => Value | undefined;

const MAKERS: Readonly<Record<string, Maker>> = {
  integer: (value, kind) => {
    if (kind === "boolean") return value === true ? 1 : 0;
    if (kind !== "string") return undefined;
    const text = String(value)
      .trim()
      .replace(/\.0{1,9}$/, "");
    if (!/^[+-]?\d{1,19}$/.test(text)) return undefined;
    const wide = BigInt(text.replace(/^\+/, ""));
    return wide < INT64_MIN || wide > INT64_MAX ? undefined : fromInteger(wide);
  },
  number: (value, kind) => {
    if (kind !== "string") return undefined;
    const text = String(value).trim();
    return /^[+-]?(?:\d{1,300}(?:\.\d{0,300})?|\.\d{1,300})(?:[eE][+-]?\d{1,3})?$/.test(text)
      ? Number(text)
      : undefined;
  },
  boolean: (value, kind) => {
    if (kind === "number") return value === 1 ? true : value === 0 ? false : undefined;
    if (kind !== "string") return undefined;
    const word = String(value).trim().toLowerCase();
    return ["true", "yes", "on", "1"].includes(word)
      ? true
      : ["false", "no", "off", "0"].includes(word)
        ? false
        : undefined;
  },
  string: (value, kind) => (kind === "number" || kind === "boolean" ? String(asJson(value)) : undefined),
  null: (value) => (typeof value === "string" && /^\s*(?:null|nil|none|)\s*$/i.test(value) ? null : undefined),
  array: (value, kind) => {
    if (kind === "object" && Object.keys(value as object).length === 0) return [];
    const parsed = fromText(value, "array");
    // One where several may be is a list of one; nothing is not.
    return parsed ?? (kind === "null" || kind === "other" ? undefined : [value]);
  },
  object: (value) => fromText(value, "object"),
};

/** What a text holds as JSON. */
function fromText(value: Value, kind: Kind): Value | undefined {
  if (typeof value !== "string" || !/^\s*[[{]/.test(value)) return undefined;
  try {
    const parsed = readJson(value);
    return kindOf(parsed) === kind ? parsed : undefined;
  } catch {
    return undefined;
  }
}

/** The option of an `enum` that differs in case, spaces or type alone. */
function toOption(
  value: Value,
  layers: readonly { readonly schema: ValueMap }[],
  spend: (steps: number) => void,
): Value {
  for (const { schema } of layers) {
    const options: readonly Value[] = Array.isArray(schema["enum"])
      ? schema["enum"]
      : has(schema, "const")
        ? [schema["const"] ?? null]
        : [];
    if (options.length === 0 || (typeof value === "object" && value !== null && !(value instanceof Float))) continue;
    const identity = identityOf(value, spend);
    if (options.some((option) => identityOf(option, spend) === identity)) return value;
    const plain = plainText(value);
    const found = options.filter((option) => plainText(option) === plain);
    if (found.length === 1) return found[0] ?? value;
  }
  return value;
}

function plainText(value: Value): string {
  return String(typeof value === "object" && value !== null ? identityOf(value, () => {}) : value)
    .trim()
    .toLowerCase()
    .replace(/[\s_-]+/g, " ");
}
