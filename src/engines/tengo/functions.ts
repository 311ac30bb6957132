import { SpellError } from "../../contract/errors.ts";
import { FunctionHandle } from "../../contract/value.ts";
import type { Callable } from "./convert.ts";

interface Held {
  readonly callable: Callable;
  /** How often it was given, and not given back. */
  uses: number;
}

/** Functions of the script that the host holds. */
export class Functions {
  readonly #held = new Map<number, Held>();
  /** Of every function that was ever given: the same one always has the same id. */
  readonly #ids = new WeakMap<Callable, number>();
  #given: number[] = [];
  #count = 0;

  constructor(private readonly limit: number) {}

  get size(): number {
    return this.#held.size;
  }

  /** The handle of a function. */
  give(callable: Callable): FunctionHandle {
    const id = this.#ids.get(callable) ?? this.#count + 1;
    const held = this.#held.get(id);
    if (held === undefined) this.#hold(id, callable);
    else held.uses++;
    this.#given.push(id);
    return new FunctionHandle(id);
  }

  #hold(id: number, callable: Callable): void {
    if (this.size >= this.limit) {
      throw new SpellError("limit.handles", `More than ${this.limit} functions were given to the host`);
    }
    this.#count = Math.max(this.#count, id);
    this.#held.set(id, { callable, uses: 1 });
    this.#ids.set(callable, id);
  }

  /** What was given since this was asked last. */
  takeGiven(): readonly number[] {
    const given = this.#given;
    if (given.length > 0) this.#given = [];
    return given;
  }

  /** Forgets what was given, once for each time. */
  giveBack(ids: readonly number[]): void {
    for (const id of ids) {
      const held = this.#held.get(id);
      if (held !== undefined && --held.uses === 0) this.release(id);
    }
  }

  find(id: number): Callable | undefined {
    return this.#held.get(id)?.callable;
  }

  /** Forgets a function, however often it was given. */
  release(id: number): void {
    this.#held.delete(id);
  }

  *all(): Iterable<Callable> {
    for (const { callable } of this.#held.values()) yield callable;
  }
}
