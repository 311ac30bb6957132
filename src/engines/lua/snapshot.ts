import type { MemoryImage } from "../wasm/memory-image.ts";
import type { SavedState } from "./saved-state.ts";
import { takeSnapshot } from "./snapshot.macro.ts" with { type: "macro" };

/** The state after its prelude, made when the binary is built. */
export const SNAPSHOT: SavedState<MemoryImage> = takeSnapshot();
