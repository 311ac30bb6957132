import type { MemoryImage } from "../wasm/memory-image.ts";
import type { SavedVm } from "./opened-vm.ts";
import { takeSnapshot } from "./snapshot.macro.ts" with { type: "macro" };

/** The VM after its prelude, made when the binary is built. */
export const SNAPSHOT: SavedVm<MemoryImage> = takeSnapshot();
