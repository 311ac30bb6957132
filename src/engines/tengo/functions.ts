import { SpellError } from "../../contract/errors.ts";
import { FunctionHandle } from "../../contract/value.ts";
import type { Callable } from "./convert.ts";

/** Functions of the script that the host holds. */
export class Functions {
  readonly #callables = new Map<number, Callable>();
  readonly #ids = new Map<Callable, number>();
  #count = 0;

  constructor(private readonly limit: number) {}

  get size(): number {
    return this.#callables.size;
  }

  /** The handle of a function; the same function has the same one. */
  give(callable: Callable): FunctionHandle {
    const known = this.#ids.get(callable);
    if (known !== undefined) return new FunctionHandle(known);
    if (this.size >= this.limit) {
      throw new SpellError("limit.handles", `More than ${this.limit} functions were given to the host`);
    }
    const id = ++this.#count;
    this.#callables.set(id, callable);
    this.#ids.set(callable, id);
    return new FunctionHandle(id);
  }

  find(id: number): Callable | undefined {
    return this.#callables.get(id);
  }

  release(id: number): void {
    const callable = this.#callables.get(id);
    if (callable === undefined) return;
    this.#callables.delete(id);
    this.#ids.delete(callable);
  }

  all(): Iterable<Callable> {
    return this.#callables.values();
  }
}
