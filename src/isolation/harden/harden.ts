import type { Libc } from "../open-libc.ts";
import type { HardenFrame, Hardened, LayerName, MissingLayer } from "./control.ts";
import { landlock } from "./landlock.ts";
import type { Layer } from "./layer.ts";
import { noNewPrivs } from "./no-new-privs.ts";
import { rlimits } from "./rlimits.ts";
import { seccomp } from "./seccomp.ts";

/** The layers, in the order of `LAYER_NAMES`. */
export const LAYERS: readonly Layer[] = [noNewPrivs, rlimits, landlock, seccomp];

/** Applies the layers that the broker asks for to this process for the rest of its life, and says which hold. */
export function harden(libc: Libc | undefined, layers: readonly Layer[], frame: HardenFrame): Hardened {
  const held: LayerName[] = [];
  const missing: MissingLayer[] = [];
  for (const { name, apply } of layers) {
    if (frame.layers !== undefined && !frame.layers.includes(name)) continue;
    const reason = libc === undefined ? withoutLibc() : apply(libc, frame.memory);
    if (reason === undefined) held.push(name);
    else missing.push({ layer: name, reason });
  }
  return { type: "hardened", layers: held, missing };
}

function withoutLibc(): string {
  return process.platform === "linux" ? "the C library was not found" : `Linux only, this is ${process.platform}`;
}
