/**
 * The texts of values, as Go's strconv and fmt write and read them: String() forms, quoting, numbers, format verbs,
 * letter case. Everything is a function of its arguments; memory and steps are taken from the context that is passed.
 */
export { isFalsy, toBool, toByteString, toBytes, toChar, toFloat, toInt, toTime } from "./conversions.ts";
export { formatFloat } from "./format-float.ts";
export { Growth, LEVEL_BYTES, MAX_DEPTH } from "./growth.ts";
export { formatText } from "./format-text.ts";
export { INVALID_SYNTAX, NumberFault, OUT_OF_RANGE } from "./number-fault.ts";
export { isPrint } from "./is-print.ts";
export { parseFloat64 } from "./parse-float.ts";
export { digitValue, parseInt64 } from "./parse-int.ts";
export { canBackquote, quote, quoteRune, quoteToAscii } from "./quote.ts";
export { nestedText, toText } from "./text-form.ts";
export { civilDate, timeToRfc3339, timeToText, UTC } from "./time-form.ts";
export { unquote } from "./unquote.ts";
export {
  equalFold,
  foldRune,
  lowerRune,
  titleRune,
  titleWords,
  toLower,
  toTitle,
  toUpper,
  upperRune,
} from "./letter-case.ts";
export { isLaterRune } from "./unicode-version.ts";
export { runeCount } from "./format-output.ts";
