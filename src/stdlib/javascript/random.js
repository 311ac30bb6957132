// Math.random from the run's seed, so that a replay draws the same numbers: sfc32 by Chris Doty-Humphrey.
import { hide } from "./wire.js";

/** Replaces Math.random. The seed is an integer of 32 bits. */
export function openRandom(seed) {
  let a = seed | 0;
  let b = (seed ^ 0x9e3779b9) | 0;
  let c = (seed ^ 0x85ebca6b) | 0;
  let counter = 1;
  function next() {
    const sum = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + sum) | 0;
    return sum >>> 0;
  }
  // The first numbers still show the seed.
  for (let round = 0; round < 15; round++) next();
  hide(Math, "random", function random() {
    // 53 bits: 27 of one number and 26 of the next.
    return ((next() >>> 5) * 67_108_864 + (next() >>> 6)) / 9_007_199_254_740_992;
  });
}
