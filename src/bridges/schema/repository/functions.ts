import { bridgeFunction, type CallContext } from "../../../contract/bridge.ts";
import { callback, integer, value, z } from "../../../contract/schema.ts";
import { FunctionHandle, isValueMap, type ValueMap } from "../../../contract/value.ts";
import { schemaParameter } from "../check-functions.ts";
import type { Migration } from "./store.ts";

/** What may be the name of a folder on every system. */
const name = () =>
  z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/, "must be letters, digits, dots and dashes, at most 64");
const nameParameter = () => ({ name: name().describe("Its name in the repository") });
const version = (what: string) => integer(1, 999_999_999).describe(what);
const map = (description: string) => z.custom<ValueMap>(isValueMap).meta({ description });

const repository = async (call: CallContext) => new (await import("./repository.ts")).Repository(call);

/** What is on disk is there when a run is resumed, and others may have changed it since. */
const isInMemory = (grant: unknown): boolean => (grant as { readonly store?: string } | undefined)?.store === undefined;

const save = bridgeFunction({
  doc: "Keeps a schema under a name, as its next version; one that is there already stays the version that it is. It becomes the current one unless told. Schemas are kept as long as the run, or in the folder or the SQLite file that the profile names.",
  parameters: () => ({
    ...nameParameter(),
    schema: schemaParameter(),
    options: z
      .strictObject({
        note: z.string().max(1000).describe("What is new in it").optional(),
        current: z.boolean().describe("Whether it becomes the current version; true unless told").optional(),
      })
      .optional(),
  }),
  returns: () =>
    z.strictObject({ version: integer(1), isNew: z.boolean().describe("False where it was there already") }),
  repeat: "safe",
  memory: isInMemory,
  run: async ({ name, schema, options = {} }, call) =>
    (await repository(call)).save(name, schema, options.note, options.current ?? true),
});

const get = bridgeFunction({
  doc: "The schema that is kept under a name.",
  parameters: () => ({ ...nameParameter(), version: version("Which version; the current one unless told").optional() }),
  returns: () => value(),
  repeat: "safe",
  run: async ({ name, version }, call) => (await repository(call)).get(name, version),
});

const list = bridgeFunction({
  doc: "The names under which schemas are kept, in order.",
  parameters: () => ({}),
  returns: () =>
    z.array(z.strictObject({ name: z.string(), current: integer(1), versions: integer(1).describe("How many") })),
  repeat: "safe",
  run: async (_args, call) => (await repository(call)).list(),
});

const versions = bridgeFunction({
  doc: "The versions of a schema, the oldest first.",
  parameters: nameParameter,
  returns: () => z.array(z.strictObject({ version: integer(1), current: z.boolean(), note: z.string().optional() })),
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
  returns: () => z.null(),
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
    rule: z
      .union([
        callback(),
        z.strictObject({
          rename: z.record(z.string(), z.string()).describe("New names by old ones").optional(),
          remove: z.array(z.string()).describe("Keys that are left out").optional(),
          defaults: map("Values of keys that are missing").optional(),
        }),
      ])
      .describe("A function, or {rename, remove, defaults}"),
  }),
  returns: () => z.null(),
  repeat: "safe",
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
    value: value().describe("The value"),
    options: z.strictObject({
      from: version("The version that it has"),
      to: version("The version that it shall have; the current one unless told").optional(),
    }),
  }),
  returns: () =>
    z.strictObject({
      value: value(),
      version: integer(1),
      steps: z.array(integer(1)).describe("The versions on the way"),
    }),
  repeat: "safe",
  run: async ({ name, value, options }, call) =>
    (await repository(call)).migrate(name, value, options.from, options.to),
});

const exportAll = bridgeFunction({
  doc: "All versions of a schema, or of all schemas, with the rules between them, as data that can be written to a file.",
  parameters: () => ({ name: name().describe("Which one; all unless told").optional() }),
  returns: () => value(),
  repeat: "safe",
  run: async ({ name }, call) => (await repository(call)).export(name),
});

/** The functions of the repository. */
export const REPOSITORY_FUNCTIONS = { save, get, list, versions, setCurrent, addMigration, migrate, exportAll };
