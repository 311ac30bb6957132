import { decodeRune } from "../byte-strings.ts";
import type { RunContext } from "../context.ts";
import { TengoRuntimeError } from "../errors.ts";
import { Growth } from "./growth.ts";

/** Flags, width and precision of one verb. */
export class FormatFlags {
  width = 0;
  hasWidth = false;
  precision = 0;
  hasPrecision = false;
  minus = false;
  plus = false;
  sharp = false;
  space = false;
  zero = false;
}

/** How many runes a byte string has, each byte that is no UTF-8 counting as one. */
export function runeCount(bytes: string): number {
  let count = 0;
  for (let at = 0; at < bytes.length; count++) at += decodeRune(bytes, at) & 7;
  return count;
}

/** What is formatted so far. Memory is taken before anything is written. */
export class FormatOutput {
  readonly #parts: string[] = [];
  readonly #growth: Growth;
  #length = 0;

  constructor(readonly context: RunContext) {
    this.#growth = new Growth(context);
  }

  /** Takes memory, and fails where the text would get too long. */
  reserve(bytes: number): void {
    if (this.#length + bytes > this.context.maxStringLength) {
      throw new TengoRuntimeError("exceeding string size limit");
    }
    this.#growth.add(bytes);
  }

  write(text: string): void {
    this.reserve(text.length);
    this.#length += text.length;
    this.#parts.push(text);
  }

  /** Writes so many spaces, or zeros. */
  fill(count: number, zero: boolean): void {
    if (count <= 0) return;
    this.reserve(count);
    this.#length += count;
    this.#parts.push((zero ? "0" : " ").repeat(count));
  }

  /** Writes a text in its width. */
  pad(text: string, flags: FormatFlags, zero = flags.zero): void {
    if (!flags.hasWidth || flags.width === 0) return this.write(text);
    const count = flags.width - runeCount(text);
    if (!flags.minus) this.fill(count, zero);
    this.write(text);
    if (flags.minus) this.fill(count, zero);
  }

  text(): string {
    return this.#parts.join("");
  }
}
