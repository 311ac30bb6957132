/** How natives of modules read their arguments, and how they say that one is of the wrong type. */
import { fromBytes } from "../byte-strings.ts";
import type { RunContext } from "../context.ts";
import { TengoRuntimeError, WrongArgumentCount, WrongArgumentType } from "../errors.ts";
import { toByteString, toBytes, toFloat, toInt, toTime } from "../forms/index.ts";
import type { TengoInt } from "../integers.ts";
import {
  NativeFunction,
  TengoArray,
  TengoError,
  typeName,
  type NativeBody,
  type TengoTime,
  type TengoValue,
} from "../values.ts";

const ORDINALS = ["first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth"] as const;

/** `first` for 0, and so on. */
export function ordinal(index: number): string {
  return ORDINALS[index] ?? `argument ${index + 1}`;
}

/** Fails unless there are as many arguments. */
export function expectCount(args: readonly TengoValue[], least: number, most = least): void {
  if (args.length < least || args.length > most) throw new WrongArgumentCount();
}

/** An argument's text: anything but undefined has one. */
export function stringArgument(
  args: readonly TengoValue[],
  index: number,
  context: RunContext,
  name = ordinal(index),
): string {
  const text = toByteString(args[index], context);
  if (text === undefined) throw new WrongArgumentType(name, "string(compatible)", typeName(args[index]));
  return text;
}

/** An argument as an int. */
export function intArgument(args: readonly TengoValue[], index: number): TengoInt {
  const value = toInt(args[index]);
  if (value === undefined) throw new WrongArgumentType(ordinal(index), "int(compatible)", typeName(args[index]));
  return value;
}

/** An argument as a float. */
export function floatArgument(args: readonly TengoValue[], index: number): number {
  const value = toFloat(args[index]);
  if (value === undefined) throw new WrongArgumentType(ordinal(index), "float(compatible)", typeName(args[index]));
  return value;
}

/** An argument as a time: a time, or an int of seconds since 1970. */
export function timeArgument(args: readonly TengoValue[], index: number): TengoTime {
  const value = toTime(args[index]);
  if (value === undefined) throw new WrongArgumentType(ordinal(index), "time(compatible)", typeName(args[index]));
  return value;
}

/** An argument that must be a string itself. */
export function strictStringArgument(args: readonly TengoValue[], index: number): string {
  const value = args[index];
  if (typeof value !== "string") throw new WrongArgumentType(ordinal(index), "string", typeName(value));
  return value;
}

/** The bytes of an argument that is bytes or a string, as a byte string. */
export function bytesArgument(args: readonly TengoValue[], index: number, expected = "bytes(compatible)"): string {
  const value = args[index];
  if (typeof value === "string") return value;
  const data = toBytes(value);
  if (data === undefined) throw new WrongArgumentType(ordinal(index), expected, typeName(value));
  return fromBytes(data);
}

/** Takes the steps and the memory of going through a text and making one as long. */
export function spend(context: RunContext, length: number): void {
  context.burn(1 + (length >> 4));
  context.charge(length);
}

/** Fails where a text would get longer than texts may be; otherwise takes its memory. */
export function chargeText(context: RunContext, length: number): void {
  if (length > context.maxStringLength) throw new TengoRuntimeError("exceeding string size limit");
  spend(context, length);
}

/** The array of strings that a native gives, and has charged for. It owns them. */
export function stringArray(items: string[], context: RunContext): TengoArray {
  context.burn(items.length);
  for (const item of items) {
    if (item.length > context.maxStringLength) throw new TengoRuntimeError("exceeding string size limit");
  }
  return TengoArray.of(items);
}

/** An error value with a message. */
export function errorValue(message: string): TengoError {
  return new TengoError(message);
}

/** The members of a module: what is a body becomes a function of that name. */
export function functions(bodies: Readonly<Record<string, NativeBody>>): Map<string, TengoValue> {
  return new Map(
    Object.entries(bodies).map(([name, body]) => [name, new NativeFunction("user-function", name, body)] as const),
  );
}
