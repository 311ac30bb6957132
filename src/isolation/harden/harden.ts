import type { Libc } from "../open-libc.ts";
import type { Hardened, LayerName, MissingLayer } from "./control.ts";
import type { Layer } from "./layer.ts";
import { noNewPrivs } from "./no-new-privs.ts";
import { rlimits } from "./rlimits.ts";
import { seccomp } from "./seccomp.ts";

/** The layers, in the order of `LAYER_NAMES`. */
export const LAYERS: readonly Layer[] = [noNewPrivs, rlimits, seccomp];

/** Applies the layers to this process for the rest of its life, and says which hold. */
export function harden(libc: Libc | undefined, layers: readonly Layer[]): Hardened {
  const held: LayerName[] = [];
  const missing: MissingLayer[] = [];
  for (const { name, apply } of layers) {
    const reason = libc === undefined ? withoutLibc() : apply(libc);
    if (reason === undefined) held.push(name);
    else missing.push({ layer: name, reason });
  }
  return { type: "hardened", layers: held, missing };
}

function withoutLibc(): string {
  return process.platform === "linux" ? "the C library was not found" : `Linux only, this is ${process.platform}`;
}
