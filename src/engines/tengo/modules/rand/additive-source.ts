import type { TengoInt } from "../../integers.ts";
import { COOKED } from "./cooked.ts";

const LENGTH = 607;
const TAP = 273;
const MODULUS = 2 ** 31 - 1;

/** One step of the generator that spreads a seed: x * 48271 modulo 2^31 - 1. */
function spread(x: number): number {
  return (x * 48_271) % MODULUS;
}

function seedNumber(seed: TengoInt): number {
  const rest = typeof seed === "number" ? seed % MODULUS : Number(seed % BigInt(MODULUS));
  if (rest === 0) return 89_482_311;
  return rest < 0 ? rest + MODULUS : rest;
}

let cooked: Uint32Array | undefined;

function cookedWords(): Uint32Array {
  if (cooked !== undefined) return cooked;
  const view = new DataView(Uint8Array.fromBase64(COOKED).buffer);
  cooked = Uint32Array.from({ length: 2 * LENGTH }, (_, index) => view.getUint32(index * 4, true));
  return cooked;
}

/** Go's `rand.NewSource`: an additive lagged Fibonacci generator of 64 bits, held as halves of 32. */
export class AdditiveSource {
  /** The upper half of the number drawn last. */
  high = 0;
  /** The lower half of the number drawn last. */
  low = 0;
  private tap = 0;
  private feed = LENGTH - TAP;
  private readonly lows = new Uint32Array(LENGTH);
  private readonly highs = new Uint32Array(LENGTH);

  constructor(seed: TengoInt) {
    this.seed(seed);
  }

  /** Starts the sequence of a seed. */
  seed(seed: TengoInt): void {
    const words = cookedWords();
    this.tap = 0;
    this.feed = LENGTH - TAP;
    let x = seedNumber(seed);
    for (let skipped = 0; skipped < 20; skipped++) x = spread(x);
    for (let index = 0; index < LENGTH; index++) {
      const first = spread(x);
      const second = spread(first);
      x = spread(second);
      this.lows[index] = (second << 20) ^ x ^ (words[2 * index] ?? 0);
      this.highs[index] = (first << 8) ^ (second >>> 12) ^ (words[2 * index + 1] ?? 0);
    }
  }

  /** Draws a number into `high` and `low`. */
  next(): void {
    this.tap = this.tap === 0 ? LENGTH - 1 : this.tap - 1;
    this.feed = this.feed === 0 ? LENGTH - 1 : this.feed - 1;
    const low = (this.lows[this.feed] ?? 0) + (this.lows[this.tap] ?? 0);
    const high = (this.highs[this.feed] ?? 0) + (this.highs[this.tap] ?? 0) + (low > 0xffffffff ? 1 : 0);
    this.low = low >>> 0;
    this.high = high >>> 0;
    this.lows[this.feed] = this.low;
    this.highs[this.feed] = this.high;
  }
}
