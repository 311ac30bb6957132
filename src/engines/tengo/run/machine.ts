import { NOWHERE, GLOBALS, type CompiledCode, type Program } from "../compile/function-code.ts";
import { TengoRuntimeError } from "../errors.ts";
import { isFalsy } from "../forms/index.ts";
import type { ModuleMaker } from "../modules/index.ts";
import { Token } from "../syntax/token.ts";
import {
  Box,
  HostFunction,
  NativeFunction,
  TengoArray,
  TengoError,
  TengoFunction,
  TengoMap,
  type TengoValue,
} from "../values.ts";
import { binary } from "./arithmetic.ts";
import { equal } from "./equality.ts";
import { describeFailure, failureOf, type Failure } from "./failure.ts";
import { Fiber, MAX_FRAMES, STACK_SIZE } from "./fiber.ts";
import { ENTRY_BYTES, indexGet, indexSet, selectorSet, slice } from "./indexing.ts";
import { ArrayIterator, HandleIterator, iterate, OtherIterator, type TengoIterator } from "./iterators.ts";
import { liveBytes } from "./live-bytes.ts";
import type { Meter } from "./meter.ts";
import { RuneCache } from "./rune-cache.ts";
import { appendedArray, ARRAY_BYTES, ITEM_BYTES } from "./slices.ts";
import { complement, negate } from "./unary.ts";

/**
 * The instructions. They stand in this file because only enums of the same file become numbers in a switch; with
 * anything else the engine could not jump by a table. `a`, `b` are operands to read, `to` one to write (see
 * compile/function-code.ts), `r` a register by its number, `n` a plain number, `place` an instruction.
 */
export enum Op {
  /** to, a */
  Move,
  /** to, a, b: all binary operators */
  Add,
  Subtract,
  Multiply,
  Divide,
  Remainder,
  And,
  Or,
  Xor,
  AndNot,
  ShiftLeft,
  ShiftRight,
  Less,
  LessEqual,
  Greater,
  GreaterEqual,
  Equal,
  NotEqual,
  /** a, b, place: comparisons that jump when they hold, each followed by the one that jumps when it does not */
  JumpLess,
  JumpUnlessLess,
  JumpLessEqual,
  JumpUnlessLessEqual,
  JumpGreater,
  JumpUnlessGreater,
  JumpGreaterEqual,
  JumpUnlessGreaterEqual,
  JumpEqual,
  JumpUnlessEqual,
  JumpNotEqual,
  JumpUnlessNotEqual,
  /** place */
  Jump,
  /** a, place */
  JumpIfTrue,
  JumpIfFalse,
  /** callee a, r of the first argument, n arguments, to */
  Call,
  TailCall,
  SpreadCall,
  SpreadTailCall,
  /** a */
  Return,
  /** to, a, b */
  Index,
  /** container a, index a, value a */
  SetIndex,
  /** container a, value a, n selectors, selectors a… */
  SetSelector,
  /** to, a, low a, high a */
  Slice,
  /** to, r of the first item, n items */
  Array,
  /** to, r of the first value (one in two), n of the shape */
  Map,
  /** to, a */
  Not,
  Negate,
  Complement,
  Error,
  Immutable,
  /** r, a: a new box */
  BoxNew,
  /** r, a: into the box */
  BoxSet,
  /** to, r */
  BoxGet,
  /** to, n of the free variable */
  FreeGet,
  /** n of the free variable, a */
  FreeSet,
  /** to, n of the function, n variables, for each r or the complement of the number of a free variable */
  Closure,
  /** iterator to, a */
  Iterate,
  /** iterator a, key to, value to, place of the loop's body */
  Next,
  /** to, n of the module */
  Import,
  /** to, a, b, token: a binary operator while allocations are counted */
  CountedBinary,
}

/** What a machine is made with beside its program and its meter. */
export interface MachineOptions {
  readonly modules?: Readonly<Record<string, ModuleMaker>>;
  /** As many objects may be allocated, counted as the reference counts; the program must have been compiled for it. */
  readonly maxAllocs?: number;
  readonly maxFrames?: number;
  readonly stackSize?: number;
  /** Values that the host keeps for the script, for what counts live data. */
  readonly roots?: () => Iterable<TengoValue>;
}

/** How far a fiber has come. Where it is a call, {@link Machine.resume} goes on with the answer. */
export type Outcome =
  | { readonly kind: "done"; readonly fiber: Fiber; readonly value: TengoValue }
  | {
      readonly kind: "call";
      readonly fiber: Fiber;
      readonly function: HostFunction;
      readonly args: readonly TengoValue[];
    }
  | Failure;

/** The bits of an operand that tell its place. */
const PLACE = 0x7fffffff;

/** The greatest int that is a number: beyond it, ints are bigints. */
const MOST = 9007199254740991;

/** What a call came to that is not one of a function of the script. */
const FINISHED = -1;
const SUSPENDED = -2;

/** Runs the fibers of one program. */
export class Machine {
  private readonly memory: TengoValue[];
  private readonly runes: RuneCache;
  private readonly modules: readonly (ModuleMaker | undefined)[];
  private readonly imported: (TengoMap | undefined)[] = [];
  private readonly fibers = new Set<Fiber>();
  private readonly unusedStacks: number[] = [];
  private readonly maxFrames: number;
  private readonly stackSize: number;
  private readonly stackRoom: number;
  private allocationsLeft: number;
  private called: { readonly function: HostFunction; readonly args: readonly TengoValue[] } | undefined;

  constructor(
    private readonly program: Program,
    private readonly meter: Meter,
    private readonly options: MachineOptions = {},
  ) {
    this.runes = new RuneCache(meter);
    this.modules = program.modules.map((name) => options.modules?.[name]);
    this.maxFrames = Math.min(options.maxFrames ?? MAX_FRAMES, MAX_FRAMES);
    this.stackSize = options.stackSize ?? STACK_SIZE;
    this.stackRoom = this.stackSize + program.largestFrame + 1;
    this.allocationsLeft = (options.maxAllocs ?? -1) + 1;
    this.memory = Array.from({ length: GLOBALS }, () => undefined);
    for (const constant of program.constants) this.memory.push(constant);
    meter.attach(() => this.liveBytes());
  }

  /** Runs the script itself. */
  startMain(): Outcome {
    return this.run(this.newFiber(new TengoFunction(this.program.main, [])));
  }

  /** Calls a function of the script in a fiber of its own. */
  startCall(callee: TengoFunction, args: readonly TengoValue[]): Outcome {
    const fiber = this.newFiber(callee);
    try {
      const code = callee.code as CompiledCode;
      for (const [index, arg] of args.entries()) {
        if (index >= this.stackSize) throw new TengoRuntimeError("stack overflow");
        this.memory[fiber.start + index] = arg;
      }
      this.arrangeArguments(code, fiber.start, args.length);
    } catch (error) {
      return this.fail(fiber, error);
    }
    return this.run(fiber);
  }

  /** Goes on with a fiber whose call the host has answered. */
  resume(fiber: Fiber, answer: TengoValue): Outcome {
    const { waiting } = fiber;
    fiber.waiting = undefined;
    if (waiting instanceof HandleIterator) {
      waiting.deliver(answer);
    } else if (waiting === "call") {
      const code = (fiber.current.code as CompiledCode).instructions;
      const to = code[fiber.place + 4]!;
      this.memory[(to & PLACE) + (fiber.base & (to >> 31))] = answer;
      fiber.place += 5;
      try {
        this.countAllocation();
      } catch (error) {
        return this.fail(fiber, error);
      }
    }
    return this.run(fiber);
  }

  /** Ends a fiber that will not be resumed. */
  drop(fiber: Fiber): void {
    if (!this.fibers.delete(fiber)) return;
    this.memory.fill(undefined, fiber.start, fiber.start + this.stackRoom);
    this.unusedStacks.push(fiber.start);
  }

  /** A global variable of the script's top level. */
  global(name: string): TengoValue {
    const place = this.program.globals.get(name);
    return place === undefined ? undefined : this.memory[place];
  }

  private newFiber(entry: TengoFunction): Fiber {
    let start = this.unusedStacks.pop();
    if (start === undefined) {
      start = this.memory.length;
      for (let count = this.stackRoom; count > 0; count--) this.memory.push(undefined);
    }
    const fiber = new Fiber(start, entry);
    this.fibers.add(fiber);
    return fiber;
  }

  private run(fiber: Fiber): Outcome {
    try {
      return this.execute(fiber);
    } catch (error) {
      return this.fail(fiber, error);
    }
  }

  private fail(fiber: Fiber, error: unknown): Failure {
    this.meter.giveBack(fiber.fuel);
    const failure = failureOf(fiber, error);
    this.drop(fiber);
    return failure;
  }

  private liveBytes(): number {
    const { memory, program, imported } = this;
    for (const fiber of this.fibers) {
      const { locals, depth } = fiber.current.code as CompiledCode;
      memory.fill(undefined, fiber.base + locals + depth + 1, fiber.start + this.stackRoom);
    }
    const roots: unknown[] = [...imported, ...(this.options.roots?.() ?? [])];
    for (const fiber of this.fibers) roots.push(fiber.current, ...fiber.callers, fiber.waiting);
    return liveBytes(memory, roots) + program.bytes;
  }

  private countAllocation(): void {
    if (--this.allocationsLeft === 0) throw new TengoRuntimeError("object allocation limit exceeded");
  }

  // What follows is called from the loop where the work is more than a call costs.

  /**
   * Calls what is not a plain function with the right number of arguments. Gives the number of arguments that then lie
   * in the registers from `top` on for a function of the script, or FINISHED with the result written, or SUSPENDED.
   */
  private call(fiber: Fiber, callee: TengoValue, top: number, count: number, spread: boolean, to: number): number {
    if (!isCallable(callee)) throw new TengoRuntimeError(describeFailure.notCallable(callee));
    const given = spread ? this.spreadArguments(fiber, top, count) : count;
    if (callee instanceof TengoFunction) return this.arrangeArguments(callee.code as CompiledCode, top, given);
    const args = this.memory.slice(top, top + given);
    if (callee instanceof HostFunction) {
      this.called = { function: callee, args: callee.bound.length > 0 ? [...callee.bound, ...args] : args };
      fiber.waiting = "call";
      return SUSPENDED;
    }
    this.memory[to] = this.callNative(callee, args);
    this.countAllocation();
    return FINISHED;
  }

  private callNative(callee: NativeFunction, args: readonly TengoValue[]): TengoValue {
    try {
      return callee.body(args, this.meter);
    } catch (error) {
      throw describeFailure.ofNative(error, callee);
    }
  }

  private spreadArguments(fiber: Fiber, top: number, count: number): number {
    const array = this.memory[top + count - 1];
    if (!(array instanceof TengoArray)) throw new TengoRuntimeError(describeFailure.notArray(array));
    const given = count - 1 + array.length;
    if (top + given > fiber.start + this.stackSize) throw new TengoRuntimeError("stack overflow");
    this.meter.burn(array.length >> 2);
    for (let index = 0; index < array.length; index++) {
      this.memory[top + count - 1 + index] = array.store[array.start + index];
    }
    return given;
  }

  /** Puts what is left for a variadic parameter into an array, and checks the number of arguments. */
  private arrangeArguments(code: CompiledCode, top: number, count: number): number {
    const { parameters, variadic } = code;
    let given = count;
    if (variadic && given >= parameters - 1) {
      const first = top + parameters - 1;
      this.meter.charge(ARRAY_BYTES + (given - parameters + 1) * ITEM_BYTES);
      this.memory[first] = TengoArray.of(this.memory.slice(first, top + given));
      given = parameters;
    }
    if (given === parameters) return given;
    const want = variadic ? `want>=${parameters - 1}` : `want=${parameters}`;
    throw new TengoRuntimeError(`wrong number of arguments: ${want}, got=${given}`);
  }

  private checkStack(fiber: Fiber, top: number): void {
    if (top >= fiber.start + this.stackSize || fiber.depth >= this.maxFrames) {
      throw new TengoRuntimeError("stack overflow");
    }
  }

  private makeArray(fiber: Fiber, start: number, count: number): TengoArray {
    if (start + count > fiber.start + this.stackSize) throw new TengoRuntimeError("stack overflow");
    this.meter.charge(ARRAY_BYTES + count * ITEM_BYTES);
    this.countAllocation();
    return appendedArray(this.memory.slice(start, start + count));
  }

  private makeMap(fiber: Fiber, start: number, keys: readonly string[]): TengoMap {
    if (start + keys.length * 2 > fiber.start + this.stackSize) throw new TengoRuntimeError("stack overflow");
    this.meter.charge(ARRAY_BYTES + keys.length * ENTRY_BYTES);
    this.countAllocation();
    const entries = new Map<string, TengoValue>();
    for (let index = 0; index < keys.length; index++) entries.set(keys[index]!, this.memory[start + index * 2 + 1]);
    return new TengoMap(entries, false);
  }

  private makeClosure(fiber: Fiber, place: number): TengoFunction {
    const code = (fiber.current.code as CompiledCode).instructions;
    const count = code[place + 3]!;
    this.meter.charge(ARRAY_BYTES + count * ITEM_BYTES);
    this.countAllocation();
    const captured: Box[] = [];
    for (let index = 0; index < count; index++) {
      const from = code[place + 4 + index]!;
      captured.push(from < 0 ? fiber.current.captured[~from]! : asBox(this.memory[fiber.base + from]));
    }
    return new TengoFunction(this.program.functions[code[place + 2]!]!, captured);
  }

  private makeError(value: TengoValue): TengoError {
    this.meter.charge(ARRAY_BYTES);
    this.countAllocation();
    return new TengoError(value);
  }

  private makeImmutable(value: TengoValue): TengoValue {
    if (!(value instanceof TengoArray || value instanceof TengoMap) || value.immutable) return value;
    this.meter.charge(ARRAY_BYTES);
    this.countAllocation();
    if (value instanceof TengoMap) return new TengoMap(value.entries, true);
    return new TengoArray(value.store, value.start, value.length, value.capacity, true);
  }

  private makeIterator(value: TengoValue): TengoIterator {
    const iterator = iterate(value, this.meter);
    this.countAllocation();
    return iterator;
  }

  private slice(target: TengoValue, low: TengoValue, high: TengoValue): TengoValue {
    const result = slice(target, low, high, this.meter);
    this.countAllocation();
    return result;
  }

  private unary(value: TengoValue): TengoValue {
    this.countAllocation();
    return value;
  }

  private countedBinary(token: Token, left: TengoValue, right: TengoValue): TengoValue {
    const result = binary(token, left, right, this.meter);
    this.countAllocation();
    return result;
  }

  private setSelector(fiber: Fiber, place: number): void {
    const code = (fiber.current.code as CompiledCode).instructions;
    const { base } = fiber;
    const read = (at: number): TengoValue => {
      const operand = code[at]!;
      return this.memory[(operand & PLACE) + (base & (operand >> 31))];
    };
    const selectors: TengoValue[] = [];
    for (let index = 0; index < code[place + 3]!; index++) selectors.push(read(place + 4 + index));
    selectorSet(read(place + 1), selectors, read(place + 2), this.meter, this.runes);
  }

  private setIndex(target: TengoValue, index: TengoValue, value: TengoValue): void {
    if (target instanceof TengoMap && !target.immutable && typeof index === "string") {
      const { entries } = target;
      const { size } = entries;
      entries.set(index, value);
      if (entries.size !== size) this.meter.charge(ENTRY_BYTES + index.length);
    } else {
      indexSet(target, index, value, this.meter);
    }
  }

  private importModule(index: number): TengoMap {
    const known = this.imported[index];
    if (known !== undefined) return known;
    const name = this.program.modules[index]!;
    const make = this.modules[index];
    if (make === undefined) throw new TengoRuntimeError(`module '${name}' not found`);
    const members = new Map(make(this.meter));
    members.set("__module_name__", name);
    return (this.imported[index] = new TengoMap(members, true));
  }

  /** Goes on with an iterator that is no array's; true when there is an item, undefined when the host must be asked. */
  private advance(fiber: Fiber, iterator: unknown): boolean | undefined {
    if (iterator instanceof OtherIterator) return iterator.next(this.meter);
    if (!(iterator instanceof HandleIterator)) return false;
    if (iterator.state === "ended") return false;
    if (iterator.state === "answered") {
      iterator.state = iterator.broken ? "ended" : "asking";
      return true;
    }
    const next = iterator.handle.next!;
    this.called = { function: next, args: [...next.bound] };
    fiber.waiting = iterator;
    return undefined;
  }

  private suspended(fiber: Fiber): Outcome {
    const { called } = this;
    this.called = undefined;
    return { kind: "call", fiber, function: called!.function, args: called!.args };
  }

  /** The dispatch loop. Whatever may fail is told its place first. */
  private execute(fiber: Fiber): Outcome {
    const { memory, meter } = this;
    const { links, callers } = fiber;
    const limit = fiber.start + this.stackSize;
    const { maxFrames } = this;
    let code = (fiber.current.code as CompiledCode).instructions;
    let ip = fiber.place;
    let { base } = fiber;
    let fuel = 0;
    for (;;) {
      if (--fuel < 0) {
        fiber.place = ip;
        fiber.fuel = 0;
        fuel = meter.takePortion() - 1;
      }
      switch (code[ip]! as Op) {
        case Op.Move:
          memory[(code[ip + 1]! & PLACE) + (base & (code[ip + 1]! >> 31))] =
            memory[(code[ip + 2]! & PLACE) + (base & (code[ip + 2]! >> 31))];
          ip += 3;
          continue;
        case Op.Add: {
          const left = memory[(code[ip + 2]! & PLACE) + (base & (code[ip + 2]! >> 31))];
          const right = memory[(code[ip + 3]! & PLACE) + (base & (code[ip + 3]! >> 31))];
          if (typeof left === "number" && typeof right === "number") {
            const result = left + right;
            if (result <= MOST && result >= -MOST) {
              memory[(code[ip + 1]! & PLACE) + (base & (code[ip + 1]! >> 31))] = result;
              ip += 4;
              continue;
            }
          }
          fiber.place = ip;
          fiber.fuel = fuel;
          memory[(code[ip + 1]! & PLACE) + (base & (code[ip + 1]! >> 31))] = binary(Token.Add, left, right, meter);
          ip += 4;
          continue;
        }
        case Op.Subtract: {
          const left = memory[(code[ip + 2]! & PLACE) + (base & (code[ip + 2]! >> 31))];
          const right = memory[(code[ip + 3]! & PLACE) + (base & (code[ip + 3]! >> 31))];
          if (typeof left === "number" && typeof right === "number") {
            const result = left - right;
            if (result <= MOST && result >= -MOST) {
              memory[(code[ip + 1]! & PLACE) + (base & (code[ip + 1]! >> 31))] = result;
              ip += 4;
              continue;
            }
          }
          fiber.place = ip;
          fiber.fuel = fuel;
          memory[(code[ip + 1]! & PLACE) + (base & (code[ip + 1]! >> 31))] = binary(Token.Subtract, left, right, meter);
          ip += 4;
          continue;
        }
        case Op.Multiply: {
          const left = memory[(code[ip + 2]! & PLACE) + (base & (code[ip + 2]! >> 31))];
          const right = memory[(code[ip + 3]! & PLACE) + (base & (code[ip + 3]! >> 31))];
          if (typeof left === "number" && typeof right === "number") {
            const result = left * right + 0;
            if (result <= MOST && result >= -MOST) {
              memory[(code[ip + 1]! & PLACE) + (base & (code[ip + 1]! >> 31))] = result;
              ip += 4;
              continue;
            }
          }
          fiber.place = ip;
          fiber.fuel = fuel;
          memory[(code[ip + 1]! & PLACE) + (base & (code[ip + 1]! >> 31))] = binary(Token.Multiply, left, right, meter);
          ip += 4;
          continue;
        }
        case Op.Divide: {
          const left = memory[(code[ip + 2]! & PLACE) + (base & (code[ip + 2]! >> 31))];
          const right = memory[(code[ip + 3]! & PLACE) + (base & (code[ip + 3]! >> 31))];
          if (typeof left === "number" && typeof right === "number" && right !== 0) {
            memory[(code[ip + 1]! & PLACE) + (base & (code[ip + 1]! >> 31))] = (left - (left % right)) / right + 0;
            ip += 4;
            continue;
          }
          fiber.place = ip;
          fiber.fuel = fuel;
          memory[(code[ip + 1]! & PLACE) + (base & (code[ip + 1]! >> 31))] = binary(Token.Divide, left, right, meter);
          ip += 4;
          continue;
        }
        case Op.Remainder: {
          const left = memory[(code[ip + 2]! & PLACE) + (base & (code[ip + 2]! >> 31))];
          const right = memory[(code[ip + 3]! & PLACE) + (base & (code[ip + 3]! >> 31))];
          if (typeof left === "number" && typeof right === "number" && right !== 0) {
            memory[(code[ip + 1]! & PLACE) + (base & (code[ip + 1]! >> 31))] = (left % right) + 0;
            ip += 4;
            continue;
          }
          fiber.place = ip;
          fiber.fuel = fuel;
          memory[(code[ip + 1]! & PLACE) + (base & (code[ip + 1]! >> 31))] = binary(
            Token.Remainder,
            left,
            right,
            meter,
          );
          ip += 4;
          continue;
        }
        case Op.And: {
          const left = memory[(code[ip + 2]! & PLACE) + (base & (code[ip + 2]! >> 31))];
          const right = memory[(code[ip + 3]! & PLACE) + (base & (code[ip + 3]! >> 31))];
          if (typeof left === "number" && typeof right === "number" && (left | 0) === left && (right | 0) === right) {
            memory[(code[ip + 1]! & PLACE) + (base & (code[ip + 1]! >> 31))] = left & right;
            ip += 4;
            continue;
          }
          fiber.place = ip;
          fiber.fuel = fuel;
          memory[(code[ip + 1]! & PLACE) + (base & (code[ip + 1]! >> 31))] = binary(Token.And, left, right, meter);
          ip += 4;
          continue;
        }
        case Op.Or: {
          const left = memory[(code[ip + 2]! & PLACE) + (base & (code[ip + 2]! >> 31))];
          const right = memory[(code[ip + 3]! & PLACE) + (base & (code[ip + 3]! >> 31))];
          if (typeof left === "number" && typeof right === "number" && (left | 0) === left && (right | 0) === right) {
            memory[(code[ip + 1]! & PLACE) + (base & (code[ip + 1]! >> 31))] = left | right;
            ip += 4;
            continue;
          }
          fiber.place = ip;
          fiber.fuel = fuel;
          memory[(code[ip + 1]! & PLACE) + (base & (code[ip + 1]! >> 31))] = binary(Token.Or, left, right, meter);
          ip += 4;
          continue;
        }
        case Op.Xor: {
          const left = memory[(code[ip + 2]! & PLACE) + (base & (code[ip + 2]! >> 31))];
          const right = memory[(code[ip + 3]! & PLACE) + (base & (code[ip + 3]! >> 31))];
          if (typeof left === "number" && typeof right === "number" && (left | 0) === left && (right | 0) === right) {
            memory[(code[ip + 1]! & PLACE) + (base & (code[ip + 1]! >> 31))] = left ^ right;
            ip += 4;
            continue;
          }
          fiber.place = ip;
          fiber.fuel = fuel;
          memory[(code[ip + 1]! & PLACE) + (base & (code[ip + 1]! >> 31))] = binary(Token.Xor, left, right, meter);
          ip += 4;
          continue;
        }
        case Op.AndNot: {
          const left = memory[(code[ip + 2]! & PLACE) + (base & (code[ip + 2]! >> 31))];
          const right = memory[(code[ip + 3]! & PLACE) + (base & (code[ip + 3]! >> 31))];
          if (typeof left === "number" && typeof right === "number" && (left | 0) === left && (right | 0) === right) {
            memory[(code[ip + 1]! & PLACE) + (base & (code[ip + 1]! >> 31))] = left & ~right;
            ip += 4;
            continue;
          }
          fiber.place = ip;
          fiber.fuel = fuel;
          memory[(code[ip + 1]! & PLACE) + (base & (code[ip + 1]! >> 31))] = binary(Token.AndNot, left, right, meter);
          ip += 4;
          continue;
        }
        case Op.ShiftLeft: {
          const left = memory[(code[ip + 2]! & PLACE) + (base & (code[ip + 2]! >> 31))];
          const right = memory[(code[ip + 3]! & PLACE) + (base & (code[ip + 3]! >> 31))];
          if (typeof left === "number" && typeof right === "number" && right >= 0 && right < 31) {
            const result = left * (1 << right);
            if (result <= MOST && result >= -MOST) {
              memory[(code[ip + 1]! & PLACE) + (base & (code[ip + 1]! >> 31))] = result;
              ip += 4;
              continue;
            }
          }
          fiber.place = ip;
          fiber.fuel = fuel;
          memory[(code[ip + 1]! & PLACE) + (base & (code[ip + 1]! >> 31))] = binary(
            Token.ShiftLeft,
            left,
            right,
            meter,
          );
          ip += 4;
          continue;
        }
        case Op.ShiftRight: {
          const left = memory[(code[ip + 2]! & PLACE) + (base & (code[ip + 2]! >> 31))];
          const right = memory[(code[ip + 3]! & PLACE) + (base & (code[ip + 3]! >> 31))];
          if (
            typeof left === "number" &&
            typeof right === "number" &&
            right >= 0 &&
            right < 32 &&
            (left | 0) === left
          ) {
            memory[(code[ip + 1]! & PLACE) + (base & (code[ip + 1]! >> 31))] = left >> right;
            ip += 4;
            continue;
          }
          fiber.place = ip;
          fiber.fuel = fuel;
          memory[(code[ip + 1]! & PLACE) + (base & (code[ip + 1]! >> 31))] = binary(
            Token.ShiftRight,
            left,
            right,
            meter,
          );
          ip += 4;
          continue;
        }
        case Op.Less: {
          const left = memory[(code[ip + 2]! & PLACE) + (base & (code[ip + 2]! >> 31))];
          const right = memory[(code[ip + 3]! & PLACE) + (base & (code[ip + 3]! >> 31))];
          if (typeof left === "number" && typeof right === "number") {
            memory[(code[ip + 1]! & PLACE) + (base & (code[ip + 1]! >> 31))] = left < right;
            ip += 4;
            continue;
          }
          fiber.place = ip;
          fiber.fuel = fuel;
          memory[(code[ip + 1]! & PLACE) + (base & (code[ip + 1]! >> 31))] = binary(Token.Less, left, right, meter);
          ip += 4;
          continue;
        }
        case Op.LessEqual: {
          const left = memory[(code[ip + 2]! & PLACE) + (base & (code[ip + 2]! >> 31))];
          const right = memory[(code[ip + 3]! & PLACE) + (base & (code[ip + 3]! >> 31))];
          if (typeof left === "number" && typeof right === "number") {
            memory[(code[ip + 1]! & PLACE) + (base & (code[ip + 1]! >> 31))] = left <= right;
            ip += 4;
            continue;
          }
          fiber.place = ip;
          fiber.fuel = fuel;
          memory[(code[ip + 1]! & PLACE) + (base & (code[ip + 1]! >> 31))] = binary(
            Token.LessEqual,
            left,
            right,
            meter,
          );
          ip += 4;
          continue;
        }
        case Op.Greater: {
          const left = memory[(code[ip + 2]! & PLACE) + (base & (code[ip + 2]! >> 31))];
          const right = memory[(code[ip + 3]! & PLACE) + (base & (code[ip + 3]! >> 31))];
          if (typeof left === "number" && typeof right === "number") {
            memory[(code[ip + 1]! & PLACE) + (base & (code[ip + 1]! >> 31))] = left > right;
            ip += 4;
            continue;
          }
          fiber.place = ip;
          fiber.fuel = fuel;
          memory[(code[ip + 1]! & PLACE) + (base & (code[ip + 1]! >> 31))] = binary(Token.Greater, left, right, meter);
          ip += 4;
          continue;
        }
        case Op.GreaterEqual: {
          const left = memory[(code[ip + 2]! & PLACE) + (base & (code[ip + 2]! >> 31))];
          const right = memory[(code[ip + 3]! & PLACE) + (base & (code[ip + 3]! >> 31))];
          if (typeof left === "number" && typeof right === "number") {
            memory[(code[ip + 1]! & PLACE) + (base & (code[ip + 1]! >> 31))] = left >= right;
            ip += 4;
            continue;
          }
          fiber.place = ip;
          fiber.fuel = fuel;
          memory[(code[ip + 1]! & PLACE) + (base & (code[ip + 1]! >> 31))] = binary(
            Token.GreaterEqual,
            left,
            right,
            meter,
          );
          ip += 4;
          continue;
        }
        case Op.Equal: {
          const left = memory[(code[ip + 2]! & PLACE) + (base & (code[ip + 2]! >> 31))];
          const right = memory[(code[ip + 3]! & PLACE) + (base & (code[ip + 3]! >> 31))];
          fiber.place = ip;
          fiber.fuel = fuel;
          memory[(code[ip + 1]! & PLACE) + (base & (code[ip + 1]! >> 31))] =
            typeof left === "number" && typeof right === "number" ? left === right : equal(left, right, meter);
          ip += 4;
          continue;
        }
        case Op.NotEqual: {
          const left = memory[(code[ip + 2]! & PLACE) + (base & (code[ip + 2]! >> 31))];
          const right = memory[(code[ip + 3]! & PLACE) + (base & (code[ip + 3]! >> 31))];
          fiber.place = ip;
          fiber.fuel = fuel;
          memory[(code[ip + 1]! & PLACE) + (base & (code[ip + 1]! >> 31))] =
            typeof left === "number" && typeof right === "number" ? left !== right : !equal(left, right, meter);
          ip += 4;
          continue;
        }
        case Op.JumpLess: {
          const left = memory[(code[ip + 1]! & PLACE) + (base & (code[ip + 1]! >> 31))];
          const right = memory[(code[ip + 2]! & PLACE) + (base & (code[ip + 2]! >> 31))];
          let holds: TengoValue;
          if (typeof left === "number" && typeof right === "number") {
            holds = left < right;
          } else {
            fiber.place = ip;
            fiber.fuel = fuel;
            holds = binary(Token.Less, left, right, meter);
          }
          ip = holds === true ? code[ip + 3]! : ip + 4;
          continue;
        }
        case Op.JumpUnlessLess: {
          const left = memory[(code[ip + 1]! & PLACE) + (base & (code[ip + 1]! >> 31))];
          const right = memory[(code[ip + 2]! & PLACE) + (base & (code[ip + 2]! >> 31))];
          let holds: TengoValue;
          if (typeof left === "number" && typeof right === "number") {
            holds = left < right;
          } else {
            fiber.place = ip;
            fiber.fuel = fuel;
            holds = binary(Token.Less, left, right, meter);
          }
          ip = holds === true ? ip + 4 : code[ip + 3]!;
          continue;
        }
        case Op.JumpLessEqual: {
          const left = memory[(code[ip + 1]! & PLACE) + (base & (code[ip + 1]! >> 31))];
          const right = memory[(code[ip + 2]! & PLACE) + (base & (code[ip + 2]! >> 31))];
          let holds: TengoValue;
          if (typeof left === "number" && typeof right === "number") {
            holds = left <= right;
          } else {
            fiber.place = ip;
            fiber.fuel = fuel;
            holds = binary(Token.LessEqual, left, right, meter);
          }
          ip = holds === true ? code[ip + 3]! : ip + 4;
          continue;
        }
        case Op.JumpUnlessLessEqual: {
          const left = memory[(code[ip + 1]! & PLACE) + (base & (code[ip + 1]! >> 31))];
          const right = memory[(code[ip + 2]! & PLACE) + (base & (code[ip + 2]! >> 31))];
          let holds: TengoValue;
          if (typeof left === "number" && typeof right === "number") {
            holds = left <= right;
          } else {
            fiber.place = ip;
            fiber.fuel = fuel;
            holds = binary(Token.LessEqual, left, right, meter);
          }
          ip = holds === true ? ip + 4 : code[ip + 3]!;
          continue;
        }
        case Op.JumpGreater: {
          const left = memory[(code[ip + 1]! & PLACE) + (base & (code[ip + 1]! >> 31))];
          const right = memory[(code[ip + 2]! & PLACE) + (base & (code[ip + 2]! >> 31))];
          let holds: TengoValue;
          if (typeof left === "number" && typeof right === "number") {
            holds = left > right;
          } else {
            fiber.place = ip;
            fiber.fuel = fuel;
            holds = binary(Token.Greater, left, right, meter);
          }
          ip = holds === true ? code[ip + 3]! : ip + 4;
          continue;
        }
        case Op.JumpUnlessGreater: {
          const left = memory[(code[ip + 1]! & PLACE) + (base & (code[ip + 1]! >> 31))];
          const right = memory[(code[ip + 2]! & PLACE) + (base & (code[ip + 2]! >> 31))];
          let holds: TengoValue;
          if (typeof left === "number" && typeof right === "number") {
            holds = left > right;
          } else {
            fiber.place = ip;
            fiber.fuel = fuel;
            holds = binary(Token.Greater, left, right, meter);
          }
          ip = holds === true ? ip + 4 : code[ip + 3]!;
          continue;
        }
        case Op.JumpGreaterEqual: {
          const left = memory[(code[ip + 1]! & PLACE) + (base & (code[ip + 1]! >> 31))];
          const right = memory[(code[ip + 2]! & PLACE) + (base & (code[ip + 2]! >> 31))];
          let holds: TengoValue;
          if (typeof left === "number" && typeof right === "number") {
            holds = left >= right;
          } else {
            fiber.place = ip;
            fiber.fuel = fuel;
            holds = binary(Token.GreaterEqual, left, right, meter);
          }
          ip = holds === true ? code[ip + 3]! : ip + 4;
          continue;
        }
        case Op.JumpUnlessGreaterEqual: {
          const left = memory[(code[ip + 1]! & PLACE) + (base & (code[ip + 1]! >> 31))];
          const right = memory[(code[ip + 2]! & PLACE) + (base & (code[ip + 2]! >> 31))];
          let holds: TengoValue;
          if (typeof left === "number" && typeof right === "number") {
            holds = left >= right;
          } else {
            fiber.place = ip;
            fiber.fuel = fuel;
            holds = binary(Token.GreaterEqual, left, right, meter);
          }
          ip = holds === true ? ip + 4 : code[ip + 3]!;
          continue;
        }
        case Op.JumpEqual: {
          const left = memory[(code[ip + 1]! & PLACE) + (base & (code[ip + 1]! >> 31))];
          const right = memory[(code[ip + 2]! & PLACE) + (base & (code[ip + 2]! >> 31))];
          let holds: TengoValue;
          if (typeof left === "number" && typeof right === "number") {
            holds = left === right;
          } else {
            fiber.place = ip;
            fiber.fuel = fuel;
            holds = equal(left, right, meter);
          }
          ip = holds === true ? code[ip + 3]! : ip + 4;
          continue;
        }
        case Op.JumpUnlessEqual: {
          const left = memory[(code[ip + 1]! & PLACE) + (base & (code[ip + 1]! >> 31))];
          const right = memory[(code[ip + 2]! & PLACE) + (base & (code[ip + 2]! >> 31))];
          let holds: TengoValue;
          if (typeof left === "number" && typeof right === "number") {
            holds = left === right;
          } else {
            fiber.place = ip;
            fiber.fuel = fuel;
            holds = equal(left, right, meter);
          }
          ip = holds === true ? ip + 4 : code[ip + 3]!;
          continue;
        }
        case Op.JumpNotEqual: {
          const left = memory[(code[ip + 1]! & PLACE) + (base & (code[ip + 1]! >> 31))];
          const right = memory[(code[ip + 2]! & PLACE) + (base & (code[ip + 2]! >> 31))];
          let holds: TengoValue;
          if (typeof left === "number" && typeof right === "number") {
            holds = left !== right;
          } else {
            fiber.place = ip;
            fiber.fuel = fuel;
            holds = !equal(left, right, meter);
          }
          ip = holds === true ? code[ip + 3]! : ip + 4;
          continue;
        }
        case Op.JumpUnlessNotEqual: {
          const left = memory[(code[ip + 1]! & PLACE) + (base & (code[ip + 1]! >> 31))];
          const right = memory[(code[ip + 2]! & PLACE) + (base & (code[ip + 2]! >> 31))];
          let holds: TengoValue;
          if (typeof left === "number" && typeof right === "number") {
            holds = left !== right;
          } else {
            fiber.place = ip;
            fiber.fuel = fuel;
            holds = !equal(left, right, meter);
          }
          ip = holds === true ? ip + 4 : code[ip + 3]!;
          continue;
        }
        case Op.Jump:
          ip = code[ip + 1]!;
          continue;
        case Op.JumpIfTrue: {
          const value = memory[(code[ip + 1]! & PLACE) + (base & (code[ip + 1]! >> 31))];
          ip = value === true || (value !== false && !isFalsy(value)) ? code[ip + 2]! : ip + 3;
          continue;
        }
        case Op.JumpIfFalse: {
          const value = memory[(code[ip + 1]! & PLACE) + (base & (code[ip + 1]! >> 31))];
          ip = value === true || (value !== false && !isFalsy(value)) ? ip + 3 : code[ip + 2]!;
          continue;
        }
        case Op.Call:
        case Op.TailCall:
        case Op.SpreadCall:
        case Op.SpreadTailCall: {
          const callee = memory[(code[ip + 1]! & PLACE) + (base & (code[ip + 1]! >> 31))];
          const top = base + code[ip + 2]!;
          let count = code[ip + 3]!;
          let target: CompiledCode;
          const plain = code[ip]! <= Op.TailCall;
          if (callee instanceof TengoFunction && plain && !callee.code.variadic && callee.code.parameters === count) {
            target = callee.code as CompiledCode;
          } else {
            fiber.place = ip;
            fiber.fuel = fuel;
            meter.giveBack(fuel);
            fiber.fuel = 0;
            fuel = 0;
            count = this.call(
              fiber,
              callee,
              top,
              count,
              !plain,
              (code[ip + 4]! & PLACE) + (base & (code[ip + 4]! >> 31)),
            );
            if (count === FINISHED) {
              ip += 5;
              continue;
            }
            if (count === SUSPENDED) return this.suspended(fiber);
            target = (callee as TengoFunction).code as CompiledCode;
          }
          if (callee === fiber.current && (code[ip] === Op.TailCall || code[ip] === Op.SpreadTailCall)) {
            for (let index = 0; index < count; index++) memory[base + index] = memory[top + index];
            ip = 0;
            continue;
          }
          const { depth } = fiber;
          if (depth >= maxFrames || top + target.locals >= limit) {
            fiber.place = ip;
            fiber.fuel = fuel;
            this.checkStack(fiber, top + target.locals);
          }
          links[depth * 2] = ip;
          links[depth * 2 + 1] = base;
          callers[depth] = fiber.current;
          fiber.depth = depth + 1;
          fiber.current = callee as TengoFunction;
          fiber.base = base = top;
          code = target.instructions;
          ip = 0;
          continue;
        }
        case Op.Return: {
          const value = memory[(code[ip + 1]! & PLACE) + (base & (code[ip + 1]! >> 31))];
          const depth = --fiber.depth;
          if (depth === 0) {
            meter.giveBack(fuel);
            fiber.place = ip;
            this.drop(fiber);
            return { kind: "done", fiber, value };
          }
          const caller = callers[depth]!;
          fiber.current = caller;
          ip = links[depth * 2]!;
          fiber.base = base = links[depth * 2 + 1]!;
          code = (caller.code as CompiledCode).instructions;
          memory[(code[ip + 4]! & PLACE) + (base & (code[ip + 4]! >> 31))] = value;
          ip += 5;
          continue;
        }
        case Op.Index: {
          const target = memory[(code[ip + 2]! & PLACE) + (base & (code[ip + 2]! >> 31))];
          const index = memory[(code[ip + 3]! & PLACE) + (base & (code[ip + 3]! >> 31))];
          let value: TengoValue;
          if (target instanceof TengoArray && typeof index === "number") {
            value = index >= 0 && index < target.length ? target.store[target.start + index] : undefined;
          } else if (target instanceof TengoMap && typeof index === "string") {
            value = target.entries.get(index);
          } else {
            fiber.place = ip;
            fiber.fuel = fuel;
            value = indexGet(target, index, meter, this.runes);
          }
          memory[(code[ip + 1]! & PLACE) + (base & (code[ip + 1]! >> 31))] = value;
          ip += 4;
          continue;
        }
        case Op.SetIndex: {
          const target = memory[(code[ip + 1]! & PLACE) + (base & (code[ip + 1]! >> 31))];
          const index = memory[(code[ip + 2]! & PLACE) + (base & (code[ip + 2]! >> 31))];
          const value = memory[(code[ip + 3]! & PLACE) + (base & (code[ip + 3]! >> 31))];
          if (
            target instanceof TengoArray &&
            typeof index === "number" &&
            index >= 0 &&
            index < target.length &&
            !target.immutable
          ) {
            target.store[target.start + index] = value;
          } else {
            fiber.place = ip;
            fiber.fuel = fuel;
            this.setIndex(target, index, value);
          }
          ip += 4;
          continue;
        }
        case Op.SetSelector:
          fiber.place = ip;
          fiber.fuel = fuel;
          this.setSelector(fiber, ip);
          ip += 4 + code[ip + 3]!;
          continue;
        case Op.Slice:
          fiber.place = ip;
          fiber.fuel = fuel;
          memory[(code[ip + 1]! & PLACE) + (base & (code[ip + 1]! >> 31))] = this.slice(
            memory[(code[ip + 2]! & PLACE) + (base & (code[ip + 2]! >> 31))],
            memory[(code[ip + 3]! & PLACE) + (base & (code[ip + 3]! >> 31))],
            memory[(code[ip + 4]! & PLACE) + (base & (code[ip + 4]! >> 31))],
          );
          ip += 5;
          continue;
        case Op.Array:
          fiber.place = ip;
          fiber.fuel = fuel;
          memory[(code[ip + 1]! & PLACE) + (base & (code[ip + 1]! >> 31))] = this.makeArray(
            fiber,
            base + code[ip + 2]!,
            code[ip + 3]!,
          );
          ip += 4;
          continue;
        case Op.Map:
          fiber.place = ip;
          fiber.fuel = fuel;
          memory[(code[ip + 1]! & PLACE) + (base & (code[ip + 1]! >> 31))] = this.makeMap(
            fiber,
            base + code[ip + 2]!,
            this.program.shapes[code[ip + 3]!]!,
          );
          ip += 4;
          continue;
        case Op.Not: {
          const value = memory[(code[ip + 2]! & PLACE) + (base & (code[ip + 2]! >> 31))];
          memory[(code[ip + 1]! & PLACE) + (base & (code[ip + 1]! >> 31))] =
            value === false || (value !== true && isFalsy(value));
          ip += 3;
          continue;
        }
        case Op.Negate:
          fiber.place = ip;
          fiber.fuel = fuel;
          memory[(code[ip + 1]! & PLACE) + (base & (code[ip + 1]! >> 31))] = this.unary(
            negate(memory[(code[ip + 2]! & PLACE) + (base & (code[ip + 2]! >> 31))], meter),
          );
          ip += 3;
          continue;
        case Op.Complement:
          fiber.place = ip;
          fiber.fuel = fuel;
          memory[(code[ip + 1]! & PLACE) + (base & (code[ip + 1]! >> 31))] = this.unary(
            complement(memory[(code[ip + 2]! & PLACE) + (base & (code[ip + 2]! >> 31))]),
          );
          ip += 3;
          continue;
        case Op.Error:
          fiber.place = ip;
          fiber.fuel = fuel;
          memory[(code[ip + 1]! & PLACE) + (base & (code[ip + 1]! >> 31))] = this.makeError(
            memory[(code[ip + 2]! & PLACE) + (base & (code[ip + 2]! >> 31))],
          );
          ip += 3;
          continue;
        case Op.Immutable:
          fiber.place = ip;
          fiber.fuel = fuel;
          memory[(code[ip + 1]! & PLACE) + (base & (code[ip + 1]! >> 31))] = this.makeImmutable(
            memory[(code[ip + 2]! & PLACE) + (base & (code[ip + 2]! >> 31))],
          );
          ip += 3;
          continue;
        case Op.BoxNew:
          fiber.place = ip;
          fiber.fuel = fuel;
          meter.charge(32);
          memory[base + code[ip + 1]!] = new Box(
            memory[(code[ip + 2]! & PLACE) + (base & (code[ip + 2]! >> 31))],
          ) as never;
          ip += 3;
          continue;
        case Op.BoxSet:
          asBox(memory[base + code[ip + 1]!]).value = memory[(code[ip + 2]! & PLACE) + (base & (code[ip + 2]! >> 31))];
          ip += 3;
          continue;
        case Op.BoxGet:
          memory[(code[ip + 1]! & PLACE) + (base & (code[ip + 1]! >> 31))] = asBox(memory[base + code[ip + 2]!]).value;
          ip += 3;
          continue;
        case Op.FreeGet:
          memory[(code[ip + 1]! & PLACE) + (base & (code[ip + 1]! >> 31))] =
            fiber.current.captured[code[ip + 2]!]!.value;
          ip += 3;
          continue;
        case Op.FreeSet:
          fiber.current.captured[code[ip + 1]!]!.value =
            memory[(code[ip + 2]! & PLACE) + (base & (code[ip + 2]! >> 31))];
          ip += 3;
          continue;
        case Op.Closure:
          fiber.place = ip;
          fiber.fuel = fuel;
          memory[(code[ip + 1]! & PLACE) + (base & (code[ip + 1]! >> 31))] = this.makeClosure(fiber, ip);
          ip += 4 + code[ip + 3]!;
          continue;
        case Op.Iterate:
          fiber.place = ip;
          fiber.fuel = fuel;
          memory[(code[ip + 1]! & PLACE) + (base & (code[ip + 1]! >> 31))] = this.makeIterator(
            memory[(code[ip + 2]! & PLACE) + (base & (code[ip + 2]! >> 31))],
          ) as never;
          ip += 3;
          continue;
        case Op.Next: {
          const iterator: unknown = memory[(code[ip + 1]! & PLACE) + (base & (code[ip + 1]! >> 31))];
          let key: TengoValue;
          let value: TengoValue;
          if (iterator instanceof ArrayIterator) {
            const index = ++iterator.index;
            if (index >= iterator.length) {
              ip += 5;
              continue;
            }
            key = index;
            value = iterator.store[iterator.start + index];
          } else {
            fiber.place = ip;
            fiber.fuel = fuel;
            const more = this.advance(fiber, iterator);
            if (more === undefined) {
              meter.giveBack(fuel);
              return this.suspended(fiber);
            }
            if (!more) {
              ip += 5;
              continue;
            }
            key = (iterator as OtherIterator).key;
            value = (iterator as OtherIterator).value;
          }
          if (code[ip + 2] !== NOWHERE) memory[(code[ip + 2]! & PLACE) + (base & (code[ip + 2]! >> 31))] = key;
          if (code[ip + 3] !== NOWHERE) memory[(code[ip + 3]! & PLACE) + (base & (code[ip + 3]! >> 31))] = value;
          ip = code[ip + 4]!;
          continue;
        }
        case Op.Import:
          fiber.place = ip;
          fiber.fuel = fuel;
          memory[(code[ip + 1]! & PLACE) + (base & (code[ip + 1]! >> 31))] = this.importModule(code[ip + 2]!);
          ip += 3;
          continue;
        case Op.CountedBinary:
          fiber.place = ip;
          fiber.fuel = fuel;
          memory[(code[ip + 1]! & PLACE) + (base & (code[ip + 1]! >> 31))] = this.countedBinary(
            code[ip + 4]!,
            memory[(code[ip + 2]! & PLACE) + (base & (code[ip + 2]! >> 31))],
            memory[(code[ip + 3]! & PLACE) + (base & (code[ip + 3]! >> 31))],
          );
          ip += 5;
          continue;
      }
    }
  }
}

function isCallable(value: TengoValue): value is TengoFunction | NativeFunction | HostFunction {
  return value instanceof TengoFunction || value instanceof NativeFunction || value instanceof HostFunction;
}

function asBox(value: unknown): Box {
  return value as Box;
}
