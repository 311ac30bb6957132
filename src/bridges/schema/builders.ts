import { bridgeFunction, type Parameters } from "../../contract/bridge.ts";
import { integer, map, number, shape, once, type Parsed, v, value } from "../../contract/schema.ts";
import { isValueMap, type Value, type ValueMap } from "../../contract/value.ts";

const load = () => import("./short-form.ts");

/** What was made of a property that may be missing may be missing too. */
async function keepMark(given: Value, made: ValueMap): Promise<ValueMap> {
  const { OPTIONAL } = await load();
  return isValueMap(given) && given[OPTIONAL] === true ? { ...made, [OPTIONAL]: true } : made;
}

/** What every schema may have. */
const notes = () => ({
  description: v.optional(v.pipe(v.string(), v.description("What it is for; models read it"))),
  default: v.optional(v.pipe(value(), v.description("What schema.defaults fills in"))),
});

const inner = (description: string) => v.pipe(value(), v.description(`${description}: a schema or short form`));

function builder<P extends Parameters>(
  doc: string,
  parameters: () => P,
  make: (args: { readonly [K in keyof P]: Parsed<P[K]> }) => Value | Promise<Value>,
) {
  return bridgeFunction({ doc, parameters, returns: () => value(), repeat: "safe", run: (args) => make(args) });
}

/** Without what was not given. */
function given(fields: Readonly<Record<string, Value | undefined>>): ValueMap {
  return Object.fromEntries(Object.entries(fields).filter(([, field]) => field !== undefined)) as ValueMap;
}

const range = () => ({
  min: v.optional(v.pipe(number(), v.description("The least"))),
  max: v.optional(v.pipe(number(), v.description("The greatest"))),
  multipleOf: v.optional(v.pipe(number(), v.description("It is a multiple of this"))),
});

const numberOptions = once(() => v.optional(shape({ ...range(), ...notes() })));

function numeric(type: string, options: Parsed<ReturnType<typeof numberOptions>> = {}): ValueMap {
  const { min, max, ...rest } = options;
  return given({ type, minimum: min, maximum: max, ...rest });
}

const string = builder(
  "A schema of texts.",
  () => ({
    options: v.optional(
      shape({
        min: v.optional(v.pipe(integer(), v.description("Letters at least"))),
        max: v.optional(v.pipe(integer(), v.description("Letters at most"))),
        pattern: v.optional(
          v.pipe(v.string(), v.description("A regular expression of JavaScript that matches somewhere in it")),
        ),
        format: v.optional(v.pipe(v.string(), v.description("`date`, `date-time`, `email`, `uri`, `uuid`, …"))),
        ...notes(),
      }),
    ),
  }),
  ({ options: { min, max, ...rest } = {} }) => given({ type: "string", minLength: min, maxLength: max, ...rest }),
);

const integerOf = builder(
  "A schema of whole numbers.",
  () => ({ options: numberOptions() }),
  ({ options }) => numeric("integer", options),
);

const numberOf = builder(
  "A schema of numbers.",
  () => ({ options: numberOptions() }),
  ({ options }) => numeric("number", options),
);

const noteOptions = once(() => v.optional(shape(notes())));

const boolean = builder(
  "A schema of true and false.",
  () => ({ options: noteOptions() }),
  ({ options = {} }) => given({ type: "boolean", ...options }),
);

const any = builder(
  "A schema that all values fit.",
  () => ({ options: noteOptions() }),
  ({ options = {} }) => given(options),
);

const literal = builder(
  "A schema of one value.",
  () => ({ value: v.pipe(value(), v.description("The value")) }),
  (args) => ({ const: args.value }),
);

const oneOf = builder(
  "A schema of some values, and no others.",
  () => ({ values: v.pipe(v.array(value()), v.minLength(1), v.description("The values")), options: noteOptions() }),
  ({ values, options = {} }) => given({ enum: values, ...options }),
);

const array = builder(
  "A schema of lists.",
  () => ({
    items: inner("What each item is"),
    options: v.optional(
      shape({
        min: v.optional(v.pipe(integer(), v.description("Items at least"))),
        max: v.optional(v.pipe(integer(), v.description("Items at most"))),
        unique: v.optional(v.pipe(v.boolean(), v.description("No item is there twice"))),
        ...notes(),
      }),
    ),
  }),
  async ({ items, options: { min, max, unique, ...rest } = {} }) => {
    const schema = (await load()).readSchema(items);
    return given({ type: "array", items: schema, minItems: min, maxItems: max, uniqueItems: unique, ...rest });
  },
);

const tuple = builder(
  "A schema of lists whose items have a schema each.",
  () => ({ items: v.pipe(v.array(value()), v.minLength(1), v.description("A schema or short form for each item")) }),
  async ({ items }) => {
    const { readSchema } = await load();
    return { type: "array", prefixItems: items.map(readSchema), minItems: items.length, maxItems: items.length };
  },
);

const object = builder(
  "A schema of maps with known properties. All are required but those of schema.optional, and others are not allowed.",
  () => ({
    properties: map("A schema or short form for each property"),
    options: v.optional(
      shape({
        extra: v.optional(v.pipe(value(), v.description("Whether there may be others: true, or their schema"))),
        ...notes(),
      }),
    ),
  }),
  async ({ properties, options: { extra = false, ...rest } = {} }) => {
    const { objectOf, readSchema } = await load();
    return { ...objectOf(properties, [], readSchema(extra)), ...given(rest) };
  },
);

const record = builder(
  "A schema of maps with any keys.",
  () => ({ values: inner("What each value is"), options: noteOptions() }),
  async ({ values, options = {} }) =>
    given({ type: "object", additionalProperties: (await load()).readSchema(values), ...options }),
);

const optional = builder(
  "A property that may be missing, in schema.object and in the short form.",
  () => ({ schema: inner("What it is where it is there") }),
  async ({ schema }) => {
    const { OPTIONAL, readSchema } = await load();
    const read = readSchema(schema);
    return read === false ? { not: {}, [OPTIONAL]: true } : { ...(read === true ? {} : read), [OPTIONAL]: true };
  },
);

const nullable = builder(
  "A schema of what may also be null.",
  () => ({ schema: inner("What it is otherwise") }),
  async ({ schema }) => {
    const read = (await load()).readSchema(schema);
    const isPlain = isValueMap(read) && typeof read["type"] === "string" && !("enum" in read) && !("const" in read);
    return keepMark(
      schema,
      isPlain ? { ...read, type: [read["type"] ?? null, "null"] } : { anyOf: [read, { type: "null" }] },
    );
  },
);

const union = builder(
  "A schema of what fits one of several.",
  () => ({
    schemas: v.pipe(v.array(value()), v.minLength(1), v.description("Schemas or short forms")),
    options: noteOptions(),
  }),
  async ({ schemas, options = {} }) => given({ anyOf: schemas.map((await load()).readSchema), ...options }),
);

const describe = builder(
  "A schema with a description, which models read.",
  () => ({ schema: inner("What is described"), description: v.pipe(v.string(), v.description("What it is for")) }),
  async ({ schema, description }) => {
    const read = (await load()).readSchema(schema);
    return keepMark(schema, isValueMap(read) ? { ...read, description } : { allOf: [read], description });
  },
);

/** Functions that make JSON Schemas, as builders of schemas do. */
export const BUILDERS = {
  ...{ string, integer: integerOf, number: numberOf, boolean, any, literal, enum: oneOf, array, tuple, object, record },
  ...{ optional, nullable, union, describe },
};
