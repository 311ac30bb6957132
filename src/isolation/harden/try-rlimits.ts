import type { Libc } from "../open-libc.ts";
import type { Attempt } from "./control.ts";
import { RESOURCES } from "./rlimits.ts";
import type { SystemCalls } from "./system-calls.ts";

/** PROT_READ and PROT_WRITE; MAP_PRIVATE, MAP_ANONYMOUS and MAP_NORESERVE: nothing but a limit refuses it. */
const READ_WRITE = 3;
const UNRESERVED = 0x4022;
const MUCH = 256 * 1024 ** 3;
const ENOMEM = -12;

/** Reads the limits back, and asks for more memory than there may be. */
export function tryRlimits(libc: Libc, { numbers }: SystemCalls): Attempt[] {
  const attempts = Object.entries(RESOURCES).map(([name, { number, limit }]): Attempt => {
    const pair = new BigUint64Array(2);
    const answer = libc.call(numbers.prlimit64, 0, number, 0, new Uint8Array(pair.buffer));
    return { layer: "rlimits", name, refused: answer === 0 && pair.every((it) => it === BigInt(limit)) };
  });
  const place = libc.call(numbers.mmap, 0, MUCH, READ_WRITE, UNRESERVED, -1, 0);
  if (place >= 0) libc.call(numbers.munmap, place, MUCH);
  return [{ layer: "rlimits", name: "memory", refused: place === ENOMEM }, ...attempts];
}
