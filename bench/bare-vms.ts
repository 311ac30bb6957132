import { writeFileSync } from "node:fs";
import { join } from "node:path";
import variant from "@jitl/quickjs-ng-wasmfile-release-sync";
import { newQuickJSWASMModuleFromVariant } from "quickjs-emscripten";
import { LuaFactory } from "wasmoon";
import { emptyFolder } from "./binary.ts";

/** A virtual machine as its package offers it: no limits, no hook, nothing of ours. Runs a script in a new state; answers ms. */
export interface BareVm {
  readonly title: string;
  /** The engine that it is compared with. */
  readonly engine: string;
  readonly language: "lua" | "javascript";
  run(source: string): Promise<number>;
}

async function timed(work: () => unknown): Promise<number> {
  const started = Bun.nanoseconds();
  await work();
  return (Bun.nanoseconds() - started) / 1e6;
}

const wasmoon: BareVm = {
  title: "wasmoon's own engine",
  engine: "lua",
  language: "lua",
  async run(source) {
    const lua = await new LuaFactory().createEngine();
    const took = await timed(() => lua.doStringSync(source));
    lua.global.close();
    return took;
  },
};

const quickJs: BareVm = {
  title: "quickjs-emscripten's own context",
  engine: "javascript",
  language: "javascript",
  async run(source) {
    const module = await newQuickJSWASMModuleFromVariant(variant);
    const context = module.newContext();
    const took = await timed(() =>
      context.unwrapResult(context.evalCode(source, "main.js", { type: "module" })).dispose(),
    );
    context.dispose();
    return took;
  },
};

const bareFengari: BareVm = {
  title: "fengari by itself",
  engine: "fengari",
  language: "lua",
  async run(source) {
    // In this order, and not by its own list of all libraries: see engines/fengari.
    const lua = await import("fengari/src/lua.js");
    const { luaL_loadbufferx, luaL_newstate, luaL_requiref } = await import("fengari/src/lauxlib.js");
    const [base, math, string, table] = await Promise.all([
      import("fengari/src/lbaselib.js"),
      import("fengari/src/lmathlib.js"),
      import("fengari/src/lstrlib.js"),
      import("fengari/src/ltablib.js"),
    ]);
    const libraries = {
      _G: base.luaopen_base,
      math: math.luaopen_math,
      string: string.luaopen_string,
      table: table.luaopen_table,
    };
    const bytes = (text: string) => new TextEncoder().encode(text);
    const state = luaL_newstate();
    for (const [name, open] of Object.entries(libraries)) luaL_requiref(state, bytes(name), open, true);
    const code = bytes(source);
    return timed(() => {
      const status =
        luaL_loadbufferx(state, code, code.length, bytes("main"), bytes("t")) || lua.lua_pcall(state, 0, 0, 0);
      if (status !== 0) throw new Error(`fengari: status ${status}`);
    });
  },
};

/** Debian's lua5.4, where it is installed: native code. Its own clock is asked, so that starting it does not count. */
function nativeLua(): BareVm[] {
  const path = Bun.which("lua5.4");
  if (path === null) return [];
  const file = join(emptyFolder(), "main.lua");
  return [
    {
      title: "lua5.4 of Debian (native)",
      engine: "lua",
      language: "lua",
      run(source) {
        writeFileSync(file, `local start = os.clock()\ndo ${source}\nend\nprint((os.clock() - start) * 1000)`);
        const done = Bun.spawnSync([path, file]);
        if (!done.success) throw new Error(done.stderr.toString());
        return Promise.resolve(Number(done.stdout.toString()));
      },
    },
  ];
}

/** Every VM that an engine is compared with. */
export const BARE_VMS: readonly BareVm[] = [wasmoon, ...nativeLua(), bareFengari, quickJs];
