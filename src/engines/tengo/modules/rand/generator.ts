import type { TengoInt } from "../../integers.ts";
import { exp, log } from "../math/exponential.ts";
import { AdditiveSource } from "./additive-source.ts";
import { EXPONENTIAL_EDGE, exponentialZiggurat, NORMAL_EDGE, normalZiggurat, type Ziggurat } from "./ziggurat.ts";

const TWO_32 = 2 ** 32;
const LAST_31 = 2 ** 31 - 1;

function remainderOfHalves(high: number, low: number, modulus: number): number {
  return ((high % modulus) * TWO_32 + low) % modulus;
}

/** Go's `rand.Rand` over its own source: the same draws from the same seed. */
export class Generator {
  private readonly source: AdditiveSource;
  private readLow = 0;
  private readHigh = 0;
  private readLeft = 0;

  constructor(seed: TengoInt) {
    this.source = new AdditiveSource(seed);
  }

  /** Starts the sequence of a seed. */
  seed(seed: TengoInt): void {
    this.source.seed(seed);
    this.readLeft = 0;
  }

  private high31(): number {
    this.source.next();
    return this.source.high & LAST_31;
  }

  private uint32(): number {
    const high = this.high31();
    return ((high << 1) | (this.source.low >>> 31)) >>> 0;
  }

  /** A whole number from 0 to 2^63 - 1. */
  int63(): TengoInt {
    const high = this.high31();
    if (high < 2 ** 21) return high * TWO_32 + this.source.low;
    return (BigInt(high) << 32n) | BigInt(this.source.low);
  }

  /** A whole number from 0 to below `limit`, which is above 0. */
  int63n(limit: TengoInt): TengoInt {
    if (typeof limit === "bigint" || limit > 2 ** 21) return this.wideInt63n(BigInt(limit));
    let high = this.high31();
    // For a power of two nothing is left over, so that nothing is drawn again.
    const least = TWO_32 - remainderOfHalves(2 ** 31, 0, limit);
    while (high === LAST_31 && this.source.low >= least) high = this.high31();
    return remainderOfHalves(high, this.source.low, limit);
  }

  private wideInt63n(limit: bigint): TengoInt {
    const most = (1n << 63n) - 1n - ((1n << 63n) % limit);
    let drawn = BigInt(this.int63());
    while (drawn > most) drawn = BigInt(this.int63());
    const result = drawn % limit;
    return result <= 9007199254740991n ? Number(result) : result;
  }

  /** A whole number from 0 to below `limit`, at most 2^31 - 1, from the upper half of one draw. */
  private int31n(limit: number): number {
    if ((limit & (limit - 1)) === 0) return this.high31() & (limit - 1);
    const most = LAST_31 - (2 ** 31 % limit);
    let drawn = this.high31();
    while (drawn > most) drawn = this.high31();
    return drawn % limit;
  }

  /** A float in [0, 1). */
  float(): number {
    let result: number;
    do {
      result = (this.high31() * TWO_32 + this.source.low) / 2 ** 63;
    } while (result === 1);
    return result;
  }

  private accepts(table: Ziggurat, layer: number, density: number): boolean {
    const low = table.densities[layer] ?? 0;
    const height = Math.fround((table.densities[layer - 1] ?? 0) - low);
    return Math.fround(low + Math.fround(Math.fround(this.float()) * height)) < Math.fround(density);
  }

  /** A float of the exponential distribution of mean 1. */
  exponentialFloat(): number {
    const table = exponentialZiggurat();
    for (;;) {
      const drawn = this.uint32();
      const layer = drawn & 0xff;
      const x = drawn * (table.widths[layer] ?? 0);
      if (drawn < (table.inside[layer] ?? 0)) return x;
      if (layer === 0) return EXPONENTIAL_EDGE - log(this.float());
      if (this.accepts(table, layer, exp(-x))) return x;
    }
  }

  /** A float of the normal distribution of mean 0 and deviation 1. */
  normalFloat(): number {
    const table = normalZiggurat();
    for (;;) {
      const drawn = this.uint32() | 0;
      const layer = drawn & 0x7f;
      const x = drawn * (table.widths[layer] ?? 0);
      if (Math.abs(drawn) < (table.inside[layer] ?? 0)) return x;
      if (layer === 0) return drawn > 0 ? this.normalTail() : -this.normalTail();
      if (this.accepts(table, layer, exp(-0.5 * x * x))) return x;
    }
  }

  private normalTail(): number {
    for (;;) {
      const x = -log(this.float()) * (1 / NORMAL_EDGE);
      const y = -log(this.float());
      if (y + y >= x * x) return NORMAL_EDGE + x;
    }
  }

  /** The numbers below `count`, in any order. */
  permutation(count: number): number[] {
    const items: number[] = [];
    for (let index = 0; index < count; index++) {
      const place = this.int31n(index + 1);
      items[index] = items[place] ?? 0;
      items[place] = index;
    }
    return items;
  }

  /** Overwrites bytes; seven come from each draw, and what is left over is used by the next call. */
  fill(data: Uint8Array): void {
    for (let index = 0; index < data.length; index++) {
      if (this.readLeft === 0) {
        this.readHigh = this.high31();
        this.readLow = this.source.low;
        this.readLeft = 7;
      }
      data[index] = this.readLow & 0xff;
      this.readLow = ((this.readLow >>> 8) | (this.readHigh << 24)) >>> 0;
      this.readHigh >>>= 8;
      this.readLeft--;
    }
  }
}
