import { Op } from "../run/dispatch.ts";
import type { SourceFile } from "../syntax/position.ts";
import { CompiledCode } from "./function-code.ts";

/** The dispatch loop reads as many words after an opcode, even of the last instruction. */
const PADDING = 3;

/** A place that jumps go to; it may be set after them. */
export class Label {
  place = -1;
  /** The words that are to hold the place. */
  readonly uses: number[] = [];
}

/** Collects the instructions of one function. */
export class FunctionBuilder {
  /** Intermediate values that wait, as the reference's stack would hold them. */
  depth = 0;
  /**
   * The position of the last instruction that the reference would have emitted: what its instructions without
   * operands report when they fail.
   */
  previous = -1;
  /** Where the last instruction begins if it is a call, which a return may turn into a tail call; otherwise -1. */
  lastCall = -1;
  /** The places of calls that are statements: nobody looks at what they give. */
  readonly unheard = new Set<number>();
  private readonly words: number[] = [];
  private readonly positions: number[] = [];
  private mostDepth = 0;

  constructor(
    private readonly file: SourceFile,
    private readonly locals: number,
  ) {}

  /** Where the next instruction will be. */
  get place(): number {
    return this.words.length;
  }

  /** The register of the intermediate value at a depth. */
  register(depth: number): number {
    this.reach(depth + 1);
    return this.locals + depth;
  }

  /** Says how many intermediate values the reference would hold at once. */
  reach(depth: number): void {
    if (depth > this.mostDepth) this.mostDepth = depth;
  }

  /** Adds an instruction that reports the position `at`, and gives its place. */
  emit(at: number, op: Op, a?: number, b?: number, c?: number, d?: number): number {
    const { words } = this;
    const place = words.length;
    this.positions.push(place, at);
    words.push(op);
    if (a !== undefined) words.push(a);
    if (b !== undefined) words.push(b);
    if (c !== undefined) words.push(c);
    if (d !== undefined) words.push(d);
    this.lastCall = -1;
    return place;
  }

  /** Adds operands to the last instruction. */
  extend(operands: readonly number[]): void {
    for (const operand of operands) this.words.push(operand);
  }

  /** Adds an instruction whose last operand is where to go on. */
  jump(at: number, label: Label, op: Op, a?: number, b?: number, c?: number): void {
    this.emit(at, op, a, b, c);
    this.words.push(label.place);
    if (label.place < 0) label.uses.push(this.words.length - 1);
  }

  /** Adds an instruction that jumps when what it tests is as `wanted`, and otherwise goes on after itself. */
  branch(at: number, label: Label, wanted: boolean, op: Op, a: number, b?: number): void {
    this.emit(at, op, a, b);
    const { words } = this;
    const target = words.length + (wanted ? 0 : 1);
    words.push(words.length + 2, words.length + 2);
    words[target] = label.place;
    if (label.place < 0) label.uses.push(target);
  }

  /** Sets a label to the next instruction. */
  mark(label: Label): void {
    label.place = this.words.length;
    for (const use of label.uses) this.words[use] = label.place;
  }

  /** Makes a tail call of a call. */
  makeTailCall(call: number): void {
    this.words[call] = this.words[call] === Op.SpreadCall ? Op.SpreadTailCall : Op.TailCall;
  }

  /** The finished code. */
  build(parameters: number, variadic: boolean, name?: string): CompiledCode {
    const instructions = new Int32Array(this.words.length + PADDING);
    instructions.set(this.words);
    const positions = new Int32Array(this.positions);
    return new CompiledCode(
      parameters,
      variadic,
      instructions,
      this.locals,
      this.mostDepth,
      this.file,
      positions,
      name,
      this.unheard,
    );
  }
}
