import type { CallContext } from "../../../contract/bridge.ts";
import { SpellError } from "../../../contract/errors.ts";
import type { FileAccess, GrantedFiles } from "../../../contract/files.ts";
import { FunctionHandle, isValueMap, type Value, type ValueMap } from "../../../contract/value.ts";
import { decodeValue, encodeValue } from "../../../contract/wire.ts";
import { keepFunction, keptFunctions } from "./kept-functions.ts";
import type { Entry, Migration, MigrationRule, SchemaStore, Version } from "./store.ts";

const accesses = new Map<string, FileAccess>();

/** Always the same object for the same folder: the files of one access are opened once. */
function accessTo(folder: string): FileAccess {
  const known = accesses.get(folder);
  const limits = { scratch: false, maxFileBytes: 1024 * 1024, maxWrittenBytes: 64 * 1024 * 1024, maxFiles: 10_000 };
  const access = known ?? { read: [folder], write: [folder], ...limits };
  accesses.set(folder, access);
  return access;
}

/** How often another process may be faster with the same number. */
const MAX_RACES = 100;

/**
 * Schemas in a folder of the machine: `NAME/1.json`, `NAME/2.json`, …, of which each is written once and never changed,
 * `NAME/current.json` and `NAME/1-2.json` for the steps between versions. Two processes never get the same number.
 */
export class FolderStore implements SchemaStore {
  readonly #files: GrantedFiles;

  constructor(
    private readonly folder: string,
    private readonly call: CallContext,
  ) {
    this.#files = call.effects.files.under(accessTo(folder));
  }

  async names(): Promise<readonly string[]> {
    const entries = await this.#files.list(this.folder, this.call.signal);
    return entries.filter(({ kind, name }) => kind === "folder" && !name.startsWith(".")).map(({ name }) => name);
  }

  async read(name: string): Promise<Entry | undefined> {
    const files = await this.#list(name);
    const numbers = files.flatMap((file) => /^([1-9]\d{0,8})\.json$/.exec(file)?.[1] ?? []).map(Number);
    if (numbers.length === 0) return undefined;
    const versions = await Promise.all(numbers.sort((a, b) => a - b).map((version) => this.#version(name, version)));
    const steps = files.flatMap((file) => {
      const [, from, to] = /^([1-9]\d{0,8})-([1-9]\d{0,8})\.json$/.exec(file) ?? [];
      return from === undefined || to === undefined ? [] : [{ from: Number(from), to: Number(to) }];
    });
    const kept = await Promise.all(
      steps.map(async ({ from, to }): Promise<Migration> => ({
        from,
        to,
        rule: (await this.#json(name, `${from}-${to}`)) as MigrationRule,
      })),
    );
    const current = files.includes("current.json") ? (await this.#json(name, "current"))["version"] : undefined;
    const own = await keptFunctions(this.call, this.folder, name);
    return {
      current: typeof current === "number" ? current : Math.max(...numbers),
      versions,
      migrations: [...own, ...kept],
    };
  }

  async add(name: string, schema: Value, note: string | undefined): Promise<number> {
    const latest = (await this.read(name))?.versions.at(-1)?.version ?? 0;
    for (let version = latest + 1; version <= latest + MAX_RACES; version++) {
      try {
        await this.#write(name, String(version), { schema, ...(note !== undefined && { note }) }, "create");
        return version;
      } catch (error) {
        if (!(error instanceof SpellError) || error.code !== "files.exists") throw error;
      }
    }
    throw new SpellError("schema.store", `Others save "${name}" all the time`);
  }

  setCurrent(name: string, version: number): Promise<void> {
    return this.#write(name, "current", { version }, "replace");
  }

  async addMigration(name: string, migration: Migration): Promise<void> {
    const { from, to, rule } = migration;
    if (!(rule instanceof FunctionHandle)) return this.#write(name, `${from}-${to}`, rule as ValueMap, "replace");
    return keepFunction(this.call, this.folder, name, migration);
  }

  async #list(name: string): Promise<readonly string[]> {
    try {
      return (await this.#files.list(`${this.folder}/${name}`, this.call.signal)).map((entry) => entry.name);
    } catch (error) {
      if (error instanceof SpellError && error.code === "files.not-found") return [];
      throw error;
    }
  }

  async #version(name: string, version: number): Promise<Version> {
    const { schema = null, note } = await this.#json(name, String(version));
    return { version, schema, ...(typeof note === "string" && { note }) };
  }

  async #json(name: string, file: string): Promise<ValueMap> {
    const path = `${this.folder}/${name}/${file}.json`;
    const bytes = await this.#files.read(path, {}, this.call.signal);
    try {
      const value = decodeValue(JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes)));
      if (isValueMap(value)) return value;
    } catch (error) {
      throw new SpellError("schema.store", `"${path}" is not as it was written`, { cause: error });
    }
    throw new SpellError("schema.store", `"${path}" is not as it was written: it is no object`);
  }

  #write(name: string, file: string, value: ValueMap, mode: "create" | "replace"): Promise<void> {
    const text = `${JSON.stringify(encodeValue(value), null, 2)}\n`;
    const options = { mode, makeFolders: true, sync: true };
    return this.#files.write(
      `${this.folder}/${name}/${file}.json`,
      new TextEncoder().encode(text),
      options,
      this.call.signal,
    );
  }
}
