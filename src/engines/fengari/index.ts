/**
 * The engine `fengari`: Lua 5.3 written in JavaScript, for places without WASM. Here lives the VM interface
 * over fengari's C API, library by library (never all of them at once: that would load `os` and `io`); how a
 * spell runs is engines/lua-family.
 */
import type { Engine } from "../../contract/engine.ts";
import { LUA_LEXIS, LUA_TEMPLATE } from "../lua-family/language.ts";

/** Lua 5.3: 32-bit integers and no memory cap of its own; the process boundary holds it. */
export const fengari = {
  id: "fengari",
  title: "Lua 5.3 (fengari 0.1.5, in JavaScript)",
  language: "lua",
  extensions: [],
  naming: "snake",
  lexis: LUA_LEXIS,
  template: LUA_TEMPLATE,
  lacks: {
    int64: "fengari's integers have 32 bits: larger ones become floats while those are exact, beyond 2^53 an error",
    "bytes-apart": "Lua strings are bytes: bytes that are UTF-8 go back as text",
    "null-top-level": "nil is null; inside of arrays and maps it is json.null",
    "memory-cap": "fengari has no memory limit; the process that it runs in has",
  },
  async load() {
    // In this order and by themselves: fengari's files require each other in a circle, and only from here is it whole.
    await import("fengari/src/defs.js");
    const [{ default: configuration }, { floatText }] = await Promise.all([
      import("fengari/src/luaconf.js"),
      import("./write-number.ts"),
    ]);
    // The others take it from here when they are loaded.
    configuration.lua_number2str = floatText;
    await import("fengari/src/lua.js");
    const [{ FengariVm }, { makeKeysDistinct }, { LuaReactor }, { openState }] = await Promise.all([
      import("./fengari-vm.ts"),
      import("./distinct-keys.ts"),
      import("../lua-family/reactor.ts"),
      import("../lua-family/state.ts"),
    ]);
    makeKeysDistinct();
    return { create: (send) => new LuaReactor(send, (options, host) => openState(new FengariVm(options), host)) };
  },
} satisfies Engine;
