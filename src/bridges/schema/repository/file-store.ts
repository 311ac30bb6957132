import type { CallContext } from "../../../contract/bridge.ts";
import { SpellError } from "../../../contract/errors.ts";
import type { SchemaFile } from "../../../contract/schema-files.ts";
import { FunctionHandle, isValueMap, type Value } from "../../../contract/value.ts";
import { decodeValue, encodeValue } from "../../../contract/wire.ts";
import { keepFunction, keptFunctions } from "./kept-functions.ts";
import type { Entry, Migration, MigrationRule, SchemaStore } from "./store.ts";

/** Schemas in a SQLite file of the machine, which any number of processes share. */
export class FileStore implements SchemaStore {
  readonly #file: Promise<SchemaFile>;

  constructor(
    private readonly path: string,
    private readonly call: CallContext,
  ) {
    this.#file = call.effects.schemaFiles.open(path);
    // Whoever asks first is told.
    this.#file.catch(() => {});
  }

  async names(): Promise<readonly string[]> {
    return (await this.#file).names();
  }

  async read(name: string): Promise<Entry | undefined> {
    const kept = (await this.#file).read(name);
    if (kept === undefined) return undefined;
    const rules = kept.rules.map(({ from, to, rule }) => ({ from, to, rule: this.#rule(name, rule) }));
    return {
      current: kept.current,
      versions: kept.versions.map(({ version, schema, note }) => ({
        version,
        schema: this.#value(name, schema),
        ...(note !== null && { note }),
      })),
      migrations: [...(await keptFunctions(this.call, this.path, name)), ...rules],
    };
  }

  async add(name: string, schema: Value, note: string | undefined): Promise<number> {
    return (await this.#file).add(name, textOf(schema), note);
  }

  async setCurrent(name: string, version: number): Promise<void> {
    (await this.#file).setCurrent(name, version);
  }

  async addMigration(name: string, migration: Migration): Promise<void> {
    const { from, to, rule } = migration;
    if (rule instanceof FunctionHandle) return keepFunction(this.call, this.path, name, migration);
    (await this.#file).setRule(name, { from, to, rule: textOf(rule as Value) });
  }

  #rule(name: string, text: string): MigrationRule {
    const rule = this.#value(name, text);
    if (!isValueMap(rule)) throw this.#notAsWritten(name);
    return rule as MigrationRule;
  }

  #value(name: string, text: string): Value {
    try {
      return decodeValue(JSON.parse(text));
    } catch (error) {
      throw this.#notAsWritten(name, error);
    }
  }

  #notAsWritten(name: string, cause?: unknown): SpellError {
    return new SpellError("schema.store", `"${this.path}" is not as it was written: what it has of "${name}"`, {
      cause,
    });
  }
}

function textOf(value: Value): string {
  return JSON.stringify(encodeValue(value));
}
