import type { Libc } from "../open-libc.ts";
import type { LayerName } from "./control.ts";

/** One layer of the operating system's, applied to a whole process for the rest of its life. */
export interface Layer {
  readonly name: LayerName;
  /** Applies it, and answers why it does not hold, if so. `memory`: bytes that the process may grow by from now on. */
  apply(libc: Libc, memory: number): string | undefined;
}
