import { bridgeFunction } from "../../contract/bridge.ts";
import { integer, map, shape, once, type Parsed, v, value } from "../../contract/schema.ts";
import type { Value } from "../../contract/value.ts";

const load = () => import("./index.ts");

/** A parameter that takes a schema. */
export const schemaParameter = () =>
  v.pipe(value(), v.description("A JSON Schema, or its short form as schema.of takes it"));

const checkOptions = once(() =>
  v.optional(
    shape({
      formats: v.optional(
        v.pipe(v.boolean(), v.description("Whether `format` must hold (date, email, …); true unless told")),
      ),
      schemas: v.optional(map("Further schemas by their address, to which `$ref` may lead; nothing is ever fetched")),
    }),
  ),
);

type CheckOptions = Parsed<ReturnType<typeof checkOptions>>;

const errorRow = once(() =>
  shape({
    path: v.pipe(v.string(), v.description("Where: `birds[2].age`; empty for the value itself")),
    message: v.pipe(v.string(), v.description("Completes the path: `must be an integer, not a string`")),
    keyword: v.pipe(v.string(), v.description("The keyword that was not met")),
    schemaPath: v.pipe(v.string(), v.description("Where that stands in the schema, as a JSON Pointer")),
  }),
);

async function errorsOf(schema: Value, checked: Value, options: CheckOptions) {
  const { compileSchema } = await load();
  const schemas = options?.schemas === undefined ? undefined : new Map(Object.entries(options.schemas));
  return compileSchema(schema, { formats: options?.formats, schemas }).errorsOf(checked);
}

/** Nothing is a value too: a script's nil. */
const checkedValue = () => v.optional(v.pipe(value(), v.description("What is checked")));

const validate = bridgeFunction({
  doc: "Checks a value by a JSON Schema (2020-12) and lists what is wrong with it. A float without a fraction is an integer; bytes and times are checked as the texts that JSON has for them.",
  parameters: () => ({ schema: schemaParameter(), value: checkedValue(), options: checkOptions() }),
  returns: () =>
    shape({
      valid: v.boolean(),
      errors: v.pipe(v.array(errorRow()), v.description("What is wrong, at most 50 of it; empty where the value fits")),
    }),
  repeat: "safe",
  async run({ schema, value: checked = null, options }): Promise<Value> {
    const errors = await errorsOf(schema, checked, options);
    const { errorValues } = await load();
    return { valid: errors.length === 0, errors: errorValues(errors) };
  },
});

const check = bridgeFunction({
  doc: "Gives the value back where it fits the schema; otherwise the error schema.mismatch, whose `details.errors` is as that of schema.validate.",
  parameters: () => ({ schema: schemaParameter(), value: checkedValue(), options: checkOptions() }),
  returns: () => value(),
  repeat: "safe",
  async run({ schema, value: checked = null, options }) {
    const errors = await errorsOf(schema, checked, options);
    (await load()).requireFit(errors);
    return checked;
  },
});

const of = bridgeFunction({
  doc: 'The JSON Schema of a short form: `{name: "string", age: "int?", tags: "string[]", kind: "a|b"}`. `?` may be missing, `[]` is a list of, `|` one of several types or texts, `(1..80)` bounds, and what follows ` #` describes it. A JSON Schema stays as it is.',
  parameters: () => ({
    short: v.pipe(
      value(),
      v.description("The short form: a text, a map of properties, or a list with the form of its items"),
    ),
  }),
  returns: () => value(),
  repeat: "safe",
  async run({ short }) {
    const { CompiledSchema, readSchema } = await load();
    const schema = readSchema(short);
    void new CompiledSchema(schema);
    return schema;
  },
});

const infer = bridgeFunction({
  doc: "A JSON Schema that all examples fit: what is in every one of them is required, whole numbers are integers, and texts that all look like a date or an address are said to be one.",
  parameters: () => ({
    examples: v.pipe(v.array(value()), v.minLength(1), v.description("The examples")),
    options: v.optional(
      shape({
        formats: v.optional(
          v.pipe(v.boolean(), v.description("Whether dates, addresses and the like are recognised; true unless told")),
        ),
        enums: v.optional(
          v.pipe(
            integer(0, 100),
            v.description(
              "Texts of at most so many kinds, each seen twice on average, become the only ones; 0 unless told",
            ),
          ),
        ),
      }),
    ),
  }),
  returns: () => value(),
  repeat: "safe",
  async run({ examples, options }) {
    const { inferSchema } = await load();
    return inferSchema(examples, { formats: options?.formats ?? true, enums: options?.enums ?? 0 });
  },
});

const defaults = bridgeFunction({
  doc: "The value with the `default` of each property that is missing, at all depths. It is not checked.",
  parameters: () => ({
    schema: schemaParameter(),
    value: v.optional(v.pipe(value(), v.description("What is filled up; without it, the default of the whole"))),
  }),
  returns: () => value(),
  repeat: "safe",
  async run({ schema, value: given }) {
    const { compileSchema, withDefaults } = await load();
    return withDefaults(compileSchema(schema).schema, given ?? undefined);
  },
});

const coerce = bridgeFunction({
  doc: 'Makes a value fit where that loses nothing: "3" is 3 where an integer is wanted, "yes" true, one item a list of one, and a text that is an option but for its case that option. Says what was changed, and what is wrong still.',
  parameters: () => ({
    schema: schemaParameter(),
    value: checkedValue(),
    options: v.optional(
      shape({
        removeUnknown: v.optional(
          v.pipe(v.boolean(), v.description("Leave out the properties that the schema does not allow")),
        ),
        defaults: v.optional(v.pipe(v.boolean(), v.description("Fill in defaults, as schema.defaults does"))),
      }),
    ),
  }),
  returns: () =>
    shape({
      value: v.pipe(value(), v.description("What became of it")),
      changes: v.pipe(
        v.array(shape({ path: v.string(), from: value(), to: value() })),
        v.description("What was changed: where, from what, to what (null for what was left out)"),
      ),
      valid: v.pipe(v.boolean(), v.description("Whether it fits now")),
      errors: v.pipe(v.array(errorRow()), v.description("What is wrong with it still")),
    }),
  repeat: "safe",
  async run({ schema, value: given = null, options }): Promise<Value> {
    const { coerceValue, compileSchema, errorValues, withDefaults } = await load();
    const compiled = compileSchema(schema);
    const filled = options?.defaults === true ? withDefaults(compiled.schema, given) : given;
    const { value: fitted, changes } = coerceValue(compiled.schema, filled, {
      removeUnknown: options?.removeUnknown ?? false,
    });
    const errors = compiled.errorsOf(fitted);
    return {
      value: fitted,
      changes: changes.map(({ path, from, to }) => ({ path, from, to })),
      valid: errors.length === 0,
      errors: errorValues(errors),
    };
  },
});

/** The functions that check and change values. */
export const CHECK_FUNCTIONS = { validate, check, of, infer, defaults, coerce };
