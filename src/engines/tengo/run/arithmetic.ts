import type { RunContext } from "../context.ts";
import { TengoRuntimeError } from "../errors.ts";
import { toText } from "../forms/index.ts";
import {
  addInts,
  divideInts,
  intToFloat,
  multiplyInts,
  remainderInts,
  shiftLeft,
  shiftRight,
  subtractInts,
  wrapInt,
  type TengoInt,
} from "../integers.ts";
import { Token, TOKEN_TEXT } from "../syntax/token.ts";
import { TengoArray, TengoBytes, TengoChar, TengoFloat, TengoTime, typeName, type TengoValue } from "../values.ts";
import { append } from "./slices.ts";
import { addNanoseconds, compareTimes, subtractTimes } from "./time-arithmetic.ts";

/** Bytes that a boxed value takes. */
const BOX_BYTES = 24;

/** `left OP right` for all values and all operators but `==`, `!=`, `&&` and `||`. */
export function binary(operator: Token, left: TengoValue, right: TengoValue, context: RunContext): TengoValue {
  const result = attempt(operator, left, right, context);
  if (result !== undefined) return result;
  const operation = `${typeName(left)} ${TOKEN_TEXT[operator]} ${typeName(right)}`;
  throw new TengoRuntimeError(`invalid operation: ${operation}`);
}

/** Undefined: there is no such operation. */
function attempt(operator: Token, left: TengoValue, right: TengoValue, context: RunContext): TengoValue {
  switch (typeof left) {
    case "number":
    case "bigint":
      return intWith(operator, left, right, context);
    case "string":
      return stringWith(operator, left, right, context);
    case "object":
      return objectWith(operator, left, right, context);
    default:
      return undefined;
  }
}

function objectWith(operator: Token, left: TengoValue & object, right: TengoValue, context: RunContext): TengoValue {
  if (left instanceof TengoFloat) {
    if (right instanceof TengoFloat) return floatWith(operator, left, right.value, context);
    return isInt(right) ? floatWith(operator, left, intToFloat(right), context) : undefined;
  }
  if (left instanceof TengoChar) return charWith(operator, left.code, right, context);
  if (left instanceof TengoTime) return timeWith(operator, left, right, context);
  if (operator !== Token.Add) return undefined;
  if (left instanceof TengoArray) return arrayPlus(left, right, context);
  return left instanceof TengoBytes && right instanceof TengoBytes ? bytesPlus(left, right, context) : undefined;
}

function isInt(value: TengoValue): value is TengoInt {
  return typeof value === "number" || typeof value === "bigint";
}

function intWith(operator: Token, left: TengoInt, right: TengoValue, context: RunContext): TengoValue {
  if (isInt(right)) return ints(operator, left, right, context);
  if (right instanceof TengoFloat) return floats(operator, intToFloat(left), right.value, context);
  if (!(right instanceof TengoChar)) return undefined;
  switch (operator) {
    case Token.Add:
      return char(toInt32(left) + right.code, context);
    case Token.Subtract:
      return char(toInt32(left) - right.code, context);
    default:
      return ordered(operator, left, right.code);
  }
}

function ints(operator: Token, left: TengoInt, right: TengoInt, context: RunContext): TengoValue {
  const result = intResult(operator, left, right);
  if (typeof result === "bigint") context.charge(BOX_BYTES);
  return result ?? ordered(operator, left, right);
}

function intResult(operator: Token, left: TengoInt, right: TengoInt): TengoInt | undefined {
  switch (operator) {
    case Token.Add:
      return addInts(left, right);
    case Token.Subtract:
      return subtractInts(left, right);
    case Token.Multiply:
      return multiplyInts(left, right);
    case Token.Divide:
      return divideInts(left, nonZero(right));
    case Token.Remainder:
      return remainderInts(left, nonZero(right));
    case Token.And:
      return wrapInt(BigInt(left) & BigInt(right));
    case Token.Or:
      return wrapInt(BigInt(left) | BigInt(right));
    case Token.Xor:
      return wrapInt(BigInt(left) ^ BigInt(right));
    case Token.AndNot:
      return wrapInt(BigInt(left) & ~BigInt(right));
    case Token.ShiftLeft:
      return shiftLeft(left, right);
    case Token.ShiftRight:
      return shiftRight(left, right);
    default:
      return undefined;
  }
}

function nonZero(divisor: TengoInt): TengoInt {
  if (divisor === 0) throw new TengoRuntimeError("runtime error: integer divide by zero");
  return divisor;
}

function ordered<Kind extends number | bigint | string>(operator: Token, left: Kind, right: Kind | number): TengoValue {
  switch (operator) {
    case Token.Less:
      return left < right;
    case Token.LessEqual:
      return left <= right;
    case Token.Greater:
      return left > right;
    case Token.GreaterEqual:
      return left >= right;
    default:
      return undefined;
  }
}

/** What equals the left operand is the left operand: 0.0 / -2 is 0.0, not -0.0. */
function floatWith(operator: Token, left: TengoFloat, right: number, context: RunContext): TengoValue {
  const result = floats(operator, left.value, right, context);
  return result instanceof TengoFloat && result.value === left.value ? left : result;
}

function floats(operator: Token, left: number, right: number, context: RunContext): TengoValue {
  switch (operator) {
    case Token.Add:
      return float(left + right, context);
    case Token.Subtract:
      return float(left - right, context);
    case Token.Multiply:
      return float(left * right, context);
    case Token.Divide:
      return float(left / right, context);
    default:
      return ordered(operator, left, right);
  }
}

function float(value: number, context: RunContext): TengoFloat {
  context.charge(BOX_BYTES);
  return new TengoFloat(value);
}

function char(code: number, context: RunContext): TengoChar {
  context.charge(BOX_BYTES);
  return new TengoChar(code | 0);
}

function toInt32(value: TengoInt): number {
  return typeof value === "number" ? value | 0 : Number(BigInt.asIntN(32, value));
}

function charWith(operator: Token, left: number, right: TengoValue, context: RunContext): TengoValue {
  if (!isInt(right) && !(right instanceof TengoChar)) return undefined;
  const other = right instanceof TengoChar ? right.code : right;
  switch (operator) {
    case Token.Add:
      return char(left + toInt32(other), context);
    case Token.Subtract:
      return char(left - toInt32(other), context);
    default:
      return ordered<TengoInt>(operator, left, other as number);
  }
}

function stringWith(operator: Token, left: string, right: TengoValue, context: RunContext): TengoValue {
  if (operator !== Token.Add) return typeof right === "string" ? ordered(operator, left, right) : undefined;
  const other = toText(right, context);
  const length = left.length + other.length;
  if (length > context.maxStringLength) throw new TengoRuntimeError("exceeding string size limit");
  context.charge(length + BOX_BYTES);
  return left + other;
}

/** As Go's `append`: the result may share its store with `left`. */
function arrayPlus(left: TengoArray, right: TengoValue, context: RunContext): TengoValue {
  if (!(right instanceof TengoArray) || right.immutable !== left.immutable) return undefined;
  if (right.length === 0 && !left.immutable) return left;
  context.charge(right.length * 8);
  return append(left, right.store.slice(right.start, right.start + right.length), context);
}

function bytesPlus(left: TengoBytes, right: TengoBytes, context: RunContext): TengoValue {
  const length = left.data.length + right.data.length;
  if (length > context.maxBytesLength) throw new TengoRuntimeError("exceeding bytes size limit");
  context.charge(length + 64);
  const data = new Uint8Array(length);
  data.set(left.data);
  data.set(right.data, left.data.length);
  return new TengoBytes(data);
}

function timeWith(operator: Token, left: TengoTime, right: TengoValue, context: RunContext): TengoValue {
  context.charge(BOX_BYTES);
  if (isInt(right)) {
    if (operator === Token.Add) return addNanoseconds(left, BigInt(right));
    return operator === Token.Subtract ? addNanoseconds(left, BigInt.asIntN(64, -BigInt(right))) : undefined;
  }
  if (!(right instanceof TengoTime)) return undefined;
  if (operator === Token.Subtract) return subtractTimes(left, right);
  return ordered(operator, compareTimes(left, right), 0);
}
