/** The parts of fengari's C API that the engine uses; fengari ships no types. */
declare module "fengari/src/lua.js" {
  type State = import("./fengari-vm.ts").FengariState;
  type CFunction = (state: State) => number;
  export const LUA_REGISTRYINDEX: number;
  export const LUA_MASKCOUNT: number;
  export const LUA_MULTRET: number;
  export const LUA_TSTRING: number;
  export class lua_Debug {
    source: Uint8Array | null;
    currentline: number;
    name: Uint8Array | null;
    what: Uint8Array | null;
  }
  export function lua_atnativeerror(state: State, handler: CFunction): CFunction | null;
  export function lua_callk(state: State, args: number, results: number, context: unknown, k: CFunction): void;
  export function lua_checkstack(state: State, count: number): boolean;
  export function lua_createtable(state: State, items: number, fields: number): void;
  export function lua_error(state: State): never;
  export function lua_getfield(state: State, index: number, name: Uint8Array): number;
  export function lua_getglobal(state: State, name: Uint8Array): number;
  export function lua_getinfo(state: State, what: Uint8Array, debug: lua_Debug): number;
  export function lua_getmetatable(state: State, index: number): boolean;
  export function lua_getstack(state: State, level: number, debug: lua_Debug): number;
  export function lua_gettop(state: State): number;
  export function lua_isnumber(state: State, index: number): boolean;
  export function lua_isinteger(state: State, index: number): boolean;
  export function lua_newthread(state: State): State;
  export function lua_next(state: State, index: number): number;
  export function lua_pcall(state: State, args: number, results: number, handler: number): number;
  export function lua_pushboolean(state: State, value: boolean): void;
  export function lua_pushcclosure(state: State, body: CFunction, upvalues: number): void;
  export function lua_pushcfunction(state: State, body: CFunction): void;
  export function lua_pushinteger(state: State, value: number): void;
  export function lua_pushlightuserdata(state: State, value: unknown): void;
  export function lua_pushlstring(state: State, bytes: Uint8Array, length: number): Uint8Array;
  export function lua_pushnil(state: State): void;
  export function lua_pushnumber(state: State, value: number): void;
  export function lua_pushvalue(state: State, index: number): void;
  export function lua_rawget(state: State, index: number): number;
  export function lua_rawgeti(state: State, index: number, position: number): number;
  export function lua_rawlen(state: State, index: number): number;
  export function lua_rawset(state: State, index: number): void;
  export function lua_rawseti(state: State, index: number, position: number): void;
  export function lua_replace(state: State, index: number): void;
  export function lua_resume(state: State, from: State | null, args: number): number;
  export function lua_rotate(state: State, index: number, count: number): void;
  export function lua_setfield(state: State, index: number, name: Uint8Array): void;
  export function lua_sethook(
    state: State,
    hook: (state: State, debug: lua_Debug) => void,
    mask: number,
    count: number,
  ): void;
  export function lua_setmetatable(state: State, index: number): boolean;
  export function lua_settop(state: State, index: number): void;
  export function lua_toboolean(state: State, index: number): boolean;
  export function lua_tocfunction(state: State, index: number): CFunction;
  export function lua_tointeger(state: State, index: number): number;
  export function lua_tothread(state: State, index: number): State;
  export function lua_tonumber(state: State, index: number): number;
  export function lua_topointer(state: State, index: number): unknown;
  export function lua_touserdata(state: State, index: number): unknown;
  export function lua_tolstring(state: State, index: number): Uint8Array;
  export function lua_type(state: State, index: number): number;
  export function lua_upvalueindex(index: number): number;
  export function lua_xmove(from: State, to: State, count: number): void;
}

declare module "fengari/src/lauxlib.js" {
  type State = import("./fengari-vm.ts").FengariState;
  export function luaL_loadbufferx(
    state: State,
    bytes: Uint8Array,
    length: number,
    name: Uint8Array,
    mode: Uint8Array,
  ): number;
  export function luaL_newstate(): State;
  export function luaL_ref(state: State, index: number): number;
  export function luaL_requiref(state: State, name: Uint8Array, open: (state: State) => number, global: boolean): void;
  export function luaL_unref(state: State, index: number, reference: number): void;
}

declare module "fengari/src/lstring.js" {
  export class TString {
    hash: string | null;
  }
}

declare module "fengari/src/lbaselib.js" {
  export function luaopen_base(state: import("./fengari-vm.ts").FengariState): number;
}
/** How floats are written, for one. */
declare module "fengari/src/luaconf.js" {
  const configuration: { lua_number2str(value: number): string };
  export default configuration;
}
declare module "fengari/src/defs.js";
declare module "fengari/src/lcorolib.js" {
  export function luaopen_coroutine(state: import("./fengari-vm.ts").FengariState): number;
}
declare module "fengari/src/ltablib.js" {
  export function luaopen_table(state: import("./fengari-vm.ts").FengariState): number;
}
declare module "fengari/src/lstrlib.js" {
  export function luaopen_string(state: import("./fengari-vm.ts").FengariState): number;
}
declare module "fengari/src/lmathlib.js" {
  export function luaopen_math(state: import("./fengari-vm.ts").FengariState): number;
}
declare module "fengari/src/lutf8lib.js" {
  export function luaopen_utf8(state: import("./fengari-vm.ts").FengariState): number;
}
