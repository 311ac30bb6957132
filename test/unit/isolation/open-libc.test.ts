import { expect, test } from "bun:test";
import { openLibc } from "../../../src/isolation/open-libc.ts";

/** No such descriptor is open: a look at it would write that into the second word. */
const NOBODY = 0x6adf8d83;
const EVENTS = 0x0373;

const libc = await openLibc();

test.skipIf(libc === undefined)("a look for input writes to no memory but its own, also after a collection", () => {
  const others: Int32Array[] = [];
  for (let round = 0; round < 10; round++) {
    Bun.gc(true);
    // They would be put where something of the same size was.
    for (let index = 0; index < 20_000; index++) others.push(new Int32Array([NOBODY, EVENTS]));
    libc?.hasInput();
  }
  expect(others.filter(([first, second]) => first !== NOBODY || second !== EVENTS)).toEqual([]);
});
