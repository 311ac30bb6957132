import { fromRune, decodeRune } from "../../byte-strings.ts";
import type { RunContext } from "../../context.ts";
import { Growth, NumberFault, parseFloat64, parseInt64 } from "../../forms/index.ts";
import { TengoArray, TengoFloat, TengoMap, type TengoValue } from "../../values.ts";
import { JsonScanner, JsonStep } from "./scanner.ts";

/** An array or an object whose end is not yet read. */
type Open = { readonly items: TengoValue[] } | { readonly entries: Map<string, TengoValue>; key: string | undefined };

const NAMED: Readonly<Record<string, string>> = { b: "\b", f: "\f", n: "\n", r: "\r", t: "\t" };

function fourDigits(text: string, at: number): number {
  return text[at] === "\\" && text[at + 1] === "u" ? Number.parseInt(text.slice(at + 2, at + 6), 16) : -1;
}

/** What a `\u` at this place says, and how many bytes it takes: a pair of surrogates is one rune, half a pair is none. */
function unicodeEscape(text: string, at: number): readonly [string, number] {
  const code = fourDigits(text, at);
  if (code < 0xd800 || code > 0xdfff) return [fromRune(code), 6];
  const low = fourDigits(text, at + 6);
  if (code > 0xdbff || !(low >= 0xdc00 && low <= 0xdfff)) return [fromRune(0xfffd), 6];
  return [fromRune(0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00)), 12];
}

// eslint-disable-next-line no-control-regex
const PLAIN = /^[\x20-\x5b\x5d-\x7f]*$/;

/** What a valid string literal says, without its quotes. Bytes that are no UTF-8 become U+FFFD. */
function unquote(text: string): string {
  if (PLAIN.test(text)) return text;
  const parts: string[] = [];
  for (let at = 0; at < text.length;) {
    const char = text[at] as string;
    if (char !== "\\") {
      const decoded = decodeRune(text, at);
      parts.push(fromRune(decoded >> 3));
      at += decoded & 7;
      continue;
    }
    const kind = text[at + 1] as string;
    if (kind === "u") {
      const [bytes, size] = unicodeEscape(text, at);
      parts.push(bytes);
      at += size;
    } else {
      parts.push(NAMED[kind] ?? kind);
      at += 2;
    }
  }
  return parts.join("");
}

function scalar(literal: string): TengoValue {
  switch (literal[0]) {
    case "n":
      return undefined;
    case "t":
      return true;
    case "f":
      return false;
    case '"':
      return unquote(literal.slice(1, -1));
    default:
      return number(literal);
  }
}

/** An int unless it has a point or an exponent; what does not fit is the nearest that does. */
function number(literal: string): TengoValue {
  if (/[.eE]/.test(literal)) {
    const parsed = parseFloat64(literal);
    return new TengoFloat(parsed instanceof NumberFault ? Number(parsed.nearest) : parsed);
  }
  const parsed = parseInt64(literal);
  return parsed instanceof NumberFault ? parsed.nearest : parsed;
}

function closed(open: Open): TengoValue {
  return "items" in open ? TengoArray.of(open.items) : new TengoMap(open.entries, false);
}

/** Where a string, a number or a word ends that begins at `at`. */
function literalEnd(text: string, at: number): number {
  let end = at + 1;
  if (text[at] === '"') {
    while (text[end] !== '"') end += text[end] === "\\" ? 2 : 1;
    return end + 1;
  }
  while (/[-+.0-9a-zA-Z]/.test(text[end] ?? "")) end++;
  return end;
}

/** Reads JSON that is known to be valid. */
function build(text: string, context: RunContext): TengoValue {
  const stack: Open[] = [];
  const growth = new Growth(context);
  let result: TengoValue;
  const add = (value: TengoValue): void => {
    const open = stack.at(-1);
    if (open === undefined) {
      result = value;
    } else if ("items" in open) {
      growth.add(16);
      open.items.push(value);
    } else if (open.key === undefined) {
      open.key = value as string;
    } else {
      growth.add(64);
      open.entries.set(open.key, value);
      open.key = undefined;
    }
  };
  for (let at = 0; at < text.length;) {
    switch (text[at]) {
      case "[":
        stack.push({ items: [] });
        growth.add(64);
        break;
      case "{":
        stack.push({ entries: new Map(), key: undefined });
        growth.add(128);
        break;
      case "]":
      case "}":
        add(closed(stack.pop() as Open));
        break;
      case ",":
      case ":":
      case " ":
      case "\t":
      case "\n":
      case "\r":
        break;
      default: {
        const end = literalEnd(text, at);
        growth.add(end - at);
        add(scalar(text.slice(at, end)));
        at = end;
        continue;
      }
    }
    at++;
  }
  return result;
}

/** The value of a JSON text, or what is wrong about it. */
export function decodeJson(
  text: string,
  context: RunContext,
): { readonly value: TengoValue } | { readonly fault: string } {
  context.burn(1 + (text.length >> 1));
  context.charge(text.length);
  const scanner = new JsonScanner();
  for (let at = 0; at < text.length; at++) {
    if (scanner.step(text.charCodeAt(at)) === JsonStep.Fault) break;
  }
  const fault = scanner.finish();
  return fault === undefined ? { value: build(text, context) } : { fault };
}
