import type { RunContext } from "../context.ts";
import { TengoRuntimeError, WrongArgumentCount, WrongArgumentType } from "../errors.ts";
import { formatText, isFalsy, toByteString, toBytes, toChar, toFloat, toInt, toTime } from "../forms/index.ts";
import {
  HostFunction,
  NativeFunction,
  TengoArray,
  TengoBytes,
  TengoChar,
  TengoError,
  TengoFloat,
  TengoFunction,
  TengoMap,
  TengoTime,
  typeName,
  type NativeBody,
  type TengoValue,
} from "../values.ts";
import { copyValue, freezeValue } from "./copying.ts";
import { isIterable } from "./iterators.ts";
import { append, ARRAY_BYTES } from "./slices.ts";
import { range } from "./range.ts";
import { splice } from "./splice.ts";

type Arguments = readonly TengoValue[];

function expectCount(args: Arguments, least: number, most = least): void {
  if (args.length < least || args.length > most) throw new WrongArgumentCount();
}

/** The length of what has one. */
export function lengthOf(value: TengoValue): number {
  if (typeof value === "string") return value.length;
  if (value instanceof TengoArray) return value.length;
  if (value instanceof TengoMap) return value.entries.size;
  if (value instanceof TengoBytes) return value.data.length;
  throw new WrongArgumentType("first", "array/string/bytes/map", typeName(value));
}

function appendItems(args: Arguments, context: RunContext): TengoValue {
  if (args.length < 2) throw new WrongArgumentCount();
  const [array] = args;
  if (!(array instanceof TengoArray)) throw new WrongArgumentType("first", "array", typeName(array));
  return append(array, args.slice(1), context);
}

function remove(args: Arguments): TengoValue {
  expectCount(args, 2);
  const [map, key] = args;
  if (!(map instanceof TengoMap) || map.immutable) throw new WrongArgumentType("first", "map", typeName(map));
  if (typeof key !== "string") throw new WrongArgumentType("second", "string", typeName(key));
  map.entries.delete(key);
  return undefined;
}

/** A conversion: undefined where it fails, or the second argument. */
function conversion(convert: (value: TengoValue, context: RunContext) => TengoValue): NativeBody {
  return (args, context) => {
    expectCount(args, 1, 2);
    const converted = convert(args[0], context);
    return converted === undefined ? args[1] : converted;
  };
}

function toStringValue(value: TengoValue, context: RunContext): TengoValue {
  const text = toByteString(value, context);
  if (text !== undefined && typeof value !== "string" && text.length > context.maxStringLength) {
    throw new TengoRuntimeError("exceeding string size limit");
  }
  return text;
}

function toFloatValue(value: TengoValue, context: RunContext): TengoValue {
  if (value instanceof TengoFloat) return value;
  const float = toFloat(value);
  context.charge(24);
  return float === undefined ? undefined : new TengoFloat(float);
}

function toCharValue(value: TengoValue, context: RunContext): TengoValue {
  if (value instanceof TengoChar) return value;
  const code = toChar(value);
  context.charge(24);
  return code === undefined ? undefined : new TengoChar(code);
}

function toBytesValue(value: TengoValue, context: RunContext): TengoValue {
  if (typeof value === "number" || typeof value === "bigint") {
    if (value > context.maxBytesLength) throw new TengoRuntimeError("exceeding bytes size limit");
    if (value < 0) throw new TengoRuntimeError("runtime error: makeslice: len out of range");
    context.charge(ARRAY_BYTES + Number(value));
    return new TengoBytes(new Uint8Array(Number(value)));
  }
  if (typeof value === "string") context.charge(ARRAY_BYTES + value.length);
  const data = toBytes(value);
  if (data === undefined) return undefined;
  if (data.length > context.maxBytesLength) throw new TengoRuntimeError("exceeding bytes size limit");
  return new TengoBytes(data);
}

function formatBuiltin(args: Arguments, context: RunContext): TengoValue {
  if (args.length === 0) throw new WrongArgumentCount();
  const [format, ...values] = args;
  if (typeof format !== "string") throw new WrongArgumentType("format", "string", typeName(format));
  return values.length === 0 ? format : formatText(format, values, context);
}

function test(holds: (value: TengoValue) => boolean): NativeBody {
  return (args) => {
    expectCount(args, 1);
    return holds(args[0]);
  };
}

function isCallable(value: TengoValue): boolean {
  return value instanceof TengoFunction || value instanceof NativeFunction || value instanceof HostFunction;
}

const BODIES: Readonly<Record<string, NativeBody>> = {
  len: (args) => {
    expectCount(args, 1);
    return lengthOf(args[0]);
  },
  copy: (args, context) => {
    expectCount(args, 1);
    return copyValue(args[0], context);
  },
  append: appendItems,
  delete: remove,
  splice,
  string: conversion(toStringValue),
  int: conversion((value) => toInt(value)),
  bool: (args) => {
    expectCount(args, 1);
    return !isFalsy(args[0]);
  },
  float: conversion(toFloatValue),
  char: conversion(toCharValue),
  bytes: conversion(toBytesValue),
  time: conversion((value) => toTime(value)),
  is_int: test((value) => typeof value === "number" || typeof value === "bigint"),
  is_float: test((value) => value instanceof TengoFloat),
  is_string: test((value) => typeof value === "string"),
  is_bool: test((value) => typeof value === "boolean"),
  is_char: test((value) => value instanceof TengoChar),
  is_bytes: test((value) => value instanceof TengoBytes),
  is_array: test((value) => value instanceof TengoArray && !value.immutable),
  is_immutable_array: test((value) => value instanceof TengoArray && value.immutable),
  is_map: test((value) => value instanceof TengoMap && !value.immutable),
  is_immutable_map: test((value) => value instanceof TengoMap && value.immutable),
  is_iterable: test(isIterable),
  is_time: test((value) => value instanceof TengoTime),
  is_error: test((value) => value instanceof TengoError),
  is_undefined: test((value) => value === undefined),
  is_function: test((value) => value instanceof TengoFunction),
  is_callable: test(isCallable),
  type_name: (args) => {
    expectCount(args, 1);
    return typeName(args[0]);
  },
  format: formatBuiltin,
  range,
  freeze: (args, context) => {
    expectCount(args, 1);
    return freezeValue(args[0], context);
  },
};

/** The functions that every script knows. */
export const BUILTINS: readonly NativeFunction[] = Object.entries(BODIES).map(
  ([name, body]) => new NativeFunction("builtin-function", name, body),
);
