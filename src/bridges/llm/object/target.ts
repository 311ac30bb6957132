import { stringify } from "../../../contract/json-text.ts";
import { isValueMap, type Value, type ValueMap } from "../../../contract/value.ts";
import { coerceValue, type CompiledSchema, compileSchema, Meter, type ValidationError } from "../../schema/index.ts";
import { type AnswerFormat, findValues } from "./extract.ts";

/** What was made of an answer. */
export interface Reading {
  /** Absent where no value was found. */
  readonly value?: Value;
  readonly errors: readonly ValidationError[];
  readonly repaired: boolean;
  readonly changes: readonly ValueMap[];
}

/** What is wanted of a model: a schema, and how answers are read by it. */
export class Target {
  readonly compiled: CompiledSchema;
  readonly schema: ValueMap;
  /** What the provider is told: an object, since no other is taken; undefined where that cannot be said. */
  readonly native: ValueMap | undefined;
  readonly #isWrapped: boolean;

  constructor(
    given: Value,
    private readonly coerces: boolean,
  ) {
    this.compiled = compileSchema(given);
    const { schema } = this.compiled;
    this.schema = isValueMap(schema) ? schema : schema === false ? { not: {} } : {};
    const isObject = this.schema["type"] === "object";
    // References count from the root, which would be another one.
    const canWrap = !stringify(this.schema).includes('"$ref"');
    this.#isWrapped = !isObject && canWrap;
    this.native = isObject ? this.schema : canWrap ? wrapped(this.schema) : undefined;
  }

  /** What an answer says. `isNative`: it was asked for by {@link native}; `isWhole`: it was not cut off. */
  async read(text: string, format: AnswerFormat, isNative: boolean, isWhole: boolean): Promise<Reading> {
    const meter = new Meter();
    let best: Reading = { errors: [NOTHING[format]], repaired: false, changes: [] };
    for await (const { value: found, repaired } of findValues(text, format, isWhole)) {
      const reading = this.#fit(isNative && this.#isWrapped ? unwrapped(found) : found, repaired, meter);
      if (reading.errors.length === 0) return reading;
      if (best.value === undefined || reading.errors.length < best.errors.length) best = reading;
    }
    return best;
  }

  /** A value that is not whole yet, as it will be. */
  part(value: Value, isNative: boolean): Value | undefined {
    if (!isNative || !this.#isWrapped) return value;
    return isValueMap(value) ? value["value"] : undefined;
  }

  #fit(value: Value, repaired: boolean, meter: Meter): Reading {
    const errors = this.compiled.errorsOf(value, meter);
    if (errors.length === 0 || !this.coerces) return { value, errors, repaired, changes: [] };
    const fitted = coerceValue(this.compiled.schema, value, { removeUnknown: false });
    const changes = fitted.changes.map(({ path, from, to }) => ({ path, from, to }));
    return { value: fitted.value, errors: this.compiled.errorsOf(fitted.value, meter), repaired, changes };
  }
}

function wrapped(schema: ValueMap): ValueMap {
  return { type: "object", properties: { value: schema }, required: ["value"], additionalProperties: false };
}

/** A model that was told of the wrapping may leave it off all the same. */
function unwrapped(value: Value): Value {
  return isValueMap(value) && Object.keys(value).length === 1 && "value" in value ? (value["value"] ?? null) : value;
}

const nothing = (format: string): ValidationError => ({
  path: "",
  message: `is not there: the answer holds no ${format}`,
  keyword: "format",
  schemaPath: "#",
});

const NOTHING: Readonly<Record<AnswerFormat, ValidationError>> = {
  json: nothing("JSON"),
  yaml: nothing("YAML"),
  xml: nothing("XML"),
};
