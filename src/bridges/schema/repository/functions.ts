import { bridgeFunction, type CallContext } from "../../../contract/bridge.ts";
import { callback, integer, map, shape, record, v, value } from "../../../contract/schema.ts";
import { FunctionHandle } from "../../../contract/value.ts";
import { schemaParameter } from "../check-functions.ts";
import type { Migration } from "./store.ts";

/** What may be the name of a folder on every system. */
const name = () =>
  v.pipe(
    v.string(),
    v.regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/, "must be letters, digits, dots and dashes, at most 64"),
  );
const nameParameter = () => ({ name: v.pipe(name(), v.description("Its name in the repository")) });
const version = (what: string) => v.pipe(integer(1, 999_999_999), v.description(what));

const repository = async (call: CallContext) => new (await import("./repository.ts")).Repository(call);

/** What is on disk is there when a run is resumed, and others may have changed it since. */
const isInMemory = (grant: unknown): boolean => (grant as { readonly store?: string } | undefined)?.store === undefined;

const save = bridgeFunction({
  doc: "Keeps a schema under a name, as its next version; one that is there already stays the version that it is. It becomes the current one unless told. Schemas are kept as long as the run, or in the folder or the SQLite file that the profile names.",
  parameters: () => ({
    ...nameParameter(),
    schema: schemaParameter(),
    options: v.optional(
      shape({
        note: v.optional(v.pipe(v.string(), v.maxLength(1000), v.description("What is new in it"))),
        current: v.optional(
          v.pipe(v.boolean(), v.description("Whether it becomes the current version; true unless told")),
        ),
      }),
    ),
  }),
  returns: () =>
    shape({ version: integer(1), isNew: v.pipe(v.boolean(), v.description("False where it was there already")) }),
  repeat: "safe",
  memory: isInMemory,
  run: async ({ name, schema, options = {} }, call) =>
    (await repository(call)).save(name, schema, options.note, options.current ?? true),
});

const get = bridgeFunction({
  doc: "The schema that is kept under a name.",
  parameters: () => ({
    ...nameParameter(),
    version: v.optional(version("Which version; the current one unless told")),
  }),
  returns: () => value(),
  repeat: "safe",
  run: async ({ name, version }, call) => (await repository(call)).get(name, version),
});

const list = bridgeFunction({
  doc: "The names under which schemas are kept, in order.",
  parameters: () => ({}),
  returns: () =>
    v.array(shape({ name: v.string(), current: integer(1), versions: v.pipe(integer(1), v.description("How many")) })),
  repeat: "safe",
  run: async (_args, call) => (await repository(call)).list(),
});

const versions = bridgeFunction({
  doc: "The versions of a schema, the oldest first.",
  parameters: nameParameter,
  returns: () => v.array(shape({ version: integer(1), current: v.boolean(), note: v.optional(v.string()) })),
  repeat: "safe",
  async run({ name }, call) {
    const { current, versions } = await (await repository(call)).entry(name);
    return versions.map(({ version, note }) => ({
      version,
      current: version === current,
      ...(note !== undefined && { note }),
    }));
  },
});

const setCurrent = bridgeFunction({
  doc: "Makes a version the current one: back to an older one, too.",
  parameters: () => ({ ...nameParameter(), version: version("Which version") }),
  returns: () => v.null(),
  repeat: "safe",
  memory: isInMemory,
  async run({ name, version }, call) {
    await (await repository(call)).setCurrent(name, version);
    return null;
  },
});

const addMigration = bridgeFunction({
  doc: "Says how a value of one version becomes one of another: by a function of the script, which gets the value and gives the new one, or by a rule for the keys of the value. Functions are kept as long as the run.",
  parameters: () => ({
    ...nameParameter(),
    from: version("The version that it comes from"),
    to: version("The version that it leads to; an older one, too"),
    rule: v.pipe(
      v.union([
        callback(),
        shape({
          rename: v.optional(v.pipe(record(v.string()), v.description("New names by old ones"))),
          remove: v.optional(v.pipe(v.array(v.string()), v.description("Keys that are left out"))),
          defaults: v.optional(map("Values of keys that are missing")),
        }),
      ]),
      v.description("A function, or {rename, remove, defaults}"),
    ),
  }),
  returns: () => v.null(),
  repeat: "safe",
  keeps: true,
  // Functions are kept in memory, whatever the store.
  memory: (grant, args) => isInMemory(grant) || args.some((argument) => argument instanceof FunctionHandle),
  async run({ name, from, to, rule }, call) {
    await (await repository(call)).addMigration(name, { from, to, rule: rule as Migration["rule"] });
    return null;
  },
});

const migrate = bridgeFunction({
  doc: "Takes a value from one version of its schema to another by the steps that were registered, and checks it by the schema that it then has.",
  parameters: () => ({
    ...nameParameter(),
    value: v.pipe(value(), v.description("The value")),
    options: shape({
      from: version("The version that it has"),
      to: v.optional(version("The version that it shall have; the current one unless told")),
    }),
  }),
  returns: () =>
    shape({
      value: value(),
      version: integer(1),
      steps: v.pipe(v.array(integer(1)), v.description("The versions on the way")),
    }),
  repeat: "safe",
  run: async ({ name, value, options }, call) =>
    (await repository(call)).migrate(name, value, options.from, options.to),
});

const exportAll = bridgeFunction({
  doc: "All versions of a schema, or of all schemas, with the rules between them, as data that can be written to a file.",
  parameters: () => ({ name: v.optional(v.pipe(name(), v.description("Which one; all unless told"))) }),
  returns: () => value(),
  repeat: "safe",
  run: async ({ name }, call) => (await repository(call)).export(name),
});

/** The functions of the repository. */
export const REPOSITORY_FUNCTIONS = { save, get, list, versions, setCurrent, addMigration, migrate, exportAll };
