/**
 * The reference knows Unicode 15.0, JavaScript engines know later versions. These code points came after 15.0, as pairs
 * of first and last, in base 36 and relative to the one before.
 */
const LATER =
  "1ov 0 8 0 qt 0 3k 0 2r7 e 3 b 2r 1 1c 0 7e 1 tz 0 o6 2 1gt 0 va 3 dh 1 a 0 na4 4 3 0 2 0 6 2 l 0 " +
  "gk2 f ce 1 1j 6 1ki 1f nh p rr 11 4 s 9 1 8j 5 9 8 y 2 w4 9 2 0 3 0 2 11 2 9 2 0 3 0 2 3 2 9 2 1 9 " +
  "1 ku j vx 7 2h x f 9 c7 17 5 9 a9 0 45i 32y 5qe 1l 2dj 1l 87 o 3 o 7z 4 4qq 7 zk 0 a l 2q 36 c9a 70 " +
  "4 c3 7 m g g 4io 16 5 0 5d u 2 l 9 1 34p 0 4f 3 8o 9 5 1 f 8 ak 3 1e 1 4 1 1b 0 8 0 2 0 5 0 f 0 3 0 " +
  "a 1 5 0 64 10 b 0 10zk 5 4mb b 5s3 h9 aj7 3bd";

let ranges: readonly number[] | undefined;

function decode(): readonly number[] {
  let last = 0;
  return LATER.split(" ").map((step) => (last += Number.parseInt(step, 36)));
}

/** Whether a code point was assigned after Unicode 15.0, so that the reference takes it for unassigned. */
export function isLaterRune(rune: number): boolean {
  if (rune < 0x88f) return false;
  ranges ??= decode();
  let low = 0;
  let high = ranges.length / 2;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((ranges[middle * 2 + 1] as number) < rune) low = middle + 1;
    else high = middle;
  }
  return low * 2 < ranges.length && (ranges[low * 2] as number) <= rune;
}
