import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { MemoryImage } from "../wasm/memory-image.ts";
import { limitStack } from "./limit-stack.ts";
import { saveState } from "./save-state.ts";
import type { SavedState } from "./saved-state.ts";

/** The state after its prelude. Runs while the binary is built: to open it took a quarter of a spell's start. */
export function takeSnapshot(): SavedState<MemoryImage> {
  const read = (url: string) => readFileSync(fileURLToPath(url));
  const module = new WebAssembly.Module(
    limitStack(new Uint8Array(read(import.meta.resolve("wasmoon/dist/glue.wasm")))),
  );
  return saveState(module, read(import.meta.resolve("../../stdlib/lua/prelude.lua")).toString());
}
