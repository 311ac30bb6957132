import type { CallContext } from "../../../contract/bridge.ts";
import { SpellError } from "../../../contract/errors.ts";
import { nearest } from "../../../contract/nearest.ts";
import { FunctionHandle, isValueMap, type Value, type ValueMap } from "../../../contract/value.ts";
import { compileSchema, describeErrors, errorValues } from "../index.ts";
import { identityOf } from "../validate/values.ts";
import { FileStore } from "./file-store.ts";
import { FolderStore } from "./folder-store.ts";
import { isFilePath } from "./is-file-path.ts";
import { type Entry, MemoryStore, type Migration, type MigrationRule, type SchemaStore } from "./store.ts";

/** The versioned schemas of one call: in memory, or in the folder or file that the profile names. */
export class Repository {
  readonly #store: SchemaStore;

  constructor(private readonly call: CallContext) {
    const { store } = call.grant as { readonly store?: string };
    this.#store = storeFor(store, call);
  }

  async list(): Promise<ValueMap[]> {
    const names = await this.#store.names();
    const rows = await Promise.all(names.map(async (name) => ({ name, entry: await this.#store.read(name) })));
    return rows.flatMap(({ name, entry }) =>
      entry === undefined ? [] : [{ name, current: entry.current, versions: entry.versions.length }],
    );
  }

  /** The same schema is the same version. */
  async save(name: string, given: Value, note: string | undefined, isCurrent: boolean): Promise<ValueMap> {
    const { schema } = compileSchema(given);
    const identity = identityOf(schema, () => {});
    const entry = await this.#store.read(name);
    const known = entry?.versions.find((each) => identityOf(each.schema, () => {}) === identity);
    const version = known?.version ?? (await this.#store.add(name, schema, note));
    if ((isCurrent || entry === undefined) && entry?.current !== version) await this.#store.setCurrent(name, version);
    return { version, isNew: known === undefined };
  }

  async get(name: string, version: number | undefined): Promise<Value> {
    const entry = await this.entry(name);
    return this.#version(name, entry, version ?? entry.current).schema;
  }

  async setCurrent(name: string, version: number): Promise<void> {
    this.#version(name, await this.entry(name), version);
    await this.#store.setCurrent(name, version);
  }

  async addMigration(name: string, { from, to, rule }: Migration): Promise<void> {
    const entry = await this.entry(name);
    this.#version(name, entry, from);
    this.#version(name, entry, to);
    if (from === to) throw new SpellError("call.arguments", `schema.addMigration: from and to are both ${from}`);
    await this.#store.addMigration(name, { from, to, rule });
  }

  /** Takes a value from one version to another, the shortest way, and checks what comes of it. */
  async migrate(name: string, value: Value, from: number, to: number | undefined): Promise<ValueMap> {
    const entry = await this.entry(name);
    const goal = this.#version(name, entry, to ?? entry.current);
    this.#version(name, entry, from);
    const way = findWay(entry.migrations, from, goal.version);
    if (way === undefined) {
      throw new SpellError(
        "schema.migration",
        `There is no way from version ${from} of "${name}" to version ${goal.version}`,
      );
    }
    let migrated = value;
    for (const { rule } of way) {
      migrated =
        rule instanceof FunctionHandle ? await this.call.callback(rule, [migrated]) : applyRule(rule, migrated);
    }
    const errors = compileSchema(goal.schema).errorsOf(migrated);
    if (errors.length > 0) {
      const message = `The value does not fit version ${goal.version} of "${name}": ${describeErrors(errors)}`;
      throw new SpellError("schema.migration", message, {
        details: { errors: errorValues(errors), version: goal.version },
      });
    }
    return { value: migrated, version: goal.version, steps: [from, ...way.map((step) => step.to)] };
  }

  /** All that can be written down: functions of the script are left out. */
  async export(name: string | undefined): Promise<ValueMap> {
    const names = name === undefined ? await this.#store.names() : [name];
    const exported: Record<string, Value> = Object.create(null);
    for (const each of names) {
      const { current, versions, migrations } = await this.entry(each);
      exported[each] = {
        current,
        versions: versions.map(({ version, schema, note }) => ({
          version,
          schema,
          ...(note !== undefined && { note }),
        })),
        migrations: migrations.flatMap(({ from, to, rule }) =>
          rule instanceof FunctionHandle ? [] : [{ from, to, ...ruleValue(rule) }],
        ),
      };
    }
    return exported;
  }

  async entry(name: string): Promise<Entry> {
    const entry = await this.#store.read(name);
    if (entry !== undefined) return entry;
    const near = nearest(name, await this.#store.names());
    throw new SpellError(
      "schema.not-found",
      `There is no schema "${name}"${near === undefined ? "" : `; did you mean "${near}"?`}`,
    );
  }

  #version(name: string, entry: Entry, version: number): Entry["versions"][number] {
    const found = entry.versions.find((each) => each.version === version);
    if (found !== undefined) return found;
    const known = entry.versions.map((each) => each.version).join(", ");
    throw new SpellError("schema.not-found", `There is no version ${version} of "${name}", but ${known}`);
  }
}

function storeFor(store: string | undefined, call: CallContext): SchemaStore {
  if (store === undefined) return MemoryStore.of(call.run);
  return isFilePath(store) ? new FileStore(store, call) : new FolderStore(store, call);
}

function ruleValue({ rename, remove, defaults }: MigrationRule): ValueMap {
  return { ...(rename && { rename }), ...(remove && { remove }), ...(defaults && { defaults }) };
}

/** The fewest steps between two versions. */
function findWay(migrations: readonly Migration[], from: number, to: number): readonly Migration[] | undefined {
  const ways = new Map<number, readonly Migration[]>([[from, []]]);
  for (const [at, way] of ways) {
    if (at === to) return way;
    for (const step of migrations) if (step.from === at && !ways.has(step.to)) ways.set(step.to, [...way, step]);
  }
  return undefined;
}

function applyRule({ rename = {}, remove = [], defaults = {} }: MigrationRule, value: Value): Value {
  if (!isValueMap(value)) return value;
  const made: Record<string, Value> = Object.create(null);
  for (const [key, item] of Object.entries(value)) {
    if (!remove.includes(key)) made[Object.hasOwn(rename, key) ? (rename[key] ?? key) : key] = item;
  }
  for (const [key, item] of Object.entries(defaults)) made[key] ??= item;
  return made;
}
