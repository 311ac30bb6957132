/** Engines go on from a VM that was saved when the binary was built: nothing may differ from one that was just made. */
import { describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import wasm from "@jitl/quickjs-ng-wasmfile-release-sync/wasm" with { type: "file" };
import glue from "wasmoon/dist/glue.wasm" with { type: "file" };
import type { Engine } from "../../../../src/contract/engine.ts";
import { javascript } from "../../../../src/engines/javascript/index.ts";
import { openVm } from "../../../../src/engines/javascript/open-vm.ts";
import { JavaScriptReactor } from "../../../../src/engines/javascript/reactor.ts";
import { exportTable } from "../../../../src/engines/javascript/rejections.ts";
import { takeSnapshot as takeJavaScript } from "../../../../src/engines/javascript/snapshot.macro.ts";
import { SNAPSHOT as JAVASCRIPT } from "../../../../src/engines/javascript/snapshot.ts";
import { LuaReactor } from "../../../../src/engines/lua-family/reactor.ts";
import { openState } from "../../../../src/engines/lua-family/state.ts";
import { lua } from "../../../../src/engines/lua/index.ts";
import { limitStack } from "../../../../src/engines/lua/limit-stack.ts";
import { compilePrelude } from "../../../../src/engines/lua/save-state.ts";
import { takeSnapshot as takeLua } from "../../../../src/engines/lua/snapshot.macro.ts";
import { SNAPSHOT as LUA } from "../../../../src/engines/lua/snapshot.ts";
import { WasmLuaVm } from "../../../../src/engines/lua/wasm-vm.ts";
import { CASES } from "../../../conformance/cases/index.ts";
import { runOnReactor, sourceFor, type Case } from "../../../conformance/harness.ts";

/** An engine, the same that makes its VM anew for every run, and what its macro makes. */
interface Pair {
  readonly engine: Engine;
  readonly fresh: Engine;
  readonly saved: unknown;
  save(): unknown;
  /** Says how far it got before its memory was refused. */
  readonly hungry: string;
  /** Changes what is shared within a run, and says what it found. */
  readonly spoiler: string;
  /** Tells what could differ between two VMs: orders, addresses, memory used. */
  readonly fingerprint: string;
}

const freshJavaScript: Engine = {
  ...javascript,
  id: "javascript, made anew",
  async load(readAsset) {
    const module = await WebAssembly.compile(exportTable(await readAsset(wasm)));
    return { create: (send) => new JavaScriptReactor((host) => openVm(module, host), send) };
  },
};

const freshLua: Engine = {
  ...lua,
  id: "lua, made anew",
  async load(readAsset) {
    const module = await WebAssembly.compile(await readAsset(glue).then(limitStack));
    const path = new URL("../../../../src/stdlib/lua/prelude.lua", import.meta.url);
    const prelude = compilePrelude(module, readFileSync(path, "utf8"));
    return {
      create: (send) =>
        new LuaReactor(send, (options, host) => openState(new WasmLuaVm(module, options, prelude), host)),
    };
  },
};

const PAIRS: readonly Pair[] = [
  {
    engine: javascript,
    fresh: freshJavaScript,
    saved: JAVASCRIPT,
    save: takeJavaScript,
    hungry:
      "const all = []; for (;;) { all.push(new Uint8Array(1000)); if (all.length % 10 === 0) console.log(all.length) }",
    spoiler:
      "const found = String([].map) + typeof seen; [].__proto__.map = 1; globalThis.seen = 1; export default found",
    fingerprint:
      "export default Reflect.ownKeys(globalThis).map(String).join() + Math.random() + new Error('x').stack + console.log",
  },
  {
    engine: lua,
    fresh: freshLua,
    saved: LUA,
    save: takeLua,
    hungry:
      "local all = {} while true do all[#all + 1] = ('x'):rep(1000) .. #all if #all % 10 == 0 then print(#all) end end",
    spoiler: "local found = tostring(string.rep ~= 1) .. type(seen) string.rep = 1 seen = 1 return found",
    fingerprint:
      "local all = {} for key, value in pairs(_G) do all[#all + 1] = key .. tostring(value) end return table.concat(all) .. tostring({}) .. math.random() .. collectgarbage('count')",
  },
];

for (const { engine, fresh, saved, save, hungry, spoiler, fingerprint } of PAIRS) {
  describe(engine.id, () => {
    const both = async (it: Case) => {
      const [restored, anew] = [await runOnReactor(it, engine), await runOnReactor(it, fresh)];
      expect(restored.asJson(), it.name).toEqual(anew.asJson());
      return restored;
    };

    for (const [group, cases] of Object.entries(CASES)) {
      const own = cases.filter((it) => sourceFor(it, engine) !== undefined);
      if (own.length === 0) continue;
      test(`${group}: every message is the same, and so is the fuel`, async () => {
        for (const it of own) await both(it);
      });
    }

    test.each([1, 3, 8, 24])("memory is refused at the same place with a limit of %d MB", async (megabytes) => {
      const limits = { memory: megabytes * 1024 * 1024 };
      const run = await both({ name: "hungry", [engine.language]: hungry, limits, expect: {} });
      expect(run.failure?.code).toBe("limit.memory");
      expect(run.messages.length).toBeGreaterThan(50 * megabytes);
    });

    test("orders, addresses and chance are the same", async () => {
      const run = await both({ name: "fingerprint", [engine.language]: fingerprint, expect: {} });
      expect(String(run.result).length).toBeGreaterThan(300);
    });

    test("two runs share nothing", async () => {
      const it = { name: "spoiler", [engine.language]: spoiler, expect: {} };
      const first = (await runOnReactor(it, engine)).asJson();
      expect((await runOnReactor(it, engine)).asJson()).toEqual(first);
      expect(first.join()).not.toContain("failure");
    });

    test("what is saved is the same every time", () => {
      expect(JSON.stringify(save())).toBe(JSON.stringify(saved));
    });
  });
}
