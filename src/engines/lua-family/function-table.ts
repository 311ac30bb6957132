import { SpellError } from "../../contract/errors.ts";
import { FunctionHandle } from "../../contract/value.ts";
import type { LuaFunctions } from "./values.ts";
import { LUA_TYPE, type LuaVm } from "./vm.ts";

interface Held {
  readonly reference: number;
  readonly identity: unknown;
  /** How often it was given, and not given back. */
  uses: number;
}

/** Functions of the script that the host holds. */
export class FunctionTable<S> implements LuaFunctions<S> {
  readonly #held = new Map<number, Held>();
  /** Of those that are held. */
  readonly #ids = new Map<unknown, number>();
  #given: number[] = [];
  #count = 0;
  /** A table of Lua's from every function that was ever given to its id; it keeps none of them alive. */
  #known: number | undefined;

  /** How many there may be. */
  limit = 0;

  constructor(private readonly vm: LuaVm<S>) {}

  get size(): number {
    return this.#held.size;
  }

  give(state: S, index: number): FunctionHandle {
    const identity = this.vm.toPointer(state, index);
    const id = this.#ids.get(identity) ?? this.#hold(state, index, identity);
    const held = this.#held.get(id);
    if (held !== undefined) held.uses++;
    this.#given.push(id);
    return new FunctionHandle(id);
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

  push(state: S, id: number): void {
    const held = this.#held.get(id);
    if (held === undefined) this.vm.pushNil(state);
    else this.vm.pushReference(state, held.reference);
  }

  /** Forgets a function, however often it was given. */
  release(id: number): void {
    const held = this.#held.get(id);
    if (held === undefined) return;
    this.#held.delete(id);
    this.#ids.delete(held.identity);
    this.vm.freeReference(this.vm.main, held.reference);
  }

  #hold(state: S, index: number, identity: unknown): number {
    if (this.size >= this.limit) {
      throw new SpellError("limit.handles", `More than ${this.limit} functions were given to the host`);
    }
    this.vm.pushValue(state, index);
    const reference = this.vm.reference(state);
    const id = this.#idOf(reference);
    this.#held.set(id, { reference, identity, uses: 0 });
    this.#ids.set(identity, id);
    return id;
  }

  /** The same function has the same id, also when it was forgotten in between: where functions lie in memory may not matter. */
  #idOf(reference: number): number {
    const { vm } = this;
    const { main } = vm;
    if (!vm.checkStack(main, 4)) throw new SpellError("limit.stack", "Lua's stack is full");
    const top = vm.getTop(main);
    this.#known ??= this.#weakTable();
    vm.pushReference(main, this.#known);
    vm.pushReference(main, reference);
    vm.rawGet(main, top + 1);
    let id = 0;
    if (vm.type(main, top + 2) === LUA_TYPE.number) id = Number(vm.toInteger(main, top + 2));
    else {
      id = ++this.#count;
      vm.setTop(main, top + 1);
      vm.pushReference(main, reference);
      vm.pushInteger(main, id);
      vm.rawSet(main, top + 1);
    }
    vm.setTop(main, top);
    return id;
  }

  #weakTable(): number {
    const { vm } = this;
    const { main } = vm;
    vm.createTable(main, 0, 0);
    vm.createTable(main, 0, 1);
    vm.pushText(main, "__mode");
    vm.pushText(main, "k");
    vm.rawSet(main, -3);
    vm.setMetatable(main, -2);
    return vm.reference(main);
  }
}
