import { GLOBALS, type CompiledCode, type Program } from "../compile/function-code.ts";
import { TengoRuntimeError } from "../errors.ts";
import type { ModuleMaker } from "../modules/index.ts";
import {
  HostFunction,
  NativeFunction,
  TengoArray,
  TengoBytes,
  TengoError,
  TengoFunction,
  TengoMap,
  type Box,
  type TengoValue,
} from "../values.ts";
import { describeFailure } from "./failure.ts";
import { MAX_FRAMES, STACK_SIZE, type Fiber } from "./fiber.ts";
import { ENTRY_BYTES, indexSet, selectorSet, slice } from "./indexing.ts";
import { HandleIterator, iterate, OtherIterator, type TengoIterator } from "./iterators.ts";
import { BYTES_A_STEP, type Meter } from "./meter.ts";
import { RuneCache } from "./rune-cache.ts";
import { ARRAY_BYTES, ITEM_BYTES } from "./slices.ts";

/** A text of so many bytes is long. */
const LONG = 256;

/** What a call came to that is not one of a function of the script. */
export const FINISHED = -1;
/** The host must answer first. */
export const SUSPENDED = -2;

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

/** A call that the host must answer. */
interface HostCall {
  readonly kind: "call";
  readonly function: HostFunction;
  readonly args: readonly TengoValue[];
}

/** A machine's memory, and what its instructions do where that is more than the loop does itself. */
export class Steps {
  readonly memory: TengoValue[];
  readonly runes: RuneCache;
  readonly maxFrames: number;
  readonly stackSize: number;
  /** The native modules that were imported. */
  readonly imported: (TengoMap | undefined)[] = [];
  /** The end of arguments that lie beyond their caller's registers while a call is made. */
  argumentsEnd = 0;
  private allocationsLeft: number;
  private called: HostCall | undefined;

  constructor(
    private readonly program: Program,
    readonly meter: Meter,
    private readonly options: MachineOptions,
  ) {
    this.runes = new RuneCache(meter);
    this.maxFrames = Math.min(options.maxFrames ?? MAX_FRAMES, MAX_FRAMES);
    this.stackSize = options.stackSize ?? STACK_SIZE;
    this.allocationsLeft = (options.maxAllocs ?? -1) + 1;
    this.memory = Array.from({ length: GLOBALS }, () => undefined);
    for (const constant of program.constants) this.memory.push(constant);
  }

  /** The call at which a fiber was suspended. */
  takeCall(): HostCall {
    const { called } = this;
    this.called = undefined;
    return called!;
  }

  /** Counts an object of the reference's, and gives it back. */
  counted<Value extends TengoValue | TengoIterator>(value: Value): Value {
    if (--this.allocationsLeft === 0) throw new TengoRuntimeError("object allocation limit exceeded");
    return value;
  }

  /** Fails as too deep. */
  overflow(): never {
    throw new TengoRuntimeError("stack overflow");
  }

  /** The value of an operand. */
  read(fiber: Fiber, operand: number): TengoValue {
    return this.memory[(operand & 0x7fffffff) + (fiber.base & (operand >> 31))];
  }

  /** Writes to where an operand tells. */
  write(fiber: Fiber, operand: number, value: TengoValue): void {
    this.memory[(operand & 0x7fffffff) + (fiber.base & (operand >> 31))] = value;
  }

  /**
   * Calls what is not a plain function with the right number of arguments. Gives the number of arguments that then lie
   * in the registers from `top` on for a function of the script, or FINISHED with the result written, or SUSPENDED.
   */
  call(fiber: Fiber, callee: TengoValue, top: number, count: number, spread: boolean, to: number): number {
    if (!isCallable(callee)) throw new TengoRuntimeError(describeFailure.notCallable(callee));
    const given = spread ? this.spreadArguments(fiber, top, count) : count;
    if (callee instanceof TengoFunction) return this.arrangeArguments(callee.code as CompiledCode, top, given);
    const args = this.memory.slice(top, top + given);
    if (callee instanceof HostFunction) {
      const { bound } = callee;
      this.called = { kind: "call", function: callee, args: bound.length > 0 ? [...bound, ...args] : args };
      fiber.waiting = "call";
      return SUSPENDED;
    }
    this.memory[to] = this.counted(this.callNative(callee, args));
    return FINISHED;
  }

  private callNative(callee: NativeFunction, args: readonly TengoValue[]): TengoValue {
    try {
      this.burnForReading(args);
      return callee.body(args, this.meter);
    } catch (error) {
      throw describeFailure.ofNative(error, callee);
    }
  }

  /** Natives that read long texts burn no fuel for it themselves. */
  private burnForReading(args: readonly TengoValue[]): void {
    for (const arg of args) {
      const length = typeof arg === "string" ? arg.length : arg instanceof TengoBytes ? arg.data.length : 0;
      if (length >= LONG) this.meter.burn(length >> BYTES_A_STEP);
    }
  }

  private spreadArguments(fiber: Fiber, top: number, count: number): number {
    const array = this.memory[top + count - 1];
    if (!(array instanceof TengoArray)) throw new TengoRuntimeError(describeFailure.notArray(array));
    const given = count - 1 + array.length;
    this.checkRoom(fiber, top + given);
    this.meter.burn(array.length >> 2);
    for (let index = 0; index < array.length; index++) {
      this.memory[top + count - 1 + index] = array.store[array.start + index];
    }
    this.argumentsEnd = top + given;
    return given;
  }

  /** Puts what is left for a variadic parameter into an array, and checks the number of arguments. */
  arrangeArguments(code: CompiledCode, top: number, count: number): number {
    const { parameters, variadic } = code;
    let given = count;
    if (variadic && given >= parameters - 1) {
      const first = top + parameters - 1;
      this.meter.charge(ARRAY_BYTES + (given - parameters + 1) * ITEM_BYTES);
      this.memory[first] = TengoArray.exactly(this.memory.slice(first, top + given));
      given = parameters;
    }
    if (given === parameters) return given;
    const want = variadic ? `want>=${parameters - 1}` : `want=${parameters}`;
    throw new TengoRuntimeError(`wrong number of arguments: ${want}, got=${given}`);
  }

  private checkRoom(fiber: Fiber, end: number): void {
    if (end > fiber.start + this.stackSize) this.overflow();
  }

  /** `[…]` of the values in registers. */
  makeArray(fiber: Fiber, start: number, count: number): TengoArray {
    this.checkRoom(fiber, start + count);
    this.meter.charge(ARRAY_BYTES + count * ITEM_BYTES);
    return this.counted(TengoArray.of(this.memory.slice(start, start + count)));
  }

  /** `{…}` of the values in every second register. */
  makeMap(fiber: Fiber, start: number, shape: number): TengoMap {
    const keys = this.program.shapes[shape]!;
    this.checkRoom(fiber, start + keys.length * 2);
    this.meter.charge(ARRAY_BYTES + keys.length * ENTRY_BYTES);
    const entries = new Map<string, TengoValue>();
    for (let index = 0; index < keys.length; index++) entries.set(keys[index]!, this.memory[start + index * 2 + 1]);
    return this.counted(new TengoMap(entries, false));
  }

  /** A function with the boxes of what it keeps. */
  makeClosure(fiber: Fiber, index: number, kept: Int32Array): TengoFunction {
    this.meter.charge(ARRAY_BYTES + kept.length * ITEM_BYTES);
    const captured: Box[] = [];
    for (const from of kept) {
      captured.push(from < 0 ? fiber.current.captured[~from]! : (this.memory[fiber.base + from] as unknown as Box));
    }
    return this.counted(new TengoFunction(this.program.functions[index]!, captured));
  }

  /** `error(value)`. */
  makeError(value: TengoValue): TengoError {
    this.meter.charge(ARRAY_BYTES);
    return this.counted(new TengoError(value));
  }

  /** `immutable(value)`. */
  makeImmutable(value: TengoValue): TengoValue {
    if (!(value instanceof TengoArray || value instanceof TengoMap) || value.immutable) return value;
    this.meter.charge(ARRAY_BYTES);
    if (value instanceof TengoMap) return this.counted(new TengoMap(value.entries, true));
    return this.counted(new TengoArray(value.store, value.start, value.length, value.capacity, true));
  }

  /** What a for-in loop walks with. */
  makeIterator(value: TengoValue): TengoIterator {
    return this.counted(iterate(value, this.meter));
  }

  /** `target[low:high]`. */
  slice(target: TengoValue, low: TengoValue, high: TengoValue): TengoValue {
    return this.counted(slice(target, low, high, this.meter));
  }

  /** `target[…]… = value`. */
  setSelector(fiber: Fiber, target: TengoValue, value: TengoValue, operands: Int32Array): void {
    const selectors: TengoValue[] = [];
    for (const operand of operands) selectors.push(this.read(fiber, operand));
    selectorSet(target, selectors, value, this.meter, this.runes);
  }

  /** `target[index] = value`. */
  setIndex(target: TengoValue, index: TengoValue, value: TengoValue): void {
    if (target instanceof TengoMap && !target.immutable && typeof index === "string") {
      const { entries } = target;
      const { size } = entries;
      entries.set(index, value);
      if (entries.size !== size) this.meter.charge(ENTRY_BYTES + index.length);
    } else {
      indexSet(target, index, value, this.meter);
    }
  }

  /** A native module, made when it is first imported. */
  importModule(index: number): TengoMap {
    const known = this.imported[index];
    if (known !== undefined) return known;
    const name = this.program.modules[index]!;
    const make = this.options.modules?.[name];
    if (make === undefined) throw new TengoRuntimeError(`module '${name}' not found`);
    const members = new Map(make(this.meter));
    members.set("__module_name__", name);
    return (this.imported[index] = new TengoMap(members, true));
  }

  /** Goes on with an iterator that is no array's; true when there is an item, undefined when the host must be asked. */
  advance(fiber: Fiber, iterator: unknown): boolean | undefined {
    if (iterator instanceof OtherIterator) return iterator.next(this.meter);
    if (!(iterator instanceof HandleIterator)) return false;
    if (iterator.state === "ended") return false;
    if (iterator.state === "answered") {
      iterator.state = iterator.broken ? "ended" : "asking";
      return true;
    }
    const next = iterator.handle.next!;
    this.called = { kind: "call", function: next, args: [...next.bound] };
    fiber.waiting = iterator;
    return undefined;
  }
}

function isCallable(value: TengoValue): value is TengoFunction | NativeFunction | HostFunction {
  return value instanceof TengoFunction || value instanceof NativeFunction || value instanceof HostFunction;
}
