import type { DecodedImage } from "../wasm/memory-image.ts";
import { QuickJsVm, type QuickJsHost, type QuickJsRoots } from "./quickjs-vm.ts";

/** The functions of the prelude that the host calls, as values of the VM. */
export interface PreludeFunctions {
  readonly open: number;
  readonly run: number;
  readonly deliver: number;
  readonly fail: number;
}

/** A VM in which the prelude has run, and nothing else yet. */
export interface OpenedVm {
  readonly vm: QuickJsVm;
  readonly prelude: PreludeFunctions;
}

/** What is left of an {@link OpenedVm} where its memory was kept. Nothing of a run is in it, nor of a machine. */
export interface SavedVm<Image = DecodedImage> {
  readonly image: Image;
  readonly roots: QuickJsRoots;
  readonly prelude: PreludeFunctions;
}

/** Gives a VM to a host; each is used for one run. */
export type VmMaker = (host: QuickJsHost) => OpenedVm;

/** Goes on from a saved VM: the same as opening a new one, but that nothing has to run for it. */
export function restoreVm(module: WebAssembly.Module, host: QuickJsHost, saved: SavedVm): OpenedVm {
  return { vm: new QuickJsVm(module, host, saved), prelude: saved.prelude };
}
