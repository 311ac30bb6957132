import type { RunContext } from "../context.ts";
import { floatToInt, intToFloat, type TengoInt } from "../integers.ts";
import {
  TengoArray,
  TengoBytes,
  TengoChar,
  TengoError,
  TengoFloat,
  TengoMap,
  TengoTime,
  type TengoLocation,
  type TengoValue,
} from "../values.ts";
import { toBytes as bytesOf } from "../byte-strings.ts";
import { NumberFault } from "./number-fault.ts";
import { parseFloat64 } from "./parse-float.ts";
import { parseInt64 } from "./parse-int.ts";
import { toText } from "./text-form.ts";
import { UTC } from "./time-form.ts";

/** The seconds of Go's zero time, the first day of year 1. */
const ZERO_TIME_SECONDS = -62_135_596_800;

/** What `int(x)` and natives take for an int: int, float, char, bool and decimal strings. Undefined: none of them. */
export function toInt(value: TengoValue): TengoInt | undefined {
  switch (typeof value) {
    case "number":
    case "bigint":
      return value;
    case "boolean":
      return value ? 1 : 0;
    case "string": {
      const parsed = parseInt64(value);
      return parsed instanceof NumberFault ? undefined : parsed;
    }
    default:
      if (value instanceof TengoFloat) return floatToInt(value.value);
      return value instanceof TengoChar ? value.code : undefined;
  }
}

/** What `float(x)` and natives take for a float: int, float and strings. Undefined: none of them. */
export function toFloat(value: TengoValue): number | undefined {
  if (typeof value === "number" || typeof value === "bigint") return intToFloat(value);
  if (value instanceof TengoFloat) return value.value;
  if (typeof value !== "string") return undefined;
  const parsed = parseFloat64(value);
  return parsed instanceof NumberFault ? undefined : parsed;
}

/** Whether a value counts as false. */
export function isFalsy(value: TengoValue): boolean {
  switch (typeof value) {
    case "undefined":
      return true;
    case "boolean":
      return !value;
    case "number":
      return value === 0;
    case "bigint":
      return false;
    case "string":
      return value === "";
    default:
      return isFalsyObject(value);
  }
}

function isFalsyObject(value: TengoValue & object): boolean {
  if (value instanceof TengoArray) return value.length === 0;
  if (value instanceof TengoMap) return value.entries.size === 0;
  if (value instanceof TengoFloat) return Number.isNaN(value.value);
  if (value instanceof TengoChar) return value.code === 0;
  if (value instanceof TengoBytes) return value.data.length === 0;
  if (value instanceof TengoTime) return value.seconds === ZERO_TIME_SECONDS && value.nanoseconds === 0;
  return value instanceof TengoError;
}

/** Whether a value counts as true. */
export function toBool(value: TengoValue): boolean {
  return !isFalsy(value);
}

/** The text of any value but undefined, which is not convertible. */
export function toByteString(value: TengoValue, context?: RunContext): string | undefined {
  return value === undefined ? undefined : toText(value, context);
}

/** The rune of a char, or of an int cut to 32 bits. */
export function toChar(value: TengoValue): number | undefined {
  if (value instanceof TengoChar) return value.code;
  if (typeof value === "number") return value | 0;
  return typeof value === "bigint" ? Number(BigInt.asIntN(32, value)) : undefined;
}

/** The bytes of bytes or of a string. The result may be the value's own: nobody may write into it. */
export function toBytes(value: TengoValue): Uint8Array | undefined {
  if (value instanceof TengoBytes) return value.data;
  return typeof value === "string" ? bytesOf(value) : undefined;
}

/** The time of a time, or of an int of seconds since 1970. */
export function toTime(value: TengoValue, local: TengoLocation = UTC): TengoTime | undefined {
  if (value instanceof TengoTime) return value;
  if (typeof value !== "number" && typeof value !== "bigint") return undefined;
  return new TengoTime(Number(value), 0, local);
}
