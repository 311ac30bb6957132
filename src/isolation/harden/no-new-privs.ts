import type { Layer } from "./layer.ts";

/** prctl(2) */
const PR_SET_DUMPABLE = 4;
const PR_SET_NO_NEW_PRIVS = 38;

/** No program that the process might start gains rights, and no other process of the same person may look into it. */
export const noNewPrivs: Layer = {
  name: "no-new-privs",
  apply(libc) {
    if (libc.prctl(PR_SET_NO_NEW_PRIVS, 1) !== 0) return "the kernel refused PR_SET_NO_NEW_PRIVS";
    return libc.prctl(PR_SET_DUMPABLE, 0) === 0 ? undefined : "the kernel refused PR_SET_DUMPABLE";
  },
};
