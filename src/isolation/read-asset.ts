import type { ReadAsset } from "../contract/engine.ts";

/** Reads a file that was embedded into the binary, or that stands beside the source. */
export const readAsset: ReadAsset = (path) => Bun.file(path).bytes();
