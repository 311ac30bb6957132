import { decodeRune, fromRune, RUNE_ERROR } from "../byte-strings.ts";

const NAMED: Readonly<Record<string, string>> = {
  a: "\x07",
  b: "\b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
  v: "\v",
  "\\": "\\",
};

const HEX_DIGITS: Readonly<Record<string, number>> = { x: 2, u: 4, U: 8 };

/** One character of a literal: its bytes, and where the next begins. */
interface Unescaped {
  readonly bytes: string;
  readonly next: number;
}

function unescapeNumber(text: string, at: number, kind: string): Unescaped | undefined {
  const digits = HEX_DIGITS[kind];
  if (digits !== undefined) {
    const code = text.slice(at, at + digits);
    if (code.length < digits || !/^[0-9a-fA-F]+$/.test(code)) return undefined;
    const rune = Number.parseInt(code, 16);
    if (kind === "x") return { bytes: String.fromCharCode(rune), next: at + digits };
    if (rune > 0x10ffff || (rune >= 0xd800 && rune <= 0xdfff)) return undefined;
    return { bytes: fromRune(rune), next: at + digits };
  }
  const octal = text.slice(at - 1, at + 2);
  if (!/^[0-7]{3}$/.test(octal)) return undefined;
  const value = Number.parseInt(octal, 8);
  return value > 255 ? undefined : { bytes: String.fromCharCode(value), next: at + 2 };
}

function unescape(text: string, at: number, mark: string): Unescaped | undefined {
  const kind = text[at + 1];
  if (kind === undefined) return undefined;
  const named = NAMED[kind];
  if (named !== undefined) return { bytes: named, next: at + 2 };
  if (kind === "'" || kind === '"') return kind === mark ? { bytes: kind, next: at + 2 } : undefined;
  return unescapeNumber(text, at + 2, kind);
}

function unquoteEscaped(text: string, mark: string): string | undefined {
  const parts: string[] = [];
  let runes = 0;
  let at = 1;
  while (at < text.length && text[at] !== mark) {
    const char = text[at] as string;
    if (char === "\n") return undefined;
    if (char === "\\") {
      const one = unescape(text, at, mark);
      if (one === undefined) return undefined;
      parts.push(one.bytes);
      at = one.next;
    } else {
      const decoded = decodeRune(text, at);
      const size = decoded & 7;
      // What is no UTF-8 is told as U+FFFD, as Go's decoder does it.
      parts.push(size === 1 && decoded >> 3 === RUNE_ERROR ? fromRune(RUNE_ERROR) : text.slice(at, at + size));
      at += size;
    }
    runes++;
    if (mark === "'" && runes > 1) return undefined;
  }
  if (at !== text.length - 1) return undefined;
  return parts.join("");
}

/** Go's `strconv.Unquote` of a byte string: what a Go literal (`"…"`, `'…'`, or in backquotes) says, or undefined. */
export function unquote(text: string): string | undefined {
  const mark = text[0];
  if (text.length < 2) return undefined;
  if (mark === "`") {
    if (text.indexOf("`", 1) !== text.length - 1) return undefined;
    return text.slice(1, -1).replaceAll("\r", "");
  }
  if (mark !== '"' && mark !== "'") return undefined;
  return unquoteEscaped(text, mark);
}
