import type { Database, SQLQueryBindings, Statement } from "bun:sqlite";
import { toJournalError, type Doing } from "./database-error.ts";

/** What a statement takes. */
export type Binding = SQLQueryBindings;

/** An open database with its statements, each made when it is first needed. All errors are SpellErrors. */
export class Store {
  readonly #statements = new Map<string, Statement>();

  constructor(
    readonly database: Database,
    /** As the person named it. */
    readonly file: string,
    readonly isReadonly: boolean,
  ) {}

  /** A statement that is kept; its errors are SQLite's own. */
  statement(sql: string): Statement {
    let statement = this.#statements.get(sql);
    if (statement === undefined) {
      statement = this.database.prepare(sql);
      this.#statements.set(sql, statement);
    }
    return statement;
  }

  /** All rows. */
  all<T>(sql: string, ...values: readonly Binding[]): T[] {
    return this.guard("read", () => this.statement(sql).all(...values) as T[]);
  }

  /** The first row. */
  get<T>(sql: string, ...values: readonly Binding[]): T | undefined {
    return this.guard("read", () => (this.statement(sql).get(...values) as T | null) ?? undefined);
  }

  /** Changes something, and says how many rows. */
  run(sql: string, ...values: readonly Binding[]): number {
    return this.guard("write", () => this.statement(sql).run(...values).changes);
  }

  /** Everything that `work` writes, or nothing. Others that write wait from its beginning. */
  transaction<T>(work: () => T): T {
    return this.guard("write", () => {
      this.statement(this.isReadonly ? "BEGIN" : "BEGIN IMMEDIATE").run();
      try {
        const result = work();
        this.statement("COMMIT").run();
        return result;
      } catch (error) {
        // Some errors have rolled it back already.
        if (this.database.inTransaction) this.statement("ROLLBACK").run();
        throw error;
      }
    });
  }

  /** Does something with the database, with errors that a person understands. */
  guard<T>(doing: Doing, work: () => T): T {
    try {
      return work();
    } catch (error) {
      throw toJournalError(error, this.file, doing);
    }
  }

  /** Lets go of every statement: a database with open ones is not really closed. */
  finalize(): void {
    for (const statement of this.#statements.values()) statement.finalize();
    this.#statements.clear();
  }
}
