import { decodeRune, RUNE_ERROR } from "../../byte-strings.ts";
import type { RunContext } from "../../context.ts";
import { foldRune } from "../../forms/index.ts";
import { Op, type Program } from "./program.ts";

/** Steps are burnt so many at a time. */
const BATCH = 1024;

/** Counts the steps of one search. */
export class StepMeter {
  #left = BATCH;

  constructor(private readonly context: RunContext) {}

  step(): void {
    if (--this.#left > 0) return;
    this.#left = BATCH;
    this.context.burn(BATCH);
  }

  /** Counts what costs as much as copying so many places. */
  copy(places: number): void {
    this.#left -= places >> 4;
  }

  /** Burns what was stepped since the last time. */
  settle(): void {
    this.context.burn(BATCH - this.#left);
    this.#left = BATCH;
  }
}

function isWordByte(bytes: string, at: number): boolean {
  const code = bytes.charCodeAt(at);
  return (
    (code >= 0x61 && code <= 0x7a) || (code >= 0x41 && code <= 0x5a) || (code >= 0x30 && code <= 0x39) || code === 0x5f
  );
}

/** Whether an assertion, by its number, holds at a place. */
export function holds(assertion: number, bytes: string, at: number): boolean {
  switch (assertion) {
    case 0:
      return at === 0 || bytes.charCodeAt(at - 1) === 0x0a;
    case 1:
      return at === bytes.length || bytes.charCodeAt(at) === 0x0a;
    case 2:
      return at === 0;
    case 3:
      return at === bytes.length;
    default: {
      const before = at > 0 && isWordByte(bytes, at - 1);
      const after = at < bytes.length && isWordByte(bytes, at);
      return (before !== after) === (assertion === 4);
    }
  }
}

/** The rune at a place and its size, as {@link decodeRune} gives it: ASCII without a call. */
function runeAt(bytes: string, at: number): number {
  const code = bytes.charCodeAt(at);
  return code < 0x80 ? code * 8 + 1 : at < bytes.length ? decodeRune(bytes, at) : RUNE_ERROR * 8;
}

/** Whether an instruction that takes a rune takes this one. */
function takes(program: Program, at: number, rune: number): boolean {
  switch (program.ops[at]) {
    case Op.Rune:
      return rune === program.ys[at];
    case Op.Fold:
      return foldRune(rune) === program.ys[at];
    case Op.Class:
      return program.classes[program.ys[at] as number]?.(rune) ?? false;
    case Op.Any:
      return true;
    default:
      return rune !== 0x0a;
  }
}

/**
 * Tries one way after the other, and no instruction twice at the same place. Needs a cell for every instruction at every
 * place, so that it is for short texts. All expressions of a run share one.
 */
export class Backtracker {
  /** Cells that hold the current generation were visited; so none need be cleared between searches. */
  #visited = new Uint32Array(0);
  #generation = 0;
  readonly #stack: number[] = [];

  /** Begins a search that needs so many cells. */
  reset(cells: number, context: RunContext): void {
    if (this.#visited.length < cells || this.#generation === 0xffff_ffff) {
      const size = Math.max(cells, this.#visited.length * 2);
      context.charge(size * 4);
      this.#visited = new Uint32Array(size);
      this.#generation = 0;
    }
    this.#generation++;
  }

  /** Tries to match at `start`, where the search began at `from`. The groups go into `slots`: on failure, none. */
  tryAt(program: Program, bytes: string, from: number, start: number, slots: number[], meter: StepMeter): boolean {
    const { ops, xs, ys } = program;
    const width = bytes.length - from + 1;
    const stack = this.#stack;
    stack.length = 0;
    let pc = program.start;
    let at = start;
    for (;;) {
      meter.step();
      const cell = pc * width + at - from;
      let next = -1;
      if (this.#visited[cell] !== this.#generation) {
        this.#visited[cell] = this.#generation;
        const op = ops[pc];
        if (op === Op.Match) {
          slots[0] = start;
          slots[1] = at;
          return true;
        }
        if (op === Op.Split) {
          stack.push(ys[pc] as number, at);
          next = xs[pc] as number;
        } else if (op === Op.Save) {
          // What the slot held comes back before anything is tried that was to be tried before.
          stack.push(-1 - (ys[pc] as number), slots[ys[pc] as number] as number);
          slots[ys[pc] as number] = at;
          next = xs[pc] as number;
        } else if (op === Op.Assert) {
          if (holds(ys[pc] as number, bytes, at)) next = xs[pc] as number;
        } else if (at < bytes.length) {
          const decoded = runeAt(bytes, at);
          if (takes(program, pc, decoded >> 3)) {
            at += decoded & 7;
            next = xs[pc] as number;
          }
        }
      }
      while (next < 0) {
        const value = stack.pop();
        const place = stack.pop();
        if (value === undefined || place === undefined) return false;
        if (place < 0) {
          slots[-1 - place] = value;
        } else {
          at = value;
          next = place;
        }
      }
      pc = next;
    }
  }
}

/** The threads at one place of the text, best first. */
class Threads {
  readonly pcs: Int32Array;
  readonly slots: (number[] | undefined)[] = [];
  readonly #sparse: Int32Array;
  size = 0;

  constructor(capacity: number) {
    this.pcs = new Int32Array(capacity);
    this.#sparse = new Int32Array(capacity);
  }

  /** Notes an instruction; false where it is there already. */
  add(pc: number): boolean {
    const index = this.#sparse[pc] as number;
    if (index < this.size && this.pcs[index] === pc) return false;
    this.#sparse[pc] = this.size;
    this.pcs[this.size] = pc;
    this.slots[this.size++] = undefined;
    return true;
  }
}

/** Goes through the text once with all ways at the same time. For texts of any length. */
export class Simulator {
  #current: Threads;
  #next: Threads;

  constructor(private readonly program: Program) {
    this.#current = new Threads(program.ops.length);
    this.#next = new Threads(program.ops.length);
  }

  /** Searches from `from` on; `find` gives the next place where a match may begin, or -1. */
  search(
    bytes: string,
    from: number,
    slotCount: number,
    find: (at: number) => number,
    meter: StepMeter,
  ): number[] | undefined {
    let matched: number[] | undefined;
    let upcoming = find(from);
    this.#current.size = 0;
    for (let at = from; ;) {
      if (upcoming >= 0 && upcoming < at) upcoming = find(at);
      if (this.#current.size === 0) {
        if (matched !== undefined || upcoming < 0) return matched;
        at = upcoming;
      }
      if (matched === undefined && upcoming === at) {
        const slots = Array.from({ length: slotCount }, () => -1);
        slots[0] = at;
        this.#follow(this.#current, bytes, at, slots, meter);
      }
      const decoded = runeAt(bytes, at);
      matched = this.#advance(bytes, at, decoded, meter) ?? matched;
      [this.#current, this.#next] = [this.#next, this.#current];
      this.#next.size = 0;
      if (at >= bytes.length) return matched;
      at += decoded & 7;
    }
  }

  /** Moves all threads over one rune. Gives the groups of the best thread that has matched, which ends all that are worse. */
  #advance(bytes: string, at: number, decoded: number, meter: StepMeter): number[] | undefined {
    const { xs, ops } = this.program;
    const current = this.#current;
    for (let index = 0; index < current.size; index++) {
      const slots = current.slots[index];
      if (slots === undefined) continue;
      meter.step();
      const pc = current.pcs[index] as number;
      if (ops[pc] === Op.Match) {
        slots[1] = at;
        return slots;
      }
      if (at < bytes.length && takes(this.program, pc, decoded >> 3)) {
        this.#follow(this.#next, bytes, at + (decoded & 7), slots, meter, xs[pc] as number);
      }
    }
    return undefined;
  }

  /** Adds an instruction, and all that can be reached from it without taking a rune. */
  #follow(
    threads: Threads,
    bytes: string,
    at: number,
    slots: number[],
    meter: StepMeter,
    start = this.program.start,
  ): void {
    const { ops, xs, ys } = this.program;
    const stack: (readonly [number, number[]])[] = [[start, slots]];
    for (let top = stack.pop(); top !== undefined; top = stack.pop()) {
      let [pc, held] = top;
      while (threads.add(pc)) {
        meter.step();
        const op = ops[pc];
        if (op === Op.Split) {
          stack.push([ys[pc] as number, held]);
        } else if (op === Op.Save) {
          meter.copy(held.length);
          held = [...held];
          held[ys[pc] as number] = at;
        } else if (op !== Op.Assert) {
          threads.slots[threads.size - 1] = held;
          break;
        } else if (!holds(ys[pc] as number, bytes, at)) {
          break;
        }
        pc = xs[pc] as number;
      }
    }
  }
}
