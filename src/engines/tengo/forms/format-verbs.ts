import { decodeRune, fromRune } from "../byte-strings.ts";
import { TengoBytes, TengoFloat, typeName, type TengoValue } from "../values.ts";
import { formatFloat } from "./format-float.ts";
import type { FormatFlags, FormatOutput } from "./format-output.ts";
import { isPrint } from "./is-print.ts";
import { canBackquote, quote, quoteRune, quoteToAscii } from "./quote.ts";
import { nestedText, toText } from "./text-form.ts";

const MAX_RUNE = 0x10ffff;
const BASES: Readonly<Record<string, number>> = { d: 10, v: 10, b: 2, o: 8, O: 8, x: 16, X: 16 };

function truncated(bytes: string, flags: FormatFlags): string {
  if (!flags.hasPrecision) return bytes;
  let at = 0;
  for (let count = 0; count < flags.precision && at < bytes.length; count++) at += decodeRune(bytes, at) & 7;
  return bytes.slice(0, at);
}

function writeString(bytes: string, flags: FormatFlags, out: FormatOutput): void {
  out.pad(truncated(bytes, flags), flags);
}

function writeQuoted(bytes: string, flags: FormatFlags, out: FormatOutput): void {
  const text = truncated(bytes, flags);
  out.reserve(text.length);
  if (flags.sharp && canBackquote(text)) out.pad(`\`${text}\``, flags);
  else out.pad(flags.plus ? quoteToAscii(text) : quote(text), flags);
}

function writeHexBytes(bytes: string, upper: boolean, flags: FormatFlags, out: FormatOutput): void {
  const count = flags.hasPrecision ? Math.min(flags.precision, bytes.length) : bytes.length;
  out.reserve(count * 5);
  const prefix = flags.sharp ? "0x" : "";
  const items: string[] = [];
  for (let index = 0; index < count; index++) {
    const digits = bytes.charCodeAt(index).toString(16).padStart(2, "0");
    items.push(flags.space || index === 0 ? prefix + digits : digits);
  }
  const text = items.join(flags.space ? " " : "");
  // Nothing at all is padded on the left, whatever the flags say.
  if (count === 0) return flags.hasWidth ? out.fill(flags.width, flags.zero) : undefined;
  const fill = flags.hasWidth ? flags.width - text.length : 0;
  if (!flags.minus) out.fill(fill, flags.zero);
  out.write(upper ? text.toUpperCase() : text);
  if (flags.minus) out.fill(fill, flags.zero);
}

/** A whole number in a base, with all flags. */
function writeInteger(value: bigint, verb: string, flags: FormatFlags, out: FormatOutput): void {
  const base = BASES[verb] as number;
  const negative = value < 0n;
  let least = 0;
  if (flags.hasPrecision) {
    least = flags.precision;
    if (least === 0 && value === 0n) return out.fill(flags.width, false);
  } else if (flags.zero && flags.hasWidth) {
    least = flags.width - (negative || flags.plus || flags.space ? 1 : 0);
  }
  out.reserve(least);
  let text = (negative ? -value : value).toString(base).padStart(least, "0");
  if (flags.sharp) {
    if (base === 2) text = `0b${text}`;
    if (base === 8 && text[0] !== "0") text = `0${text}`;
    if (base === 16) text = `0x${text}`;
  }
  if (verb === "X") text = text.toUpperCase();
  if (verb === "O") text = `0o${text}`;
  const sign = negative ? "-" : flags.plus ? "+" : flags.space ? " " : "";
  out.pad(sign + text, flags, false);
}

function writeUnicode(code: bigint, flags: FormatFlags, out: FormatOutput): void {
  const least = flags.hasPrecision && flags.precision > 4 ? flags.precision : 4;
  out.reserve(least);
  let text = `U+${code.toString(16).toUpperCase().padStart(least, "0")}`;
  if (flags.sharp && code <= MAX_RUNE && isPrint(Number(code))) text += ` '${fromRune(Number(code))}'`;
  out.pad(text, flags, false);
}

/** Writes an int by a verb; false where the verb is none for ints. */
function writeInt(value: bigint, verb: string, flags: FormatFlags, out: FormatOutput): boolean {
  const unsigned = BigInt.asUintN(64, value);
  switch (verb) {
    case "d":
    case "b":
    case "o":
    case "O":
    case "x":
    case "X":
      writeInteger(value, verb, flags, out);
      return true;
    case "c":
      out.pad(fromRune(unsigned > MAX_RUNE ? -1 : Number(unsigned)), flags);
      return true;
    case "q":
      if (unsigned > MAX_RUNE) return false;
      out.pad(quoteRune(Number(unsigned), flags.plus), flags);
      return true;
    case "U":
      writeUnicode(unsigned, flags, out);
      return true;
    default:
      return false;
  }
}

/** `#` on floats: always a point, and the zeros that %g leaves out. */
function withPoint(number: string, verb: string, precision: number): string {
  let digits = verb === "g" || verb === "G" || verb === "x" ? (precision === -1 ? 6 : precision) : 0;
  const mark = verb === "x" || verb === "X" ? /[pP]/ : /[eE]/;
  const end = number.search(mark);
  const [head, tail] = end < 0 ? [number, ""] : [number.slice(0, end), number.slice(end)];
  digits -= head.replace(".", "").length;
  return `${head}${head.includes(".") ? "" : "."}${"0".repeat(Math.max(digits, 0))}${tail}`;
}

const FLOAT_PRECISION: Readonly<Record<string, number>> = { b: -1, g: -1, G: -1, x: -1, X: -1, f: 6, F: 6, e: 6, E: 6 };

/** Writes a float by a verb; false where the verb is none for floats. */
function writeFloat(value: number, verb: string, flags: FormatFlags, out: FormatOutput): boolean {
  const standard = FLOAT_PRECISION[verb];
  if (standard === undefined) return false;
  const precision = flags.hasPrecision ? flags.precision : standard;
  const form = verb === "F" ? "f" : verb;
  out.reserve(Math.max(precision, 0));
  const text = formatFloat(value, form, precision);
  const unsigned = text.replace(/^[+-]/, "");
  let sign = text[0] === "-" ? "-" : "+";
  if (flags.space && sign === "+" && !flags.plus) sign = " ";
  if (unsigned === "NaN" || unsigned === "Inf") {
    out.pad(unsigned === "NaN" && !flags.space && !flags.plus ? "NaN" : sign + unsigned, flags, false);
    return true;
  }
  const number = flags.sharp && verb !== "b" ? withPoint(unsigned, form, precision) : unsigned;
  if (!flags.plus && sign === "+") {
    out.pad(number, flags);
  } else if (flags.zero && flags.hasWidth && flags.width > number.length + 1) {
    out.write(sign);
    out.fill(flags.width - number.length - 1, true);
    out.write(number);
  } else {
    out.pad(sign + number, flags);
  }
  return true;
}

/** Writes a byte string by a verb; false where the verb is none for strings. */
function writeText(bytes: string, verb: string, flags: FormatFlags, out: FormatOutput): boolean {
  switch (verb) {
    case "s":
      writeString(bytes, flags, out);
      return true;
    case "x":
    case "X":
      writeHexBytes(bytes, verb === "X", flags, out);
      return true;
    case "q":
      writeQuoted(bytes, flags, out);
      return true;
    default:
      return false;
  }
}

/** Writes bytes by a verb. One that is none for bytes writes nothing, as in the reference. */
function writeBytes(value: TengoBytes, verb: string, flags: FormatFlags, out: FormatOutput): void {
  if (verb !== "d") {
    writeText(nestedText(value, out.context), verb, flags, out);
    return;
  }
  out.write("[");
  value.data.forEach((byte, index) => {
    out.context.burn(1);
    if (index > 0) out.write(" ");
    writeInteger(BigInt(byte), "d", flags, out);
  });
  out.write("]");
}

function writeByType(value: TengoValue, verb: string, flags: FormatFlags, out: FormatOutput): boolean {
  if (typeof value === "boolean") {
    if (verb === "t") out.pad(String(value), flags);
    return verb === "t";
  }
  if (value instanceof TengoFloat) return writeFloat(value.value, verb, flags, out);
  if (typeof value === "number" || typeof value === "bigint") return writeInt(BigInt(value), verb, flags, out);
  if (value instanceof TengoBytes) {
    writeBytes(value, verb, flags, out);
    return true;
  }
  return writeText(toText(value, out.context), verb, flags, out);
}

/** Writes one value by one verb (a byte string), or what is wrong about it: `%!d(VALUE=VALUE)`. */
export function writeValue(value: TengoValue, verb: string, flags: FormatFlags, out: FormatOutput): void {
  if (verb === "T") return writeString(typeName(value), flags, out);
  if (verb === "v") return writeString(nestedText(value, out.context), flags, out);
  if (writeByType(value, verb, flags, out)) return;
  out.write(`%!${verb}(${nestedText(value, out.context)}=`);
  writeString(nestedText(value, out.context), flags, out);
  out.write(")");
}
