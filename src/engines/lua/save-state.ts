import { hostFunctions, runPrelude } from "../lua-family/state.ts";
import { LUA_STATUS } from "../lua-family/vm.ts";
import { takeImage, type MemoryImage } from "../wasm/memory-image.ts";
import { instantiateLua } from "./module.ts";
import type { SavedState } from "./saved-state.ts";
import { WasmLuaVm } from "./wasm-vm.ts";

/** The prelude as bytecode of this very VM, without its lines. Bytecode is loaded from here only; a spell's own is refused. */
export function compilePrelude(module: WebAssembly.Module, text: string): Uint8Array {
  const vm = new WasmLuaVm(module, { onSteps() {} }, new Uint8Array(0));
  vm.load(vm.main, "local text = ... return string.dump(assert(load(text, '=llmspell')), true)", "=dump");
  vm.pushText(vm.main, text);
  const failed = vm.protectedCall(vm.main, 1, 1) !== LUA_STATUS.ok;
  const bytecode = vm.toText(vm.main, vm.getTop(vm.main));
  if (failed || typeof bytecode === "string") throw new Error(`the prelude did not compile: ${String(bytecode)}`);
  return bytecode;
}

/** Opens a state with the prelude of that text, and keeps what it takes to go on from there in another process. */
export function saveState(module: WebAssembly.Module, prelude: string): SavedState<MemoryImage> {
  const vm = new WasmLuaVm(module, { onSteps() {} }, compilePrelude(module, prelude));
  const marks = runPrelude(
    vm,
    hostFunctions(vm, { output() {}, now: () => 0, charge() {}, called() {}, coroutineFailed() {} }),
  );
  const blank = instantiateLua(module, { memory: () => 0, steps: () => 0 });
  return { image: takeImage(vm.memory, blank.memory), roots: vm.roots(), prelude: marks };
}
