/** The module text: Go's strings and strconv packages, and its regular expressions. */
import type { RunContext } from "../../context.ts";
import { TengoRuntimeError, WrongArgumentType } from "../../errors.ts";
import { equalFold, quote, titleWords, toLower, toTitle, toUpper, unquote } from "../../forms/index.ts";
import { TengoArray, typeName, type NativeBody, type TengoValue } from "../../values.ts";
import {
  chargeText,
  errorValue,
  expectCount,
  functions,
  intArgument,
  spend,
  stringArgument,
  stringArray,
} from "../arguments.ts";
import { numberFunctions } from "./numbers.ts";
import { regularExpressionFunctions } from "./regular-expressions.ts";
import { fields, indexAny, lastIndexAny, trim, trimSpace } from "./runes.ts";
import { countText, replaceText, splitText } from "./split.ts";

/** A function of one text that gives a text, at most `growth` times as long. */
function map(change: (bytes: string) => string, growth: number): NativeBody {
  return (args, context) => {
    expectCount(args, 1);
    const bytes = stringArgument(args, 0, context);
    context.burn(bytes.length >> 1);
    context.charge(bytes.length * growth);
    const changed = change(bytes);
    if (changed.length > context.maxStringLength) throw new TengoRuntimeError("exceeding string size limit");
    return changed;
  };
}

/** Two texts. What the reference says of a wrong second one differs from function to function. */
function pair(args: readonly TengoValue[], context: RunContext): [string, string] {
  expectCount(args, 2);
  const texts: [string, string] = [stringArgument(args, 0, context), stringArgument(args, 1, context)];
  context.burn(1 + ((texts[0].length + texts[1].length) >> 4));
  return texts;
}

function compareBy(ask: (a: string, b: string) => TengoValue): NativeBody {
  return (args, context) => ask(...pair(args, context));
}

/** As `compareBy`, for functions that give an int: the reference tells the type of the first argument for the second. */
function measureBy(ask: (a: string, b: string) => number): NativeBody {
  return (args, context) => {
    expectCount(args, 2);
    stringArgument(args, 0, context);
    if (args[1] === undefined) throw new WrongArgumentType("second", "string(compatible)", typeName(args[0]));
    return ask(...pair(args, context));
  };
}

/** Cuts two texts into an array: the reference calls the second one `first` where it is wrong. */
function cutBy(keep: boolean): NativeBody {
  return (args, context) => {
    expectCount(args, 2);
    stringArgument(args, 0, context);
    stringArgument(args, 1, context, "first");
    return stringArray(splitText(...pair(args, context), -1, keep, context), context);
  };
}

function cutManyBy(keep: boolean): NativeBody {
  return (args, context) => {
    expectCount(args, 3);
    const texts = pair(args.slice(0, 2), context);
    return stringArray(splitText(...texts, Number(intArgument(args, 2)), keep, context), context);
  };
}

function join(args: readonly TengoValue[], context: RunContext): string {
  expectCount(args, 2);
  const list = args[0];
  if (!(list instanceof TengoArray)) throw new WrongArgumentType("first", "array", typeName(list));
  const items: string[] = [];
  let length = 0;
  context.burn(list.length);
  context.charge(list.length * 8);
  for (let index = 0; index < list.length; index++) {
    const item = stringArgument(list.store, list.start + index, context, `first[${index}]`);
    length += item.length;
    items.push(item);
  }
  const separator = stringArgument(args, 1, context);
  chargeText(context, length + separator.length * Math.max(items.length - 1, 0));
  return items.join(separator);
}

function repeat(args: readonly TengoValue[], context: RunContext): string {
  expectCount(args, 2);
  const bytes = stringArgument(args, 0, context);
  const count = Number(intArgument(args, 1));
  if (count < 0) throw new TengoRuntimeError("strings: negative Repeat count");
  if (bytes === "") return "";
  chargeText(context, bytes.length * count);
  return bytes.repeat(count);
}

function replace(args: readonly TengoValue[], context: RunContext): string {
  expectCount(args, 4);
  const bytes = stringArgument(args, 0, context);
  const old = stringArgument(args, 1, context);
  const replacement = stringArgument(args, 2, context);
  const most = Number(intArgument(args, 3));
  spend(context, bytes.length);
  if (old === replacement || most === 0) return bytes;
  const found = countText(bytes, old);
  if (found === 0) return bytes;
  const count = most < 0 || found < most ? found : most;
  chargeText(context, bytes.length + count * (replacement.length - old.length));
  context.burn(count);
  return replaceText(bytes, old, replacement, count);
}

function substr(args: readonly TengoValue[], context: RunContext): string {
  expectCount(args, 2, 3);
  const bytes = stringArgument(args, 0, context);
  const low = Number(intArgument(args, 1));
  const high = args.length === 3 ? Number(intArgument(args, 2)) : bytes.length;
  if (low > high) throw new TengoRuntimeError("invalid index type");
  return bytes.slice(Math.max(low, 0), Math.max(high, 0));
}

/** Pads to a length in bytes. Where the pad is too long for its place, the reference panics. */
function pad(args: readonly TengoValue[], context: RunContext, left: boolean): string {
  expectCount(args, 2, 3);
  const bytes = stringArgument(args, 0, context);
  const length = Number(intArgument(args, 1));
  if (length > context.maxStringLength) throw new TengoRuntimeError("exceeding string size limit");
  if (bytes.length >= length) return bytes;
  const filler = args.length === 3 ? stringArgument(args, 2, context) : " ";
  if (filler === "") return bytes;
  const count = Math.trunc((length - filler.length) / filler.length) + 1;
  const whole = count * filler.length + bytes.length;
  spend(context, whole);
  if (whole < length) {
    const bounds = left ? `[${whole - length}:]` : `[:${length}] with length ${whole}`;
    throw new TengoRuntimeError(`runtime error: slice bounds out of range ${bounds}`);
  }
  const padding = filler.repeat(count);
  return left ? (padding + bytes).slice(whole - length) : (bytes + padding).slice(0, length);
}

const bodies: Readonly<Record<string, NativeBody>> = {
  ...numberFunctions,
  compare: measureBy((a, b) => (a === b ? 0 : a < b ? -1 : 1)),
  contains: compareBy((bytes, wanted) => bytes.includes(wanted)),
  contains_any: compareBy((bytes, chars) => indexAny(bytes, chars) >= 0),
  count: measureBy(countText),
  equal_fold: compareBy(equalFold),
  fields: (args, context) => {
    expectCount(args, 1);
    const bytes = stringArgument(args, 0, context);
    spend(context, bytes.length);
    return stringArray(fields(bytes, context), context);
  },
  has_prefix: compareBy((bytes, prefix) => bytes.startsWith(prefix)),
  has_suffix: compareBy((bytes, suffix) => bytes.endsWith(suffix)),
  index: measureBy((bytes, wanted) => bytes.indexOf(wanted)),
  index_any: measureBy(indexAny),
  join,
  last_index: measureBy((bytes, wanted) => bytes.lastIndexOf(wanted)),
  last_index_any: measureBy(lastIndexAny),
  repeat,
  replace,
  substr,
  split: cutBy(false),
  split_after: cutBy(true),
  split_n: cutManyBy(false),
  split_after_n: cutManyBy(true),
  title: map(titleWords, 3),
  to_lower: map(toLower, 3),
  to_title: map(toTitle, 3),
  to_upper: map(toUpper, 3),
  pad_left: (args, context) => pad(args, context, true),
  pad_right: (args, context) => pad(args, context, false),
  trim: compareBy((bytes, cutset) => trim(bytes, cutset, true, true)),
  trim_left: compareBy((bytes, cutset) => trim(bytes, cutset, true, false)),
  trim_right: compareBy((bytes, cutset) => trim(bytes, cutset, false, true)),
  trim_prefix: compareBy((bytes, prefix) => (bytes.startsWith(prefix) ? bytes.slice(prefix.length) : bytes)),
  trim_suffix: compareBy((bytes, suffix) =>
    bytes.endsWith(suffix) ? bytes.slice(0, bytes.length - suffix.length) : bytes,
  ),
  trim_space: map(trimSpace, 1),
  quote: map(quote, 8),
  unquote: (args, context) => {
    expectCount(args, 1);
    const text = stringArgument(args, 0, context);
    spend(context, text.length * 3);
    return unquote(text) ?? errorValue("invalid syntax");
  },
};

/** Makes the module text. */
export function makeText(): ReadonlyMap<string, TengoValue> {
  return functions({ ...regularExpressionFunctions(), ...bodies });
}
