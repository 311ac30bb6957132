/** xoshiro128** (Blackman and Vigna, 2018), seeded by splitmix32: fengari's own generator is one for the whole process. */
export function seededRandom(first: number): { next(): number; seed(value: number): void } {
  const state = new Uint32Array(4);

  function seed(value: number): void {
    let mixed = value >>> 0;
    for (let index = 0; index < 4; index++) {
      mixed = (mixed + 0x9e3779b9) >>> 0;
      let word = mixed;
      word = Math.imul(word ^ (word >>> 16), 0x85ebca6b);
      word = Math.imul(word ^ (word >>> 13), 0xc2b2ae35);
      state[index] = word ^ (word >>> 16);
    }
  }

  function word(): number {
    const [a = 0, b = 0, c = 0, d = 0] = state;
    const scaled = Math.imul(b, 5);
    const result = Math.imul((scaled << 7) | (scaled >>> 25), 9) >>> 0;
    const third = c ^ a;
    const fourth = d ^ b;
    state[1] = b ^ third;
    state[0] = a ^ fourth;
    state[2] = third ^ (b << 9);
    state[3] = (fourth << 11) | (fourth >>> 21);
    return result;
  }

  seed(first);
  // 53 bits, as a float64 in [0, 1) can hold.
  return { seed, next: () => ((word() >>> 5) * 67108864 + (word() >>> 6)) / 9007199254740992 };
}
