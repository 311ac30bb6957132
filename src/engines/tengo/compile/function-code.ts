import type { TengoPosition } from "../errors.ts";
import type { SourceFile } from "../syntax/position.ts";
import type { FunctionCode, TengoValue } from "../values.ts";

/**
 * Where values lie in a machine's memory: its globals first, then the constants, then the fibers' stacks. An operand
 * of an instruction is the place of a global or a constant, or, with its sign bit set, a register of the frame.
 */
export const GLOBALS = 1024;

/** The sign bit of an operand that is a register. */
export const REGISTER = -0x80000000;

/** An operand that is left out. */
export const NOWHERE = 0x7fffffff;

/** The code of a function, of a module's top level, or of the script's. */
export class CompiledCode implements FunctionCode {
  constructor(
    readonly parameters: number,
    readonly variadic: boolean,
    /** Opcodes and their operands, see run/dispatch.ts. */
    readonly instructions: Int32Array,
    /** Registers of parameters and variables; those of intermediate values follow. */
    readonly locals: number,
    /** The most intermediate values at once, counted as the reference's stack holds them. */
    readonly depth: number,
    private readonly file: SourceFile,
    /** Pairs: the place of an instruction, and the offset in the source that it reports; in order. */
    private readonly positions: Int32Array,
    /** What the function is called, for stacks; undefined at a top level. */
    readonly name: string | undefined,
    /** The places of calls that are statements: an error of the host's would be seen by nobody. */
    readonly unheard: ReadonlySet<number>,
  ) {}

  /** Where the instruction at `place` stands in the source. */
  positionOf(place: number): TengoPosition {
    const pairs = this.positions;
    let low = 0;
    let high = pairs.length / 2;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (pairs[middle * 2]! <= place) low = middle;
      else high = middle;
    }
    return this.file.positionOf(Math.max(pairs[low * 2 + 1] ?? 0, 0));
  }
}

/** A compiled script. It never changes: many machines may run it. */
export interface Program {
  readonly main: CompiledCode;
  /** What lies in the constants' part of the memory. */
  readonly constants: readonly TengoValue[];
  /** The functions that closures are made of. */
  readonly functions: readonly CompiledCode[];
  /** The keys of map literals. */
  readonly shapes: readonly (readonly string[])[];
  /** Names of the native modules that are imported. */
  readonly modules: readonly string[];
  /** The places of the variables that are visible at the end of the script's top level. */
  readonly globals: ReadonlyMap<string, number>;
  /** Whether allocations are counted as the reference counts them. */
  readonly counted: boolean;
  /** The most registers that a function has. */
  readonly largestFrame: number;
  /** About as many bytes as the program itself takes. */
  readonly bytes: number;
}
