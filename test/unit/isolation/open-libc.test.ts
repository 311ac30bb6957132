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

test.skipIf(libc === undefined)("an address leads to the same bytes after their buffer was asked for", () => {
  const bytes = new Uint8Array(8);
  const place = libc?.address(bytes) ?? 0;
  expect(bytes.buffer.byteLength).toBe(8);
  libc?.bytesAt(place, 8).set([7]);
  expect(bytes[0]).toBe(7);
});

test.skipIf(libc === undefined)("bytes whose address was taken are there after a collection", () => {
  const places = Array.from({ length: 100 }, () => libc?.address(new Uint8Array(16).fill(7)) ?? 0);
  const others: Uint8Array[] = [];
  for (let round = 0; round < 5; round++) {
    Bun.gc(true);
    for (let index = 0; index < 20_000; index++) others.push(new Uint8Array(16));
  }
  const found = places.map((place) => libc?.bytesAt(place, 16).every((byte) => byte === 7));
  expect(found).not.toContain(false);
});
