import { decodeRune } from "../../byte-strings.ts";
import type { RunContext } from "../../context.ts";
import { Growth } from "../../forms/index.ts";
import { parseRegexp } from "./parse-regexp.ts";
import { compileRegexp, type Program } from "./program.ts";
import { Backtracker, Simulator, StepMeter } from "./run-program.ts";

/** Cells that the backtracker may have: beyond, the text is simulated. */
const MAX_CELLS = 1 << 18;

/** What an instruction takes, and the simulator's two threads for it. */
const INSTRUCTION_BYTES = 64;

/** The places of a match and of its groups: begin and end of each, -1 where a group is not in it. */
export type Match = readonly number[];

/**
 * A regular expression as Go's regexp package has it: RE2's syntax, byte offsets, the leftmost match and the first of
 * the ways to make it, and time in proportion to the text. Bytes that are no UTF-8 are U+FFFD of one byte each.
 */
export class Regexp {
  readonly #program: Program;
  #simulator: Simulator | undefined;
  readonly #slotCount: number;

  /** Throws `RegexpFault`. */
  constructor(
    readonly pattern: string,
    private readonly backtracker: Backtracker,
    context: RunContext,
  ) {
    context.burn(1 + pattern.length * 4);
    context.charge(pattern.length * 64);
    const { root, names } = parseRegexp(pattern);
    context.burn(root.size);
    this.bytes = INSTRUCTION_BYTES * root.size;
    context.charge(this.bytes);
    this.names = names;
    this.#slotCount = names.length * 2;
    this.#program = compileRegexp(root);
  }

  /** The names of the groups, the whole match first; empty where a group has none. */
  readonly names: readonly string[];

  /** The memory that it takes as long as it lives. */
  readonly bytes: number;

  /** The first match from `from` on. */
  find(bytes: string, from: number, context: RunContext): Match | undefined {
    const { prefix, anchored } = this.#program;
    const meter = new StepMeter(context);
    context.burn(1 + (this.#slotCount >> 4));
    // Where a match may begin from a place on.
    const next = (at: number): number => {
      if (anchored) return at === 0 ? 0 : -1;
      if (at > bytes.length) return -1;
      if (prefix === "") return at;
      const found = bytes.indexOf(prefix, at);
      context.burn(((found < 0 ? bytes.length : found) - at) >> 4);
      return found;
    };
    const cells = this.#program.ops.length * (bytes.length - from + 1);
    const short = cells <= MAX_CELLS;
    if (short) this.backtracker.reset(cells, context);
    // In a simulation every thread may have the places of its own groups.
    else context.charge(this.#program.ops.length * this.#slotCount * 16);
    const search = short ? this.#backtrack : this.#simulate;
    const match = search.call(this, bytes, from, next, meter, context);
    meter.settle();
    return match;
  }

  #backtrack(
    bytes: string,
    from: number,
    next: (at: number) => number,
    meter: StepMeter,
    context: RunContext,
  ): Match | undefined {
    const slots = Array.from({ length: this.#slotCount }, () => -1);
    for (let at = next(from); at >= 0; at = next(at)) {
      if (this.backtracker.tryAt(this.#program, bytes, from, at, slots, meter)) return slots;
      context.burn(1);
      at += at < bytes.length ? decodeRune(bytes, at) & 7 : 1;
    }
    return undefined;
  }

  #simulate(bytes: string, from: number, next: (at: number) => number, meter: StepMeter): Match | undefined {
    this.#simulator ??= new Simulator(this.#program);
    return this.#simulator.search(bytes, from, this.#slotCount, next, meter);
  }

  /** All matches that do not overlap, at most `most` of them; a negative number is no limit. */
  findAll(bytes: string, most: number, context: RunContext): Match[] {
    const found: Match[] = [];
    const growth = new Growth(context);
    let previousEnd = -1;
    for (let at = 0; at <= bytes.length && (most < 0 || found.length < most);) {
      const match = this.find(bytes, at, context);
      if (match === undefined) break;
      const [start, end] = match as [number, number];
      // An empty match right after the one before is none.
      const accepted = end !== at || start !== previousEnd;
      if (end > at) at = end;
      else at = at < bytes.length ? at + (decodeRune(bytes, at) & 7) : bytes.length + 1;
      previousEnd = end;
      if (accepted) {
        // The groups' places, and what is made of them.
        growth.add(64 + match.length * 72);
        found.push(match);
      }
    }
    return found;
  }

  /** Go's `Regexp.Split`. */
  split(bytes: string, most: number, context: RunContext): string[] {
    if (most === 0) return [];
    if (this.pattern !== "" && bytes === "") return [""];
    const parts: string[] = [];
    let begin = 0;
    let end = 0;
    for (const match of this.findAll(bytes, most, context)) {
      if (most > 0 && parts.length === most - 1) break;
      end = match[0] as number;
      if (match[1] !== 0) parts.push(bytes.slice(begin, end));
      begin = match[1] as number;
    }
    if (end !== bytes.length) parts.push(bytes.slice(begin));
    return parts;
  }
}
