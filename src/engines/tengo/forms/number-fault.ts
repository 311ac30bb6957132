import { quote } from "./quote.ts";

/** Why a text is no number, in strconv's words. */
export class NumberFault {
  constructor(
    /** `invalid syntax`, `value out of range`, `invalid base 1` or `invalid bit size 65`. */
    readonly reason: string,
    /** What strconv gives beside a range error: the nearest value there is. */
    readonly nearest: number | bigint = 0,
  ) {}

  /** The whole message: `strconv.ParseInt: parsing "x": invalid syntax`. */
  text(functionName: string, parsed: string): string {
    return `strconv.${functionName}: parsing ${quote(parsed)}: ${this.reason}`;
  }
}

/** The reason of a text that is no number at all. */
export const INVALID_SYNTAX = "invalid syntax";

/** The reason of a number that does not fit. */
export const OUT_OF_RANGE = "value out of range";
