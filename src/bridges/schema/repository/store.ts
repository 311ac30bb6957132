import { SpellError } from "../../../contract/errors.ts";
import type { RunInfo } from "../../../contract/run.ts";
import type { FunctionHandle, Value, ValueMap } from "../../../contract/value.ts";
import { encodeValue } from "../../../contract/wire.ts";

/** One version of a schema. Versions count from 1. */
export interface Version {
  readonly version: number;
  readonly schema: Value;
  readonly note?: string;
}

/** How values of one version become values of another: keys of the value itself that are renamed, removed or filled in. */
export interface MigrationRule {
  readonly rename?: Readonly<Record<string, string>> | undefined;
  readonly remove?: readonly string[] | undefined;
  readonly defaults?: ValueMap | undefined;
}

/** One step between two versions. Functions of a script are kept as long as its run. */
export interface Migration {
  readonly from: number;
  readonly to: number;
  readonly rule: MigrationRule | FunctionHandle;
}

/** All that is kept under one name. */
export interface Entry {
  readonly current: number;
  readonly versions: readonly Version[];
  readonly migrations: readonly Migration[];
}

/** Where schemas are kept. */
export interface SchemaStore {
  names(): Promise<readonly string[]>;
  /** Undefined where there is none of that name. */
  read(name: string): Promise<Entry | undefined>;
  /** Keeps a schema as the next version; the number. */
  add(name: string, schema: Value, note: string | undefined): Promise<number>;
  setCurrent(name: string, version: number): Promise<void>;
  addMigration(name: string, migration: Migration): Promise<void>;
}

/** Bytes that one run may keep. */
const MAX_BYTES = 4 * 1024 * 1024;

/** The store of one run, gone with it. */
export class MemoryStore implements SchemaStore {
  static readonly #stores = new WeakMap<RunInfo, MemoryStore>();
  readonly #entries = new Map<string, { current: number; versions: Version[]; migrations: Migration[] }>();
  #bytes = 0;

  static of(run: RunInfo): MemoryStore {
    const found = MemoryStore.#stores.get(run) ?? new MemoryStore();
    MemoryStore.#stores.set(run, found);
    return found;
  }

  names(): Promise<readonly string[]> {
    return Promise.resolve([...this.#entries.keys()].sort());
  }

  read(name: string): Promise<Entry | undefined> {
    return Promise.resolve(this.#entries.get(name));
  }

  add(name: string, schema: Value, note: string | undefined): Promise<number> {
    this.#count(name, schema);
    const entry = this.#entries.get(name) ?? { current: 1, versions: [], migrations: [] };
    this.#entries.set(name, entry);
    const version = entry.versions.length + 1;
    entry.versions.push({ version, schema, ...(note !== undefined && { note }) });
    return Promise.resolve(version);
  }

  setCurrent(name: string, version: number): Promise<void> {
    const entry = this.#entries.get(name);
    if (entry !== undefined) entry.current = version;
    return Promise.resolve();
  }

  addMigration(name: string, migration: Migration): Promise<void> {
    const entry = this.#entries.get(name);
    if (entry === undefined) return Promise.resolve();
    const rest = entry.migrations.filter(({ from, to }) => from !== migration.from || to !== migration.to);
    if (rest.length === entry.migrations.length) this.#count(name, {});
    entry.migrations = [...rest, migration];
    return Promise.resolve();
  }

  #count(name: string, schema: Value): void {
    const bytes = this.#bytes + 200 + 2 * (name.length + JSON.stringify(encodeValue(schema)).length);
    if (bytes > MAX_BYTES)
      throw new SpellError("limit.state", `schema.save: more than ${MAX_BYTES} bytes of schemas would be kept`);
    this.#bytes = bytes;
  }
}
