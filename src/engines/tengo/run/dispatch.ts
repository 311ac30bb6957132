import { NOWHERE, type CompiledCode } from "../compile/function-code.ts";
import { isFalsy } from "../forms/index.ts";
import { Token } from "../syntax/token.ts";
import { Box, TengoArray, TengoFunction, TengoMap, type HostFunction, type TengoValue } from "../values.ts";
import { binary } from "./arithmetic.ts";
import { equal } from "./equality.ts";
import type { Fiber } from "./fiber.ts";
import { indexGet } from "./indexing.ts";
import { ArrayIterator, type OtherIterator } from "./iterators.ts";
import { FINISHED, SUSPENDED, type Steps } from "./steps.ts";
import { complement, negate } from "./unary.ts";

/**
 * The instructions. They stand in this file because only enums of the same file become numbers in a switch; with
 * anything else the engine could not jump by a table. `a`, `b` are operands to read, `to` one to write (see
 * compile/function-code.ts), `r` a register by its number, `n` a plain number, `place` an instruction.
 */
export enum Op {
  /** to, a */
  Move,
  /** to, a, b */
  Add,
  Subtract,
  Multiply,
  Remainder,
  /** a, b, place when it holds, place when it does not */
  JumpLess,
  JumpLessEqual,
  JumpGreater,
  JumpGreaterEqual,
  JumpEqual,
  JumpNotEqual,
  /** a, place when it is true, place when it is not */
  JumpIf,
  /** place */
  Jump,
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
  /** iterator a, key to, value to, place of the loop's body */
  Next,
  /** to, r */
  BoxGet,
  /** r, a: into the box */
  BoxSet,
  /** to, n of the free variable */
  FreeGet,
  /** n of the free variable, a */
  FreeSet,
  // What follows is done outside of the loop.
  /** to, a, b, token: the other binary operators, and all while allocations are counted */
  Binary,
  /** to, a, b */
  Equal,
  NotEqual,
  /** to, a */
  Not,
  Negate,
  Complement,
  Error,
  Immutable,
  Iterate,
  /** to, a, low a, high a */
  Slice,
  /** to, r of the first item, n items */
  Array,
  /** to, r of the first value (one in two), n of the shape */
  Map,
  /** to, n of the function, n variables, for each r or the complement of the number of a free variable */
  Closure,
  /** to, n of the module */
  Import,
  /** r, a: a new box */
  BoxNew,
  /** container a, value a, n selectors, selectors a… */
  SetSelector,
}

/** How far {@link dispatch} went: to a result, or to a call that the host must answer. */
export type Stop =
  | { readonly kind: "done"; readonly value: TengoValue }
  | { readonly kind: "call"; readonly function: HostFunction; readonly args: readonly TengoValue[] };

/** The bits of an operand that tell its place; its sign tells that it is a register. */
export const PLACE = 0x7fffffff;

/** The greatest int that is a number: beyond it, ints are bigints. */
const MOST = 9007199254740991;

/**
 * The loop. It decodes three operands whatever the instruction needs, as that makes it smaller, and does itself only
 * what is cheaper than a call. Whatever may fail is told its place, and the fuel that is left, first.
 */
export function dispatch(steps: Steps, fiber: Fiber): Stop {
  const { memory, meter, maxFrames } = steps;
  const { links, callers } = fiber;
  const limit = fiber.start + steps.stackSize;
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
    const op = code[ip]! as Op;
    const first = code[ip + 1]!;
    const second = code[ip + 2]!;
    const third = code[ip + 3]!;
    const p = (first & PLACE) + (base & (first >> 31));
    const q = (second & PLACE) + (base & (second >> 31));
    const r = (third & PLACE) + (base & (third >> 31));
    switch (op) {
      case Op.Move:
        memory[p] = memory[q];
        ip += 3;
        continue;
      case Op.Add: {
        const left = memory[q];
        const right = memory[r];
        if (typeof left === "number" && typeof right === "number") {
          const result = left + right;
          if (result <= MOST && result >= -MOST) {
            memory[p] = result;
            ip += 4;
            continue;
          }
        }
        fiber.place = ip;
        fiber.fuel = fuel;
        memory[p] = binary(Token.Add, left, right, meter);
        ip += 4;
        continue;
      }
      case Op.Subtract: {
        const left = memory[q];
        const right = memory[r];
        if (typeof left === "number" && typeof right === "number") {
          const result = left - right;
          if (result <= MOST && result >= -MOST) {
            memory[p] = result;
            ip += 4;
            continue;
          }
        }
        fiber.place = ip;
        fiber.fuel = fuel;
        memory[p] = binary(Token.Subtract, left, right, meter);
        ip += 4;
        continue;
      }
      case Op.Multiply: {
        const left = memory[q];
        const right = memory[r];
        if (typeof left === "number" && typeof right === "number") {
          const result = left * right;
          if (result <= MOST && result >= -MOST) {
            const small = result | 0;
            memory[p] = small === result ? small : result;
            ip += 4;
            continue;
          }
        }
        fiber.place = ip;
        fiber.fuel = fuel;
        memory[p] = binary(Token.Multiply, left, right, meter);
        ip += 4;
        continue;
      }
      case Op.Remainder: {
        const left = memory[q];
        const right = memory[r];
        if (typeof left === "number" && typeof right === "number" && right !== 0) {
          const small = left | 0;
          const divisor = right | 0;
          memory[p] = small === left && divisor === right ? (small % divisor) | 0 : (left % right) + 0;
        } else {
          fiber.place = ip;
          fiber.fuel = fuel;
          memory[p] = binary(Token.Remainder, left, right, meter);
        }
        ip += 4;
        continue;
      }
      case Op.JumpLess: {
        const left = memory[p];
        const right = memory[q];
        let holds: TengoValue;
        if (typeof left === "number" && typeof right === "number") holds = left < right;
        else {
          fiber.place = ip;
          fiber.fuel = fuel;
          holds = binary(Token.Less, left, right, meter);
        }
        ip = holds === true ? third : code[ip + 4]!;
        continue;
      }
      case Op.JumpLessEqual: {
        const left = memory[p];
        const right = memory[q];
        let holds: TengoValue;
        if (typeof left === "number" && typeof right === "number") holds = left <= right;
        else {
          fiber.place = ip;
          fiber.fuel = fuel;
          holds = binary(Token.LessEqual, left, right, meter);
        }
        ip = holds === true ? third : code[ip + 4]!;
        continue;
      }
      case Op.JumpGreater: {
        const left = memory[p];
        const right = memory[q];
        let holds: TengoValue;
        if (typeof left === "number" && typeof right === "number") holds = left > right;
        else {
          fiber.place = ip;
          fiber.fuel = fuel;
          holds = binary(Token.Greater, left, right, meter);
        }
        ip = holds === true ? third : code[ip + 4]!;
        continue;
      }
      case Op.JumpGreaterEqual: {
        const left = memory[p];
        const right = memory[q];
        let holds: TengoValue;
        if (typeof left === "number" && typeof right === "number") holds = left >= right;
        else {
          fiber.place = ip;
          fiber.fuel = fuel;
          holds = binary(Token.GreaterEqual, left, right, meter);
        }
        ip = holds === true ? third : code[ip + 4]!;
        continue;
      }
      case Op.JumpEqual:
      case Op.JumpNotEqual: {
        const left = memory[p];
        const right = memory[q];
        let same: boolean;
        if (typeof left === "number" && typeof right === "number") same = left === right;
        else {
          fiber.place = ip;
          fiber.fuel = fuel;
          same = equal(left, right, meter);
        }
        ip = same === (op === Op.JumpEqual) ? third : code[ip + 4]!;
        continue;
      }
      case Op.JumpIf: {
        const value = memory[p];
        ip = value === true || (value !== false && !isFalsy(value)) ? second : third;
        continue;
      }
      case Op.Jump:
        ip = first;
        continue;
      case Op.Call:
      case Op.TailCall:
      case Op.SpreadCall:
      case Op.SpreadTailCall: {
        const callee = memory[p];
        const top = base + second;
        let count = third;
        if (
          !(callee instanceof TengoFunction) ||
          callee.code.parameters !== count ||
          callee.code.variadic ||
          op >= Op.SpreadCall
        ) {
          const last = code[ip + 4]!;
          fiber.place = ip;
          fiber.fuel = 0;
          meter.giveBack(fuel);
          fuel = 0;
          count = steps.call(fiber, callee, top, count, op >= Op.SpreadCall, (last & PLACE) + (base & (last >> 31)));
          if (count === FINISHED) {
            ip += 5;
            continue;
          }
          if (count === SUSPENDED) return steps.takeCall();
        }
        const { current, depth } = fiber;
        if (callee === current && (op === Op.TailCall || op === Op.SpreadTailCall)) {
          for (let index = 0; index < count; index++) memory[base + index] = memory[top + index];
          ip = 0;
          continue;
        }
        const target = (callee as TengoFunction).code as CompiledCode;
        if (depth >= maxFrames || top + target.locals >= limit) {
          fiber.place = ip;
          fiber.fuel = fuel;
          steps.overflow();
        }
        links[depth * 2] = ip;
        links[depth * 2 + 1] = base;
        callers[depth] = current;
        fiber.depth = depth + 1;
        fiber.current = callee as TengoFunction;
        fiber.base = base = top;
        code = target.instructions;
        ip = 0;
        continue;
      }
      case Op.Return: {
        const value = memory[p];
        const depth = --fiber.depth;
        if (depth === 0) {
          fiber.place = ip;
          meter.giveBack(fuel);
          return { kind: "done", value };
        }
        const caller = callers[depth]!;
        fiber.current = caller;
        ip = links[depth * 2]!;
        fiber.base = base = links[depth * 2 + 1]!;
        code = (caller.code as CompiledCode).instructions;
        const last = code[ip + 4]!;
        memory[(last & PLACE) + (base & (last >> 31))] = value;
        ip += 5;
        continue;
      }
      case Op.Index: {
        const target = memory[q];
        const index = memory[r];
        if (target instanceof TengoArray && typeof index === "number") {
          memory[p] = index >= 0 && index < target.length ? target.store[target.start + index] : undefined;
        } else if (target instanceof TengoMap && typeof index === "string") {
          memory[p] = target.entries.get(index);
        } else {
          fiber.place = ip;
          fiber.fuel = fuel;
          memory[p] = indexGet(target, index, meter, steps.runes);
        }
        ip += 4;
        continue;
      }
      case Op.SetIndex: {
        const target = memory[p];
        const index = memory[q];
        if (
          target instanceof TengoArray &&
          typeof index === "number" &&
          index >= 0 &&
          index < target.length &&
          !target.immutable
        ) {
          target.store[target.start + index] = memory[r];
        } else {
          fiber.place = ip;
          fiber.fuel = fuel;
          steps.setIndex(target, index, memory[r]);
        }
        ip += 4;
        continue;
      }
      case Op.Next: {
        const iterator: unknown = memory[p];
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
          const more = steps.advance(fiber, iterator);
          if (more === undefined) {
            meter.giveBack(fuel);
            return steps.takeCall();
          }
          if (!more) {
            ip += 5;
            continue;
          }
          key = (iterator as OtherIterator).key;
          value = (iterator as OtherIterator).value;
        }
        if (second !== NOWHERE) memory[q] = key;
        if (third !== NOWHERE) memory[r] = value;
        ip = code[ip + 4]!;
        continue;
      }
      case Op.BoxGet:
        memory[p] = boxAt(memory, base + second).value;
        ip += 3;
        continue;
      case Op.BoxSet:
        boxAt(memory, base + first).value = memory[q];
        ip += 3;
        continue;
      case Op.FreeGet:
        memory[p] = fiber.current.captured[second]!.value;
        ip += 3;
        continue;
      case Op.FreeSet:
        fiber.current.captured[first]!.value = memory[q];
        ip += 3;
        continue;
      default:
        fiber.place = ip;
        fiber.fuel = fuel;
        ip = step(steps, fiber, op, p);
    }
  }
}

function boxAt(memory: readonly unknown[], place: number): Box {
  return memory[place] as Box;
}

/** Does an instruction that is not the loop's own; its result goes to `to`. Gives the place of the next one. */
function step(steps: Steps, fiber: Fiber, op: Op, to: number): number {
  const { memory, meter } = steps;
  const { base, place } = fiber;
  const code = (fiber.current.code as CompiledCode).instructions;
  const second = code[place + 2]!;
  const third = code[place + 3]!;
  const q = (second & PLACE) + (base & (second >> 31));
  const r = (third & PLACE) + (base & (third >> 31));
  switch (op) {
    case Op.Binary:
      memory[to] = steps.counted(binary(code[place + 4]!, memory[q], memory[r], meter));
      return place + 5;
    case Op.Equal:
      memory[to] = equal(memory[q], memory[r], meter);
      return place + 4;
    case Op.NotEqual:
      memory[to] = !equal(memory[q], memory[r], meter);
      return place + 4;
    case Op.Not:
      memory[to] = isFalsy(memory[q]);
      return place + 3;
    case Op.Negate:
      memory[to] = steps.counted(negate(memory[q], meter));
      return place + 3;
    case Op.Complement:
      memory[to] = steps.counted(complement(memory[q]));
      return place + 3;
    case Op.Error:
      memory[to] = steps.makeError(memory[q]);
      return place + 3;
    case Op.Immutable:
      memory[to] = steps.makeImmutable(memory[q]);
      return place + 3;
    case Op.Iterate:
      memory[to] = steps.makeIterator(memory[q]) as never;
      return place + 3;
    case Op.Slice:
      memory[to] = steps.slice(memory[q], memory[r], steps.read(fiber, code[place + 4]!));
      return place + 5;
    case Op.Array:
      memory[to] = steps.makeArray(fiber, base + second, third);
      return place + 4;
    case Op.Map:
      memory[to] = steps.makeMap(fiber, base + second, third);
      return place + 4;
    case Op.Closure:
      memory[to] = steps.makeClosure(fiber, second, code.subarray(place + 4, place + 4 + third));
      return place + 4 + third;
    case Op.Import:
      memory[to] = steps.importModule(second);
      return place + 3;
    case Op.BoxNew:
      meter.charge(32);
      memory[base + code[place + 1]!] = new Box(memory[q]) as never;
      return place + 3;
    case Op.SetSelector:
      steps.setSelector(fiber, memory[to], memory[q], code.subarray(place + 4, place + 4 + third));
      return place + 4 + third;
    default:
      throw new TypeError(`no instruction ${op}`);
  }
}
