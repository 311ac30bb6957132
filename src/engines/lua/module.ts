import { LuaLimit } from "../lua-family/vm.ts";

/** The functions that wasmoon's WASM exports: Lua's C API with pointers as numbers. */
export interface LuaExports {
  readonly memory: WebAssembly.Memory;
  readonly __indirect_function_table: WebAssembly.Table;
  __wasm_call_ctors(): void;
  emscripten_stack_init(): void;
  stackSave(): number;
  stackRestore(pointer: number): void;
  setThrew(threw: number, value: number): void;
  malloc(bytes: number): number;
  free(pointer: number): void;
  luaL_newstate(): number;
  luaL_requiref(state: number, name: number, open: number, global: number): void;
  luaL_loadbufferx(state: number, text: number, bytes: number, name: number, mode: number): number;
  luaL_ref(state: number, index: number): number;
  luaL_unref(state: number, index: number, reference: number): void;
  luaopen_base(state: number): number;
  luaopen_coroutine(state: number): number;
  luaopen_table(state: number): number;
  luaopen_string(state: number): number;
  luaopen_math(state: number): number;
  luaopen_utf8(state: number): number;
  lua_gettop(state: number): number;
  lua_settop(state: number, index: number): void;
  lua_pushvalue(state: number, index: number): void;
  lua_xmove(from: number, to: number, count: number): void;
  lua_checkstack(state: number, count: number): number;
  lua_pushnil(state: number): void;
  lua_pushboolean(state: number, value: number): void;
  lua_pushinteger(state: number, value: bigint): void;
  lua_pushnumber(state: number, value: number): void;
  lua_pushlstring(state: number, text: number, bytes: number): number;
  lua_pushcclosure(state: number, body: number, upvalues: number): void;
  lua_type(state: number, index: number): number;
  lua_tothread(state: number, index: number): number;
  lua_isinteger(state: number, index: number): number;
  lua_tointegerx(state: number, index: number, ok: number): bigint;
  lua_tonumberx(state: number, index: number, ok: number): number;
  lua_toboolean(state: number, index: number): number;
  lua_tolstring(state: number, index: number, length: number): number;
  lua_topointer(state: number, index: number): number;
  lua_createtable(state: number, items: number, fields: number): void;
  lua_rawget(state: number, index: number): number;
  lua_rawset(state: number, index: number): void;
  lua_rawgeti(state: number, index: number, position: bigint): number;
  lua_rawseti(state: number, index: number, position: bigint): void;
  lua_rawlen(state: number, index: number): bigint;
  lua_next(state: number, index: number): number;
  lua_getmetatable(state: number, index: number): number;
  lua_setmetatable(state: number, index: number): number;
  lua_rotate(state: number, index: number, count: number): void;
  lua_callk(state: number, args: number, results: number, context: number, k: number): void;
  lua_pcallk(state: number, args: number, results: number, handler: number, context: number, k: number): number;
  lua_newthread(state: number): number;
  lua_resume(state: number, from: number, args: number, results: number): number;
  lua_getstack(state: number, level: number, info: number): number;
  lua_getinfo(state: number, what: number, info: number): number;
  lua_sethook(state: number, hook: number, mask: number, count: number): void;
}

/** What emscripten's `longjmp` throws; the only exception that `setjmp` may catch. */
const LONGJMP = Symbol("longjmp");

const PAGE = 65_536;
/** The memory that the module starts with, of which {@link STATIC_MEMORY} is its data, its C stack and the prelude. */
export const INITIAL_MEMORY = 16 * 1024 * 1024;
/** See {@link INITIAL_MEMORY}. */
export const STATIC_MEMORY = 2 * 1024 * 1024;

/** What the WASM may ask of the host besides memory. Everything else that it imports answers "not supported". */
export interface LuaImports {
  /** Bytes that the script may use. */
  memory(): number;
  /** Steps so far, to tell two refusals of one allocation from two of different ones. */
  steps(): number;
}

/**
 * Instantiates the WASM without wasmoon's JavaScript: 27 imports, of which a sandboxed Lua needs five. So
 * memory is ours to cap, no host object is within reach, and hashes are the same in every run. Nothing has run in
 * it yet but what sets its globals: the C stack's bounds.
 */
export function instantiateLua(module: WebAssembly.Module, imports: LuaImports): LuaExports {
  const unsupported = () => -1;
  const table: Record<string, Record<string, (...args: never[]) => unknown>> = {};
  for (const { module: from, name, kind } of WebAssembly.Module.imports(module)) {
    if (kind === "function") (table[from] ??= {})[name] = unsupported;
  }
  let refusedAt = -1;

  function resizeHeap(requested: number): number {
    const { memory } = exports;
    const current = memory.buffer.byteLength;
    const wanted = requested >>> 0;
    const limit = imports.memory();
    const cap = Math.max(INITIAL_MEMORY, STATIC_MEMORY + limit);
    if (wanted > cap) {
      // Lua collects garbage after the first refusal and asks again at once: a second refusal is final, and so
      // is a request that no collection could help.
      const hopeless = wanted - current > limit;
      if (hopeless || refusedAt === imports.steps()) throw new LuaLimit("limit.memory", "not enough memory");
      refusedAt = imports.steps();
      return 0;
    }
    const target = Math.min(cap, Math.max(wanted, Math.ceil(current * 1.2)));
    memory.grow(Math.ceil((Math.max(target, wanted) - current) / PAGE));
    return 1;
  }

  const env = (table["env"] ??= {});
  Object.assign(env, {
    abort: () => {
      throw new LuaLimit("limit.memory", "the Lua virtual machine aborted");
    },
    // emscripten's setjmp: runs a function of the table and turns a longjmp into a flag.
    invoke_vii: (index: number, first: number, second: number) => {
      const stack = exports.stackSave();
      try {
        (exports.__indirect_function_table.get(index) as (a: number, b: number) => void)(first, second);
      } catch (error) {
        if (error !== LONGJMP) throw error;
        exports.stackRestore(stack);
        exports.setThrew(1, 0);
      }
    },
    _emscripten_throw_longjmp: () => {
      // oxlint-disable-next-line no-throw-literal -- control flow, caught three lines above
      throw LONGJMP;
    },
    emscripten_resize_heap: resizeHeap,
    // Lua seeds its string hashes with the time: always the same one, or pairs would differ between two runs.
    emscripten_date_now: () => 0,
  });
  const exports = new WebAssembly.Instance(module, table).exports as object as LuaExports;
  exports.emscripten_stack_init();
  return exports;
}

/** How many functions of the host there may be: as many as {@link ECHO} has besides the hook. */
export const HOST_FUNCTIONS = 5;

/**
 * A module that exports what it imports from "e", because a table takes functions of WASM only: "0" is the count
 * hook, (i32, i32) → (); "1" to "6" are functions (i32) → i32; "7" goes on after a wait, (i32, i32, i32) → i32.
 * Written out: to put it together took 0.3 ms.
 */
const ECHO = Uint8Array.fromHex(
  "0061736d01000000" + // \0asm, version 1
    "01120360027f7f0060017f017f60037f7f7f017f" + // the three types
    "023108016501300000016501310001016501320001016501330001" + // imports: "e", name, function, type
    "016501340001016501350001016501360001016501370002" +
    "072108013000000131000101320002013300030134000401350005013600060137" + // exports: name, function, number
    "0007",
);

/** What the host puts into the WASM's table: the count hook, and functions that take a state and answer a count. */
export interface TableFunctions {
  readonly hook: () => void;
  /** {@link HOST_FUNCTIONS} of them. */
  readonly bodies: readonly ((state: number) => number)[];
  /** What stands before a function: see {@link LuaVm.pushRelay}. */
  readonly relay: (state: number) => number;
  /** Ends such a call that had to wait. */
  readonly relayed: (state: number) => number;
}

/** Puts functions into the WASM's table and gives the number of the first, the hook; bodies, relay and relayed follow it. */
export function addTableFunctions(table: WebAssembly.Table, functions: TableFunctions): number {
  const { hook, bodies, relay, relayed } = functions;
  const all = [hook, ...bodies, relay, relayed];
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(ECHO), { e: { ...all } });
  const first = table.grow(all.length);
  for (let index = 0; index < all.length; index++) table.set(first + index, exports[index]);
  return first;
}
