import { decodeRune, fromRune } from "../byte-strings.ts";
import type { RunContext } from "../context.ts";
import { typeName, type TengoValue } from "../values.ts";
import { toInt } from "./conversions.ts";
import { FormatFlags, FormatOutput } from "./format-output.ts";
import { writeValue } from "./format-verbs.ts";

/** Widths and precisions beyond this are none. */
const LARGEST = 1_000_000;

const FLAGS: ReadonlySet<string> = new Set(["#", "0", "+", "-", " "]);

/** Walks through a format string and its arguments. */
class Formatter {
  readonly #out: FormatOutput;
  #flags = new FormatFlags();
  #at = 0;
  #argument = 0;
  #reordered = false;
  #goodIndex = true;
  #afterIndex = false;

  constructor(
    readonly format: string,
    readonly args: readonly TengoValue[],
    readonly context: RunContext,
  ) {
    this.#out = new FormatOutput(context);
  }

  run(): string {
    const { format } = this;
    while (this.#at < format.length) {
      const percent = format.indexOf("%", this.#at);
      const end = percent < 0 ? format.length : percent;
      if (end > this.#at) this.#out.write(format.slice(this.#at, end));
      if (percent < 0) break;
      this.#at = percent + 1;
      this.context.burn(1);
      this.#directive();
    }
    if (!this.#reordered && this.#argument < this.args.length) this.#extra();
    return this.#out.text();
  }

  #directive(): void {
    this.#goodIndex = true;
    this.#flags = new FormatFlags();
    this.#readFlags();
    const verb = this.format[this.#at];
    if (verb !== undefined && verb >= "a" && verb <= "z" && this.#argument < this.args.length) {
      this.#at++;
      return this.#write(verb);
    }
    this.#afterIndex = this.#readIndex();
    this.#readWidth();
    this.#readPrecision();
    if (!this.#afterIndex) this.#afterIndex = this.#readIndex();
    this.#readVerb();
  }

  #readFlags(): void {
    const flags = this.#flags;
    for (let flag = this.format[this.#at]; flag !== undefined && FLAGS.has(flag); flag = this.format[++this.#at]) {
      if (flag === "#") flags.sharp = true;
      else if (flag === "0") flags.zero = !flags.minus;
      else if (flag === "+") flags.plus = true;
      else if (flag === " ") flags.space = true;
      else {
        flags.minus = true;
        flags.zero = false;
      }
    }
  }

  /** Reads digits up to `end`. What is far too large is no number, and leaves nothing to read. */
  #readNumber(end: number): number | undefined {
    let value: number | undefined;
    for (; this.#at < end; this.#at++) {
      const digit = this.format.charCodeAt(this.#at) - 0x30;
      if (!(digit >= 0 && digit <= 9)) return value;
      if (value !== undefined && value > LARGEST) {
        this.#at = end;
        return undefined;
      }
      value = (value ?? 0) * 10 + digit;
    }
    return value;
  }

  /** Reads `[n]`, where it stands here. Whether it was a number in brackets. */
  #readIndex(): boolean {
    const { format } = this;
    if (format[this.#at] !== "[") return false;
    this.#reordered = true;
    const close = format.indexOf("]", this.#at + 1);
    if (close < 0 || format.length - this.#at < 3) {
      this.#at++;
      this.#goodIndex = false;
      return false;
    }
    this.#at++;
    const index = this.#at === close ? undefined : this.#readNumber(close);
    const valid = index !== undefined && this.#at === close;
    this.#at = close + 1;
    if (valid && index >= 1 && index <= this.args.length) this.#argument = index - 1;
    else this.#goodIndex = false;
    return valid;
  }

  /** The next argument as a width or precision. */
  #takeNumber(): number | undefined {
    if (this.#argument >= this.args.length) return undefined;
    const value = toInt(this.args[this.#argument++]);
    return value === undefined || value > LARGEST || value < -LARGEST ? undefined : Number(value);
  }

  #readWidth(): void {
    const flags = this.#flags;
    if (this.format[this.#at] === "*") {
      this.#at++;
      const width = this.#takeNumber();
      flags.hasWidth = width !== undefined;
      if (width === undefined) this.#out.write("%!(BADWIDTH)");
      flags.width = Math.abs(width ?? 0);
      if (width !== undefined && width < 0) {
        flags.minus = true;
        flags.zero = false;
      }
      this.#afterIndex = false;
      return;
    }
    const width = this.#readNumber(this.format.length);
    flags.hasWidth = width !== undefined;
    flags.width = width ?? 0;
    if (this.#afterIndex && width !== undefined) this.#goodIndex = false;
  }

  #readPrecision(): void {
    const flags = this.#flags;
    if (this.#at + 1 >= this.format.length || this.format[this.#at] !== ".") return;
    this.#at++;
    if (this.#afterIndex) this.#goodIndex = false;
    this.#afterIndex = this.#readIndex();
    if (this.format[this.#at] !== "*") {
      flags.precision = this.#readNumber(this.format.length) ?? 0;
      flags.hasPrecision = true;
      return;
    }
    this.#at++;
    const precision = this.#takeNumber();
    flags.hasPrecision = precision !== undefined && precision >= 0;
    flags.precision = Math.max(precision ?? 0, 0);
    if (!flags.hasPrecision) this.#out.write("%!(BADPREC)");
    this.#afterIndex = false;
  }

  #readVerb(): void {
    const { format } = this;
    if (this.#at >= format.length) return this.#out.write("%!(NOVERB)");
    const decoded = decodeRune(format, this.#at);
    const verb = fromRune(decoded >> 3);
    this.#at += decoded & 7;
    if (verb === "%") this.#out.write("%");
    else if (!this.#goodIndex) this.#out.write(`%!${verb}(BADINDEX)`);
    else if (this.#argument >= this.args.length) this.#out.write(`%!${verb}(MISSING)`);
    else this.#write(verb);
  }

  #write(verb: string): void {
    writeValue(this.args[this.#argument++], verb, this.#flags, this.#out);
  }

  #extra(): void {
    const flags = new FormatFlags();
    this.#out.write("%!(EXTRA ");
    this.args.slice(this.#argument).forEach((value, index) => {
      this.#out.write(`${index > 0 ? ", " : ""}${typeName(value)}=`);
      writeValue(value, "v", flags, this.#out);
    });
    this.#out.write(")");
  }
}

/** The reference's own port of Go's `fmt.Sprintf`: all verbs, flags, widths, precisions and argument indices. */
export function formatText(format: string, args: readonly TengoValue[], context: RunContext): string {
  return new Formatter(format, args, context).run();
}
