import { SpellProcess } from "./spell-process.ts";

/** Children that are started before they are needed, by engine. Each is used once. */
export class ProcessPool {
  readonly #waiting = new Map<string, SpellProcess[]>();
  /** Those that were taken and are still there. */
  readonly #taken = new Set<Promise<void>>();

  /** `spare` children of an engine are kept waiting once one of it was taken. */
  constructor(
    private readonly command: readonly string[],
    private readonly spare: number,
  ) {}

  /** Starts a child that {@link take} will find. */
  prepare(engine: string): void {
    this.#list(engine).push(new SpellProcess(this.command, engine));
  }

  take(engine: string): SpellProcess {
    const waiting = this.#list(engine);
    const child = waiting.shift() ?? new SpellProcess(this.command, engine);
    while (waiting.length < this.spare) this.prepare(engine);
    this.#taken.add(child.gone);
    void child.gone.then(() => this.#taken.delete(child.gone));
    return child;
  }

  /** Ends the children that nobody took. */
  close(): void {
    for (const waiting of this.#waiting.values()) for (const child of waiting.splice(0)) child.kill();
  }

  /** Resolves when none of the children that were taken is there any more. */
  async gone(): Promise<void> {
    await Promise.all(this.#taken);
  }

  #list(engine: string): SpellProcess[] {
    const list = this.#waiting.get(engine) ?? [];
    this.#waiting.set(engine, list);
    return list;
  }
}
