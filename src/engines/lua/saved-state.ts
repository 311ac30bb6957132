import { hostFunctions, stateOf, type LuaPrelude, type LuaState, type PreludeHost } from "../lua-family/state.ts";
import type { LuaVmOptions } from "../lua-family/vm.ts";
import type { DecodedImage } from "../wasm/memory-image.ts";
import { WasmLuaVm, type SavedLuaVm } from "./wasm-vm.ts";

/** What is left of a state after its prelude where its memory was kept. Nothing of a run is in it, nor of a machine. */
export interface SavedState<Image = DecodedImage> extends SavedLuaVm<Image> {
  readonly prelude: LuaPrelude;
}

/** Goes on from a saved state: the same as opening a new one, but that nothing has to run for it. */
export function restoreState(
  module: WebAssembly.Module,
  options: LuaVmOptions,
  host: PreludeHost,
  saved: SavedState,
): LuaState<number> {
  const vm = new WasmLuaVm(module, options, saved);
  vm.bindFunctions(hostFunctions(vm, host).map(({ body }) => body));
  return stateOf(vm, saved.prelude);
}
