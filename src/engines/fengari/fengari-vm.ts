import * as api from "fengari/src/lua.js";
import * as auxiliary from "fengari/src/lauxlib.js";
import { luaopen_base } from "fengari/src/lbaselib.js";
import { luaopen_coroutine } from "fengari/src/lcorolib.js";
import { luaopen_math } from "fengari/src/lmathlib.js";
import { luaopen_string } from "fengari/src/lstrlib.js";
import { luaopen_table } from "fengari/src/ltablib.js";
import { luaopen_utf8 } from "fengari/src/lutf8lib.js";
import prelude from "../../stdlib/lua/prelude.lua" with { type: "text" };
import { PRELUDE_CHUNK } from "../lua-family/failure.ts";
import { HOOK_INTERVAL, LUA_STATUS, type LuaFrame, type LuaVm, type LuaVmOptions } from "../lua-family/vm.ts";
import { exactFormat } from "./exact-format.ts";
import { seededRandom } from "./random.ts";
import { steadySort } from "./steady-sort.ts";

/** A `lua_State` of fengari. */
export interface FengariState {
  readonly l_G: object;
  /** 0 while a hook runs; stays 0 when the hook throws, so that it has to be put back. */
  allowhook: number;
  /** How much of its stack is in use. */
  readonly top: number;
}

/**
 * How many values a stack may hold. fengari's own limit of 1,000,000 takes 250 MiB: endless recursion would end as if
 * the script kept too much.
 */
const MAX_STACK = 200_000;

const encoder = new TextEncoder();
const strict = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const text = (bytes: Uint8Array | null) => (bytes === null ? "" : new TextDecoder().decode(bytes));

/** Lua 5.3 in JavaScript, by fengari's C API. */
export class FengariVm implements LuaVm<FengariState> {
  readonly main: FengariState;
  readonly wideIntegers = false;
  readonly random: { next(): number; seed(value: number): void };
  /** What ended the run. fengari hands every exception to `pcall`, so it is thrown again at each instruction. */
  #ended: unknown = undefined;

  constructor(options: LuaVmOptions) {
    this.main = auxiliary.luaL_newstate();
    this.random = seededRandom(0);
    this.#openLibraries();
    api.lua_atnativeerror(this.main, (state) => this.#nativeError(state));
    this.#hook(this.main, HOOK_INTERVAL, options);
  }

  #openLibraries(): void {
    const libraries = {
      _G: luaopen_base,
      coroutine: luaopen_coroutine,
      table: luaopen_table,
      string: luaopen_string,
      math: luaopen_math,
      utf8: luaopen_utf8,
    };
    for (const [name, open] of Object.entries(libraries)) {
      auxiliary.luaL_requiref(this.main, encoder.encode(name), open, true);
      api.lua_settop(this.main, 0);
    }
    api.lua_getglobal(this.main, encoder.encode("table"));
    api.lua_getfield(this.main, -1, encoder.encode("sort"));
    steadySort(this.main, seededRandom(0).next);
    api.lua_setfield(this.main, -2, encoder.encode("sort"));
    api.lua_getglobal(this.main, encoder.encode("string"));
    api.lua_getfield(this.main, -1, encoder.encode("format"));
    exactFormat(this.main);
    api.lua_setfield(this.main, -2, encoder.encode("format"));
    api.lua_settop(this.main, 0);
  }

  #hook(state: FengariState, interval: number, options: LuaVmOptions): void {
    const body = (running: FengariState) => {
      if (this.#ended === undefined) {
        try {
          options.onSteps();
        } catch (error) {
          this.#ended = error;
        }
      }
      if (this.#ended === undefined) {
        if (running.top > MAX_STACK) this.#overflow(running);
        return;
      }
      api.lua_sethook(running, body, api.LUA_MASKCOUNT, 1);
      running.allowhook = 1;
      throw this.#ended;
    };
    api.lua_sethook(state, body, api.LUA_MASKCOUNT, interval);
  }

  #overflow(state: FengariState): never {
    state.allowhook = 1;
    this.pushText(state, "stack overflow");
    return api.lua_error(state);
  }

  /**
   * A JavaScript exception inside of a protected call becomes an error of the script, but for what ends the
   * run. fengari's own libraries throw some: `string.format` a SyntaxError for a conversion it does not know.
   */
  #nativeError(state: FengariState): number {
    const error = api.lua_touserdata(state, 1);
    if (error instanceof RangeError) this.pushText(state, "stack overflow");
    else if (error instanceof SyntaxError) this.pushText(state, error.message);
    else {
      this.#ended ??= error;
      this.pushText(state, "the run has ended");
    }
    return 1;
  }

  /** fengari forgets to allow hooks again when a `pcall` of a coroutine catches an error (`CIST_OAH` in lapi.js). */
  afterCatch(state: FengariState): void {
    state.allowhook = 1;
    if (this.#ended !== undefined) throw this.#ended;
  }

  limitMemory(): void {
    // It cannot: the process that it runs in is watched instead.
  }
  getTop(state: FengariState): number {
    return api.lua_gettop(state);
  }
  setTop(state: FengariState, index: number): void {
    api.lua_settop(state, index);
  }
  pushValue(state: FengariState, index: number): void {
    api.lua_pushvalue(state, index);
  }
  move(from: FengariState, to: FengariState, count: number): void {
    api.lua_xmove(from, to, count);
  }
  checkStack(state: FengariState, count: number): boolean {
    return api.lua_checkstack(state, count);
  }
  pushNil(state: FengariState): void {
    api.lua_pushnil(state);
  }
  pushBoolean(state: FengariState, value: boolean): void {
    api.lua_pushboolean(state, value);
  }
  pushInteger(state: FengariState, value: number | bigint): void {
    api.lua_pushinteger(state, Number(value));
  }
  pushNumber(state: FengariState, value: number): void {
    api.lua_pushnumber(state, value);
  }
  pushText(state: FengariState, value: string): void {
    this.pushBytes(state, encoder.encode(value));
  }
  pushBytes(state: FengariState, bytes: Uint8Array): void {
    api.lua_pushlstring(state, bytes, bytes.length);
  }
  pushFunction(state: FengariState, body: (state: FengariState) => number): void {
    api.lua_pushcfunction(state, body);
  }
  type(state: FengariState, index: number): number {
    return api.lua_type(state, index);
  }
  toThread(state: FengariState, index: number): FengariState {
    return api.lua_tothread(state, index);
  }
  isInteger(state: FengariState, index: number): boolean {
    return api.lua_isinteger(state, index);
  }
  toInteger(state: FengariState, index: number): bigint {
    return BigInt(api.lua_tointeger(state, index));
  }
  toNumber(state: FengariState, index: number): number {
    return api.lua_tonumber(state, index);
  }
  toBoolean(state: FengariState, index: number): boolean {
    return api.lua_toboolean(state, index);
  }
  toText(state: FengariState, index: number): string | Uint8Array {
    const bytes = api.lua_tolstring(state, index);
    try {
      return strict.decode(bytes);
    } catch {
      return bytes.slice();
    }
  }
  toPointer(state: FengariState, index: number): unknown {
    return api.lua_topointer(state, index);
  }
  createTable(state: FengariState, items: number, fields: number): void {
    api.lua_createtable(state, items, fields);
  }
  rawGet(state: FengariState, index: number): void {
    api.lua_rawget(state, index);
  }
  rawSet(state: FengariState, index: number): void {
    api.lua_rawset(state, index);
  }
  rawGetIndex(state: FengariState, index: number, position: number): void {
    api.lua_rawgeti(state, index, position);
  }
  rawSetIndex(state: FengariState, index: number, position: number): void {
    api.lua_rawseti(state, index, position);
  }
  rawLength(state: FengariState, index: number): number {
    return api.lua_rawlen(state, index);
  }
  next(state: FengariState, index: number): boolean {
    return api.lua_next(state, index) !== 0;
  }
  getMetatable(state: FengariState, index: number): boolean {
    return api.lua_getmetatable(state, index);
  }
  setMetatable(state: FengariState, index: number): void {
    api.lua_setmetatable(state, index);
  }
  reference(state: FengariState): number {
    return auxiliary.luaL_ref(state, api.LUA_REGISTRYINDEX);
  }
  pushReference(state: FengariState, reference: number): void {
    api.lua_rawgeti(state, api.LUA_REGISTRYINDEX, reference);
  }
  freeReference(state: FengariState, reference: number): void {
    auxiliary.luaL_unref(state, api.LUA_REGISTRYINDEX, reference);
  }
  load(state: FengariState, source: string, chunkName: string): number {
    const bytes = encoder.encode(source);
    return auxiliary.luaL_loadbufferx(state, bytes, bytes.length, encoder.encode(chunkName), encoder.encode("t"));
  }
  loadPrelude(state: FengariState): number {
    return this.load(state, prelude, PRELUDE_CHUNK);
  }
  protectedCall(state: FengariState, args: number, results: number): number {
    return api.lua_pcall(state, args, results, 0);
  }
  newThread(state: FengariState): FengariState {
    return api.lua_newthread(state);
  }

  resume(state: FengariState, args: number): { status: number; results: number } {
    const status = api.lua_resume(state, null, args);
    if (this.#ended !== undefined) throw this.#ended;
    return { status: status < 0 ? LUA_STATUS.runtime : status, results: api.lua_gettop(state) };
  }

  pushRelay(state: FengariState, called: (state: FengariState) => void): void {
    const relay = (running: FengariState) => {
      called(running);
      const args = api.lua_gettop(running);
      api.lua_pushvalue(running, api.lua_upvalueindex(1));
      api.lua_rotate(running, 1, 1);
      api.lua_callk(running, args, api.LUA_MULTRET, 0, (resumed) => api.lua_gettop(resumed));
      return api.lua_gettop(running);
    };
    api.lua_pushcclosure(state, relay, 1);
  }

  frame(state: FengariState, level: number): LuaFrame | undefined {
    const debug = new api.lua_Debug();
    if (api.lua_getstack(state, level, debug) === 0) return undefined;
    api.lua_getinfo(state, encoder.encode("nSl"), debug);
    return {
      source: text(debug.source),
      line: Math.max(0, debug.currentline),
      name: text(debug.name),
      main: text(debug.what) === "main",
    };
  }

  frames(state: FengariState, limit: number): LuaFrame[] {
    const frames: LuaFrame[] = [];
    for (let frame = this.frame(state, 0); frame !== undefined && frames.length < limit;) {
      frames.push(frame);
      frame = this.frame(state, frames.length);
    }
    return frames;
  }
}
