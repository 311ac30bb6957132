import type { RunContext } from "../context.ts";
import { TengoLimit } from "../errors.ts";
import { LONG_STRING, type LiveBytes } from "./live-bytes.ts";

/** What a run may use, and what it is told. */
export interface MeterOptions {
  /** Instructions (and steps of natives). Without: as many as it likes. */
  readonly fuel?: number;
  /** Bytes of live data. Without: as many as it likes. */
  readonly memoryBytes?: number;
  readonly maxStringLength?: number;
  readonly maxBytesLength?: number;
  readonly seed?: number;
  readonly now?: () => { readonly seconds: number; readonly nanoseconds: number };
  readonly print?: (text: string) => void;
}

const MAX_LENGTH = 2 ** 31 - 1;

/** What makes or reads many bytes takes time: a step for each `2 ** BYTES_A_STEP` of them. */
export const BYTES_A_STEP = 8;

/**
 * The machine takes fuel from the meter in portions, so that it counts down a small integer. While one is handed out,
 * what natives burn may be owed from it: nobody may use more than one portion too much, and nobody is stopped too early.
 */
const PORTION = 256;

/**
 * Counts what a run uses. Memory is counted as live data: bytes are added up as they are asked for, and when they
 * might be too many, the machine that is attached says how many are really in use.
 */
export class Meter implements RunContext {
  readonly maxStringLength: number;
  readonly maxBytesLength: number;
  readonly seed: number;
  /** Fuel that is left and not handed out. */
  fuel: number;
  private readonly limit: number;
  private readonly clock: NonNullable<MeterOptions["now"]>;
  private readonly write: (text: string) => void;
  private live = 0;
  private allocated = 0;
  /** Of what was allocated: all that may be long strings. */
  private large = 0;
  /** Of what is live: long strings that equal others, as far as they may be strings of their own. */
  private again = 0;
  /** How much may be allocated before live data is counted again. */
  private credit: number;
  private measure: () => LiveBytes = () => ({ bytes: 0, again: 0 });

  constructor(options: MeterOptions = {}) {
    this.maxStringLength = options.maxStringLength ?? MAX_LENGTH;
    this.maxBytesLength = options.maxBytesLength ?? MAX_LENGTH;
    this.seed = options.seed ?? 0;
    this.fuel = options.fuel ?? Number.MAX_SAFE_INTEGER;
    this.limit = options.memoryBytes ?? Infinity;
    this.credit = this.limit;
    this.clock = options.now ?? (() => ({ seconds: 0, nanoseconds: 0 }));
    this.write = options.print ?? (() => {});
  }

  /** Says who counts live data. */
  attach(measure: () => LiveBytes): void {
    this.measure = measure;
  }

  charge(bytes: number): void {
    this.allocated += bytes;
    if (bytes >= LONG_STRING) this.large += bytes;
    if (!(this.allocated <= this.credit)) this.recount(bytes);
    if (bytes >= 1 << BYTES_A_STEP) this.burn(bytes >> BYTES_A_STEP);
  }

  burn(steps: number): void {
    this.fuel -= steps;
    if (!(this.fuel >= -PORTION)) this.outOfFuel();
  }

  /** Hands out fuel to be counted down elsewhere; {@link giveBack} what is left of it. */
  takePortion(): number {
    const portion = Math.min(PORTION, this.fuel);
    if (portion <= 0) this.outOfFuel();
    this.fuel -= portion;
    return portion;
  }

  /** Takes back unused fuel. */
  giveBack(fuel: number): void {
    this.fuel += fuel;
  }

  /** The bytes that are in use, as far as is known: live data at the last count, and all allocated since. */
  get memory(): number {
    return this.live + this.allocated;
  }

  now(): { readonly seconds: number; readonly nanoseconds: number } {
    return this.clock();
  }

  print(text: string): void {
    this.write(text);
  }

  private outOfFuel(): never {
    this.fuel = 0;
    throw new TengoLimit("limit.fuel", "the fuel is used up");
  }

  /** Counts live data; what is asked for right now is not yet among it. */
  private recount(bytes: number): void {
    if (bytes <= this.limit) {
      const { bytes: counted, again } = this.measure();
      // Equal texts may be one or many, but no more than there were before and has been asked for since.
      this.again = Math.min(again, this.again + this.large);
      this.large = 0;
      this.live = counted + this.again;
      this.allocated = bytes;
      if (this.live + bytes <= this.limit) {
        this.credit = Math.max(this.limit - this.live, this.limit / 8);
        return;
      }
    }
    this.allocated = 0;
    throw new TengoLimit("limit.memory", `more than ${this.limit} bytes of memory are in use`);
  }
}
