/**
 * The engine `lua`: PUC Lua 5.4 in WASM. Here live the instantiation of wasmoon's WASM with a memory cap of
 * ours, the VM interface over its C API, and the state after its prelude, saved when the binary was built: every
 * run goes on from there. How a spell runs is engines/lua-family. No JavaScript of wasmoon is used: its proxies
 * would put host objects within reach of scripts.
 */
import glue from "wasmoon/dist/glue.wasm" with { type: "file" };
import type { Engine, ReactorFactory, ReadAsset } from "../../contract/engine.ts";
import { limitStack } from "./limit-stack.ts";
import { LUA_LEXIS, LUA_TEMPLATE } from "../lua-family/language.ts";

/** Lua 5.4: 64-bit integers, a real memory cap. */
export const lua = {
  id: "lua",
  title: "Lua 5.4 (PUC Lua in WASM, wasmoon 1.16.0)",
  language: "lua",
  extensions: [{ ending: ".lua" }],
  naming: "snake",
  lexis: LUA_LEXIS,
  template: LUA_TEMPLATE,
  lacks: {
    "bytes-apart": "Lua strings are bytes: bytes that are UTF-8 go back as text",
    "null-top-level": "nil is null; inside of arrays and maps it is json.null",
  },
  load: async (readAsset) => (await read(readAsset)).compiled,
  read,
} satisfies Engine;

async function read(readAsset: ReadAsset): Promise<{ readonly compiled: Promise<ReactorFactory> }> {
  const [{ compiling }, { restoreState }, { LuaReactor }, saved] = await Promise.all([
    readAsset(glue).then((bytes) => ({ compiling: WebAssembly.compile(limitStack(bytes)) })),
    import("./saved-state.ts"),
    import("../lua-family/reactor.ts"),
    // Decoded while the WASM is compiled.
    Promise.all([import("./snapshot.ts"), import("../wasm/memory-image.ts")]).then(
      ([{ SNAPSHOT }, { decodeImage }]) => ({ ...SNAPSHOT, image: decodeImage(SNAPSHOT.image) }),
    ),
  ]);
  return {
    compiled: compiling.then((module) => ({
      create: (send) => new LuaReactor<number>(send, (options, host) => restoreState(module, options, host, saved)),
    })),
  };
}
