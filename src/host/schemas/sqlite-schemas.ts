import type { Database } from "bun:sqlite";
import { SpellError } from "../../contract/errors.ts";
import type { KeptEntry, KeptRule, KeptVersion, SchemaFile } from "../../contract/schema-files.ts";
import { toStoreError } from "./store-error.ts";

/** The longest text of one schema, rule or note, in bytes. */
const MAX_TEXT = 1024 * 1024;

/** An opened file of schemas. Each function is one transaction. */
export class SqliteSchemas implements SchemaFile {
  constructor(
    private readonly database: Database,
    private readonly file: string,
  ) {}

  names(): readonly string[] {
    return this.#do("BEGIN", () => {
      const rows = this.database.query<{ name: string }, []>("SELECT name FROM schemas ORDER BY name").all();
      return rows.map(({ name }) => name);
    });
  }

  read(name: string): KeptEntry | undefined {
    return this.#do("BEGIN", () => {
      const found = this.database
        .query<{ current: number }, [string]>("SELECT current FROM schemas WHERE name = ?")
        .get(name);
      if (found === null) return undefined;
      const versions = this.database
        .query<KeptVersion, [string]>("SELECT version, schema, note FROM versions WHERE name = ? ORDER BY version")
        .all(name);
      const rules = this.database
        .query<KeptRule, [string]>(`SELECT source AS "from", target AS "to", rule FROM rules WHERE name = ?`)
        .all(name);
      if (!versions.some(({ version }) => version === found.current)) {
        const message = `"${this.file}" is not as it was written: "${name}" has no version ${found.current}`;
        throw new SpellError("schema.store", message);
      }
      return { current: found.current, versions, rules };
    });
  }

  add(name: string, schema: string, note: string | undefined): number {
    this.#requireShort(schema);
    return this.#do("BEGIN IMMEDIATE", () => {
      // Counted beside the versions: one that is taken out by hand leaves a gap, and no second of its number.
      const { latest } = this.database
        .query<{ latest: number }, [string]>(
          "INSERT INTO schemas VALUES (?, 1, 1) ON CONFLICT DO UPDATE SET latest = latest + 1 RETURNING latest",
        )
        .get(name) as { latest: number };
      this.database.run("INSERT INTO versions VALUES (?, ?, ?, ?)", [name, latest, schema, note ?? null]);
      return latest;
    });
  }

  setCurrent(name: string, version: number): void {
    this.#do("BEGIN IMMEDIATE", () => {
      this.database.run("UPDATE schemas SET current = ? WHERE name = ?", [version, name]);
    });
  }

  setRule(name: string, { from, to, rule }: KeptRule): void {
    this.#requireShort(rule);
    this.#do("BEGIN IMMEDIATE", () => {
      this.database.run("INSERT OR REPLACE INTO rules VALUES (?, ?, ?, ?)", [name, from, to, rule]);
    });
  }

  close(): void {
    this.database.close();
  }

  #requireShort(text: string): void {
    const bytes = Buffer.byteLength(text);
    if (bytes <= MAX_TEXT) return;
    throw new SpellError("limit.state", `schema: ${bytes} bytes are more than the ${MAX_TEXT} that are kept of one`);
  }

  #do<T>(begin: "BEGIN" | "BEGIN IMMEDIATE", work: () => T): T {
    try {
      this.database.run(begin);
      try {
        const result = work();
        this.database.run("COMMIT");
        return result;
      } catch (error) {
        // SQLite ends some transactions itself.
        if (this.database.inTransaction) this.database.run("ROLLBACK");
        throw error;
      }
    } catch (error) {
      throw toStoreError(error, this.file);
    }
  }
}
