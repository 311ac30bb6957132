import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { MemoryImage } from "../wasm/memory-image.ts";
import { saveVm } from "./open-vm.ts";
import type { SavedVm } from "./opened-vm.ts";
import { exportTable } from "./rejections.ts";

/** The VM after its prelude. Runs while the binary is built: to make it took most of a spell's start. */
export function takeSnapshot(): SavedVm<MemoryImage> {
  const path = fileURLToPath(import.meta.resolve("@jitl/quickjs-ng-wasmfile-release-sync/wasm"));
  return saveVm(new WebAssembly.Module(exportTable(readFileSync(path))));
}
