/** Lua's own numbers for the types of values (lua.h). */
export const LUA_TYPE = {
  nil: 0,
  boolean: 1,
  lightUserdata: 2,
  number: 3,
  string: 4,
  table: 5,
  function: 6,
  userdata: 7,
  thread: 8,
} as const;

/** Lua's own numbers for how a load, a call or a resume ended (lua.h). */
export const LUA_STATUS = { ok: 0, yield: 1, runtime: 2, syntax: 3, memory: 4, handler: 5 } as const;

/** One level of a Lua stack, as `lua_getinfo` tells it. */
export interface LuaFrame {
  /** The chunk's name with its `@`. */
  readonly source: string;
  /** 0 where unknown. */
  readonly line: number;
  /** The function's name where the caller's code has one; otherwise empty. */
  readonly name: string;
  /** Whether it is the main part of a chunk. */
  readonly main: boolean;
}

/**
 * The part of Lua's C API that the reactor needs, over both virtual machines. `S` is a `lua_State`, opaque
 * to everyone but the VM. Indices and stack effects are those of the C function of that name.
 */
export interface LuaVm<S> {
  readonly main: S;
  /** Bytes that the script's values may take from now on; not every VM can hold it. */
  limitMemory(bytes: number): void;
  /** Whether integers have 64 bits; otherwise 32. */
  readonly wideIntegers: boolean;
  /** Random numbers for `math.random`, where the VM's own cannot be seeded by the run. */
  readonly random?: { next(): number; seed(value: number): void };

  /** Called after each `pcall` and `xpcall` of the script, where the VM loses its hook when an error is caught. */
  afterCatch?(state: S): void;

  getTop(state: S): number;
  setTop(state: S, index: number): void;
  pushValue(state: S, index: number): void;
  move(from: S, to: S, count: number): void;
  /** False when the stack cannot grow by `count`. */
  checkStack(state: S, count: number): boolean;

  pushNil(state: S): void;
  pushBoolean(state: S, value: boolean): void;
  /** The integer must fit: 64 bits where {@link wideIntegers}, otherwise 32. */
  pushInteger(state: S, value: number | bigint): void;
  pushNumber(state: S, value: number): void;
  pushText(state: S, text: string): void;
  pushBytes(state: S, bytes: Uint8Array): void;
  /** A host function: takes its arguments from the stack, pushes its results, answers their count. It may throw to end the run. */
  pushFunction(state: S, body: (state: S) => number): void;

  type(state: S, index: number): number;
  /** The thread at an index, which must hold one. */
  toThread(state: S, index: number): S;
  isInteger(state: S, index: number): boolean;
  toInteger(state: S, index: number): bigint;
  toNumber(state: S, index: number): number;
  toBoolean(state: S, index: number): boolean;
  /** A string's text, or its bytes where they are not UTF-8. */
  toText(state: S, index: number): string | Uint8Array;
  /** Stands for the object's identity as long as it lives. */
  toPointer(state: S, index: number): unknown;

  createTable(state: S, items: number, fields: number): void;
  rawGet(state: S, index: number): void;
  rawSet(state: S, index: number): void;
  rawGetIndex(state: S, index: number, position: number): void;
  rawSetIndex(state: S, index: number, position: number): void;
  rawLength(state: S, index: number): number;
  next(state: S, index: number): boolean;
  getMetatable(state: S, index: number): boolean;
  setMetatable(state: S, index: number): void;

  /** Pops a value and keeps it; {@link pushReference} pushes it again until {@link freeReference}. */
  reference(state: S): number;
  pushReference(state: S, reference: number): void;
  freeReference(state: S, reference: number): void;

  /** Compiles text (never bytecode) and pushes the function, or the error's message. */
  load(state: S, source: string, chunkName: string): number;
  /** Pushes the prelude as a function. */
  loadPrelude(state: S): number;
  protectedCall(state: S, args: number, results: number): number;
  newThread(state: S): S;
  /** Runs a thread until it yields, ends or fails; `results` values are then on its stack. */
  resume(state: S, args: number): { readonly status: number; readonly results: number };
  /** Turns the function on top into one of C that tells `called` its state and calls it: it may wait, and the frame of whoever calls it stays. */
  pushRelay(state: S, called: (state: S) => void): void;
  /** One level of the stack of a thread, 0 for the innermost; undefined beyond the outermost. */
  frame(state: S, level: number): LuaFrame | undefined;
  /** The stack of a thread, innermost first, also after it failed. */
  frames(state: S, limit: number): LuaFrame[];
}

/** What a VM is made with. */
export interface LuaVmOptions {
  /** Called each {@link HOOK_INTERVAL} instructions; throws to end the run. */
  onSteps(): void;
}

/** Instructions between two looks at the fuel. Lua pays for the hook at every instruction, whatever this is. */
export const HOOK_INTERVAL = 1000;

/** Thrown through the VM to end the run: no `pcall` sees it where the VM can help it. */
export class LuaLimit {
  constructor(
    readonly code: "limit.fuel" | "limit.memory",
    readonly message: string,
  ) {}
}
