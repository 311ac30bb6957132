import { TengoRuntimeError, WrongArgumentType } from "../../errors.ts";
import { formatFloat, NumberFault, parseFloat64, parseInt64 } from "../../forms/index.ts";
import type { TengoInt } from "../../integers.ts";
import { TengoFloat, typeName, type NativeBody, type TengoValue } from "../../values.ts";
import { errorValue, expectCount, intArgument, spend, strictStringArgument, stringArgument } from "../arguments.ts";

const TRUE: ReadonlySet<string> = new Set(["1", "t", "T", "true", "TRUE", "True"]);
const FALSE: ReadonlySet<string> = new Set(["0", "f", "F", "false", "FALSE", "False"]);

/** Digits beyond this are not written: no float has as many, and a precision comes from the script. */
const MOST_DIGITS = 1_000_000;

/** What strconv says of a text, as the fault that the reference ends the run with. */
function numberOrFail<T>(parsed: T | NumberFault, name: string, text: string): T {
  if (parsed instanceof NumberFault) throw new TengoRuntimeError(parsed.text(name, text));
  return parsed;
}

function clamped(value: TengoInt): number {
  return Math.max(-1, Math.min(Number(value), 2 ** 31));
}

function formatFloatArgument(args: readonly TengoValue[]): TengoFloat {
  const value = args[0];
  if (!(value instanceof TengoFloat)) throw new WrongArgumentType("first", "float", typeName(value));
  return value;
}

/** The functions of the text module that read and write numbers and bools. */
export const numberFunctions = {
  atoi: (args, context) => {
    expectCount(args, 1);
    const text = stringArgument(args, 0, context);
    spend(context, text.length);
    const parsed = parseInt64(text);
    return parsed instanceof NumberFault ? errorValue(parsed.text("Atoi", text)) : parsed;
  },
  itoa: (args) => {
    expectCount(args, 1);
    return String(intArgument(args, 0));
  },
  format_bool: (args) => {
    expectCount(args, 1);
    const value = args[0];
    if (typeof value !== "boolean") throw new WrongArgumentType("first", "bool", typeName(value));
    return String(value);
  },
  format_float: (args, context) => {
    expectCount(args, 4);
    const { value } = formatFloatArgument(args);
    const verb = stringArgument(args, 1, context)[0];
    const precision = clamped(intArgument(args, 2));
    const bits = intArgument(args, 3);
    if (verb === undefined) throw new TengoRuntimeError("runtime error: index out of range [0] with length 0");
    if (bits !== 32 && bits !== 64) throw new TengoRuntimeError("strconv: illegal AppendFloat/FormatFloat bitSize");
    if (precision > MOST_DIGITS) throw new TengoRuntimeError("exceeding string size limit");
    spend(context, 1100 + Math.max(precision, 0));
    return formatFloat(value, verb, precision, bits);
  },
  format_int: (args) => {
    expectCount(args, 2);
    const value = args[0];
    if (typeof value !== "number" && typeof value !== "bigint") {
      throw new WrongArgumentType("first", "int", typeName(value));
    }
    const base = Number(intArgument(args, 1));
    if (base < 2 || base > 36) throw new TengoRuntimeError("strconv: illegal AppendInt/FormatInt base");
    return value.toString(base);
  },
  parse_bool: (args) => {
    expectCount(args, 1);
    const text = strictStringArgument(args, 0);
    if (TRUE.has(text)) return true;
    if (FALSE.has(text)) return false;
    throw new TengoRuntimeError(new NumberFault("invalid syntax").text("ParseBool", text));
  },
  parse_float: (args, context) => {
    expectCount(args, 2);
    const text = strictStringArgument(args, 0);
    const bits = intArgument(args, 1);
    spend(context, text.length);
    return new TengoFloat(numberOrFail(parseFloat64(text, bits === 32 ? 32 : 64), "ParseFloat", text));
  },
  parse_int: (args, context) => {
    expectCount(args, 3);
    const text = strictStringArgument(args, 0);
    const base = intArgument(args, 1);
    const bits = intArgument(args, 2);
    spend(context, text.length);
    return numberOrFail(parseInt64(text, base, bits), "ParseInt", text);
  },
} satisfies Record<string, NativeBody>;
