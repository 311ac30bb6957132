import { SpellProcess } from "./spell-process.ts";

/** Children that are started before they are needed, by engine. Each is used once. */
export class ProcessPool {
  readonly #waiting = new Map<string, SpellProcess[]>();

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
    return child;
  }

  /** Ends the children that nobody took. */
  close(): void {
    for (const waiting of this.#waiting.values()) for (const child of waiting.splice(0)) child.kill();
  }

  #list(engine: string): SpellProcess[] {
    const list = this.#waiting.get(engine) ?? [];
    this.#waiting.set(engine, list);
    return list;
  }
}
