import { PRELUDE_CHUNK } from "../lua-family/failure.ts";
import { HOOK_INTERVAL, LuaLimit, type LuaFrame, type LuaVm, type LuaVmOptions } from "../lua-family/vm.ts";
import { asciiText, putAscii } from "../wasm/ascii-text.ts";
import { restoreImage, type DecodedImage } from "../wasm/memory-image.ts";
import {
  addTableFunctions,
  HOST_FUNCTIONS,
  INITIAL_MEMORY,
  instantiateLua,
  STATIC_MEMORY,
  type LuaExports,
} from "./module.ts";

/** lua.h */
const REGISTRY_INDEX = -1_000_000 - 1000;
const MASK_COUNT = 8;
const ALL_RESULTS = -1;

/** Offsets in `lua_Debug` (lua.h, 32-bit pointers) and its size, rounded up. */
const DEBUG = { name: 4, what: 12, source: 16, line: 24, size: 128 };

const encoder = new TextEncoder();
const strict = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** Where things stand in a VM's memory: with its image, what it takes to go on from there. */
export interface LuaRoots {
  readonly main: number;
  readonly debug: number;
  readonly count: number;
  readonly scratch: number;
  readonly scratchSize: number;
  readonly names: readonly (readonly [text: string, pointer: number])[];
  /** The numbers of the host's functions in the table begin here. */
  readonly firstFunction: number;
  /** Where the C stack was; it is there whenever no call is under way. */
  readonly stack: number;
}

/** A VM of which nothing but the memory is left. */
export interface SavedLuaVm<Image = DecodedImage> {
  readonly image: Image;
  readonly roots: LuaRoots;
}

/** A function of the host: see {@link LuaVm.pushFunction}. */
type HostBody = (state: number) => number;

/** PUC Lua 5.4 in WASM, by its C API. */
export class WasmLuaVm implements LuaVm<number> {
  readonly main: number;
  readonly wideIntegers = true;
  readonly #lua: LuaExports;
  readonly #prelude: Uint8Array;
  readonly #debug: number;
  #memoryLimit = INITIAL_MEMORY;
  readonly #count: number;
  readonly #names: Map<string, number>;
  readonly #firstFunction: number;
  #functions: readonly HostBody[] = [];
  #called: (state: number) => void = () => {};
  #bytes: Uint8Array<ArrayBuffer>;
  #scratch = 0;
  #scratchSize = 0;

  /**
   * A new VM that will run the prelude of that bytecode, or what `from` was saved of: everything is as it was then,
   * but for the functions of the host, which {@link bindFunctions} takes.
   */
  constructor(module: WebAssembly.Module, options: LuaVmOptions, from: Uint8Array | SavedLuaVm) {
    let steps = 0;
    const lua = instantiateLua(module, { memory: () => this.#memoryLimit, steps: () => steps });
    this.#lua = lua;
    this.#bytes = new Uint8Array(lua.memory.buffer);
    this.#firstFunction = addTableFunctions(lua.__indirect_function_table, {
      hook: () => {
        steps++;
        options.onSteps();
      },
      bodies: Array.from({ length: HOST_FUNCTIONS }, (_, index) => (state) => this.#functions[index]?.(state) ?? 0),
      relay: (state) => this.#relay(state),
      relayed: (state) => lua.lua_gettop(state),
    });
    if (from instanceof Uint8Array) {
      this.#prelude = from;
      lua.__wasm_call_ctors();
      this.main = lua.luaL_newstate();
      this.#debug = lua.malloc(DEBUG.size);
      this.#count = lua.malloc(4);
      this.#names = new Map();
      this.#openLibraries();
      lua.lua_sethook(this.main, this.#firstFunction, MASK_COUNT, HOOK_INTERVAL);
    } else {
      const { roots } = from;
      this.#prelude = new Uint8Array(0);
      this.#restore(from);
      this.main = roots.main;
      this.#debug = roots.debug;
      this.#count = roots.count;
      this.#names = new Map(roots.names);
      this.#scratch = roots.scratch;
      this.#scratchSize = roots.scratchSize;
    }
  }

  #restore({ image, roots }: SavedLuaVm): void {
    const same = roots.firstFunction === this.#firstFunction && roots.stack === this.#lua.stackSave();
    if (!same) throw new Error("the WASM differs from that of the image");
    restoreImage(this.#lua.memory, image);
    this.#bytes = new Uint8Array(this.#lua.memory.buffer);
  }

  /** For its image. */
  get memory(): WebAssembly.Memory {
    return this.#lua.memory;
  }

  /** What {@link SavedLuaVm} keeps besides the memory. */
  roots(): LuaRoots {
    return {
      main: this.main,
      debug: this.#debug,
      count: this.#count,
      scratch: this.#scratch,
      scratchSize: this.#scratchSize,
      names: [...this.#names],
      firstFunction: this.#firstFunction,
      stack: this.#lua.stackSave(),
    };
  }

  /** Gives a restored VM this host's functions, in the order in which they were pushed before it was saved. */
  bindFunctions(functions: readonly HostBody[]): void {
    this.#functions = functions;
  }

  #openLibraries(): void {
    const lua = this.#lua;
    const libraries = {
      _G: lua.luaopen_base,
      coroutine: lua.luaopen_coroutine,
      table: lua.luaopen_table,
      string: lua.luaopen_string,
      math: lua.luaopen_math,
      utf8: lua.luaopen_utf8,
    };
    const table = lua.__indirect_function_table;
    for (const [name, open] of Object.entries(libraries)) {
      // Used once, so that a restored VM need not have it.
      const slot = table.grow(1);
      table.set(slot, open);
      lua.luaL_requiref(this.main, this.#name(name), slot, 1);
      lua.lua_settop(this.main, 0);
    }
  }

  /** A C string that is kept for the VM's life: for the few names that are used again and again. */
  #name(text: string): number {
    const known = this.#names.get(text);
    if (known !== undefined) return known;
    const bytes = encoder.encode(`${text}\0`);
    const pointer = this.#lua.malloc(bytes.length);
    this.#memory().set(bytes, pointer);
    this.#names.set(text, pointer);
    return pointer;
  }

  #memory(): Uint8Array<ArrayBuffer> {
    // Growing the memory detaches the old buffer.
    if (this.#bytes.length === 0) this.#bytes = new Uint8Array(this.#lua.memory.buffer);
    return this.#bytes;
  }

  /** A block of at least `size` bytes, good until the next call. */
  #reserve(size: number): number {
    if (size <= this.#scratchSize) return this.#scratch;
    if (this.#scratch !== 0) this.#lua.free(this.#scratch);
    this.#scratchSize = Math.max(4096, size);
    this.#scratch = this.#allocate(this.#scratchSize);
    return this.#scratch;
  }

  #allocate(size: number): number {
    const pointer = this.#lua.malloc(size);
    if (pointer === 0) throw new LuaLimit("limit.memory", "not enough memory");
    return pointer;
  }

  /** Large scratch is given back, so that one large text does not count against the script for ever. */
  #release(): void {
    if (this.#scratchSize <= 1024 * 1024) return;
    this.#lua.free(this.#scratch);
    this.#scratch = 0;
    this.#scratchSize = 0;
  }

  limitMemory(bytes: number): void {
    this.#memoryLimit = bytes;
    // The memory at the start is too large for a small limit: what is over it is taken out of use.
    const ballast = INITIAL_MEMORY - STATIC_MEMORY - bytes;
    if (ballast > 0) this.#lua.malloc(ballast);
  }
  getTop(state: number): number {
    return this.#lua.lua_gettop(state);
  }
  setTop(state: number, index: number): void {
    this.#lua.lua_settop(state, index);
  }
  pushValue(state: number, index: number): void {
    this.#lua.lua_pushvalue(state, index);
  }
  move(from: number, to: number, count: number): void {
    this.#lua.lua_xmove(from, to, count);
  }
  checkStack(state: number, count: number): boolean {
    return this.#lua.lua_checkstack(state, count) !== 0;
  }
  pushNil(state: number): void {
    this.#lua.lua_pushnil(state);
  }
  pushBoolean(state: number, value: boolean): void {
    this.#lua.lua_pushboolean(state, value ? 1 : 0);
  }
  pushInteger(state: number, value: number | bigint): void {
    this.#lua.lua_pushinteger(state, BigInt(value));
  }
  pushNumber(state: number, value: number): void {
    this.#lua.lua_pushnumber(state, value);
  }
  pushText(state: number, text: string): void {
    const block = this.#reserve(text.length * 3 + 1);
    const memory = this.#memory();
    const written = putAscii(memory, block, text)
      ? text.length
      : encoder.encodeInto(text, memory.subarray(block, block + text.length * 3)).written;
    this.#lua.lua_pushlstring(state, block, written);
    this.#release();
  }
  pushBytes(state: number, bytes: Uint8Array): void {
    const block = this.#reserve(bytes.length + 1);
    this.#memory().set(bytes, block);
    this.#lua.lua_pushlstring(state, block, bytes.length);
    this.#release();
  }
  pushFunction(state: number, body: HostBody): void {
    const index = this.#functions.length;
    if (index === HOST_FUNCTIONS) throw new Error("there are more functions of the host than places for them");
    this.#functions = [...this.#functions, body];
    this.#lua.lua_pushcclosure(state, this.#firstFunction + 1 + index, 0);
  }
  type(state: number, index: number): number {
    return this.#lua.lua_type(state, index);
  }
  toThread(state: number, index: number): number {
    return this.#lua.lua_tothread(state, index);
  }
  isInteger(state: number, index: number): boolean {
    return this.#lua.lua_isinteger(state, index) !== 0;
  }
  toInteger(state: number, index: number): bigint {
    return this.#lua.lua_tointegerx(state, index, 0);
  }
  toNumber(state: number, index: number): number {
    return this.#lua.lua_tonumberx(state, index, 0);
  }
  toBoolean(state: number, index: number): boolean {
    return this.#lua.lua_toboolean(state, index) !== 0;
  }
  toText(state: number, index: number): string | Uint8Array {
    const length = Number(this.#lua.lua_rawlen(state, index));
    const start = this.#lua.lua_tolstring(state, index, 0);
    const memory = this.#memory();
    const short = asciiText(memory, start, length);
    if (short !== undefined) return short;
    const bytes = memory.subarray(start, start + length);
    try {
      return strict.decode(bytes);
    } catch {
      return bytes.slice();
    }
  }
  toPointer(state: number, index: number): unknown {
    return this.#lua.lua_topointer(state, index);
  }
  createTable(state: number, items: number, fields: number): void {
    this.#lua.lua_createtable(state, items, fields);
  }
  rawGet(state: number, index: number): void {
    this.#lua.lua_rawget(state, index);
  }
  rawSet(state: number, index: number): void {
    this.#lua.lua_rawset(state, index);
  }
  rawGetIndex(state: number, index: number, position: number): void {
    this.#lua.lua_rawgeti(state, index, BigInt(position));
  }
  rawSetIndex(state: number, index: number, position: number): void {
    this.#lua.lua_rawseti(state, index, BigInt(position));
  }
  rawLength(state: number, index: number): number {
    return Number(this.#lua.lua_rawlen(state, index));
  }
  next(state: number, index: number): boolean {
    return this.#lua.lua_next(state, index) !== 0;
  }
  getMetatable(state: number, index: number): boolean {
    return this.#lua.lua_getmetatable(state, index) !== 0;
  }
  setMetatable(state: number, index: number): void {
    this.#lua.lua_setmetatable(state, index);
  }
  reference(state: number): number {
    return this.#lua.luaL_ref(state, REGISTRY_INDEX);
  }
  pushReference(state: number, reference: number): void {
    this.#lua.lua_rawgeti(state, REGISTRY_INDEX, BigInt(reference));
  }
  freeReference(state: number, reference: number): void {
    this.#lua.luaL_unref(state, REGISTRY_INDEX, reference);
  }
  load(state: number, source: string, chunkName: string): number {
    return this.#load(state, encoder.encode(source), chunkName, "t");
  }
  loadPrelude(state: number): number {
    return this.#load(state, this.#prelude, PRELUDE_CHUNK, "b");
  }
  #load(state: number, text: Uint8Array, chunkName: string, mode: "t" | "b"): number {
    const name = encoder.encode(`${chunkName}\0`);
    const block = this.#allocate(text.length + name.length + 1);
    this.#memory().set(text, block);
    this.#memory().set(name, block + text.length);
    const status = this.#lua.luaL_loadbufferx(state, block, text.length, block + text.length, this.#name(mode));
    this.#lua.free(block);
    return status;
  }
  protectedCall(state: number, args: number, results: number): number {
    return this.#lua.lua_pcallk(state, args, results, 0, 0, 0);
  }
  newThread(state: number): number {
    return this.#lua.lua_newthread(state);
  }
  resume(state: number, args: number): { status: number; results: number } {
    const status = this.#lua.lua_resume(state, 0, args, this.#count);
    return { status, results: this.#read32(this.#count) };
  }

  pushRelay(state: number, called: (state: number) => void): void {
    this.#called = called;
    this.#lua.lua_pushcclosure(state, this.#firstFunction + 1 + HOST_FUNCTIONS, 1);
  }

  #relay(state: number): number {
    this.#called(state);
    const args = this.#lua.lua_gettop(state);
    this.#lua.lua_pushvalue(state, REGISTRY_INDEX - 1);
    this.#lua.lua_rotate(state, 1, 1);
    this.#lua.lua_callk(state, args, ALL_RESULTS, 0, this.#firstFunction + 2 + HOST_FUNCTIONS);
    return this.#lua.lua_gettop(state);
  }

  frame(state: number, level: number): LuaFrame | undefined {
    if (this.#lua.lua_getstack(state, level, this.#debug) === 0) return undefined;
    this.#lua.lua_getinfo(state, this.#name("nSl"), this.#debug);
    return {
      source: this.#cString(this.#read32(this.#debug + DEBUG.source)),
      line: Math.max(0, this.#read32(this.#debug + DEBUG.line)),
      name: this.#cString(this.#read32(this.#debug + DEBUG.name)),
      main: this.#cString(this.#read32(this.#debug + DEBUG.what)) === "main",
    };
  }

  frames(state: number, limit: number): LuaFrame[] {
    const frames: LuaFrame[] = [];
    for (let frame = this.frame(state, 0); frame !== undefined && frames.length < limit;) {
      frames.push(frame);
      frame = this.frame(state, frames.length);
    }
    return frames;
  }

  #read32(pointer: number): number {
    return new DataView(this.#memory().buffer).getInt32(pointer, true);
  }

  #cString(pointer: number): string {
    if (pointer === 0) return "";
    const memory = this.#memory();
    return new TextDecoder().decode(memory.subarray(pointer, memory.indexOf(0, pointer)));
  }
}
