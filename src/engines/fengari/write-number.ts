/** Numbers as C's printf writes them, which fengari leaves to JavaScript's ways of writing. */

/** What stands between `%` and the letter: flags, and width and precision where they are given. */
export interface NumberForm {
  readonly flags: string;
  readonly width: number;
  readonly precision: number | undefined;
  /** One of `diuoxXeEfFgG`. */
  readonly verb: string;
}

/** A number in its form: `%5.1f`. Integers may have 64 bits. */
export function writeNumber(value: number, form: NumberForm): string {
  const isWhole = "diuoxX".includes(form.verb);
  const body = isWhole ? wholeBody(value, form) : floatBody(Math.abs(value), form);
  // What 0/0 gives is written with a sign, as on most machines; JavaScript does not tell one NaN from another.
  const isMinus = value < 0 || Object.is(value, -0) || Number.isNaN(value);
  const isNegative = isMinus && (!isWhole || ("di".includes(form.verb) && value !== 0));
  const isSigned = !isWhole || "di".includes(form.verb);
  const plus = form.flags.includes("+") ? "+" : form.flags.includes(" ") ? " " : "";
  const sign = isNegative ? "-" : isSigned ? plus : "";
  const fillsWithZeros =
    form.flags.includes("0") && Number.isFinite(value) && !(isWhole && form.precision !== undefined);
  return pad(sign, /[A-Z]/.test(form.verb) ? body.toUpperCase() : body, form, fillsWithZeros);
}

function pad(sign: string, body: string, { flags, width }: NumberForm, fillsWithZeros: boolean): string {
  if (flags.includes("-")) return (sign + body).padEnd(width);
  if (!fillsWithZeros) return (sign + body).padStart(width);
  const base = /^0[xX]/.exec(body)?.[0] ?? "";
  return sign + base + body.slice(base.length).padStart(width - sign.length - base.length, "0");
}

function wholeBody(value: number, { flags, precision = 1, verb }: NumberForm): string {
  const whole = BigInt(value);
  // Negative ones in 32 bits, as all integers here have.
  const unsigned = BigInt.asUintN(value >= -(2 ** 31) && value < 0 ? 32 : 64, whole);
  const radix = verb === "o" ? 8 : verb === "x" || verb === "X" ? 16 : 10;
  const magnitude = "di".includes(verb) && whole < 0n ? -whole : unsigned;
  const digits = magnitude === 0n && precision === 0 ? "" : magnitude.toString(radix).padStart(precision, "0");
  if (!flags.includes("#") || radix === 10) return digits;
  if (radix === 8) return digits.startsWith("0") ? digits : `0${digits}`;
  return magnitude === 0n ? digits : `0x${digits}`;
}

function floatBody(value: number, { flags, precision = 6, verb }: NumberForm): string {
  if (Number.isNaN(value)) return "nan";
  if (!Number.isFinite(value)) return "inf";
  const keepsPoint = flags.includes("#");
  const kind = verb.toLowerCase();
  if (kind === "f") return fixed(value, precision, keepsPoint);
  if (kind === "e") return exponential(value, precision, keepsPoint);
  return general(value, precision === 0 ? 1 : precision, keepsPoint);
}

/** `%.14g`, as `tostring` and `..` write floats. */
export function floatText(value: number): string {
  return writeNumber(value, { flags: "", width: 0, precision: 14, verb: "g" });
}

function fixed(value: number, precision: number, keepsPoint: boolean): string {
  if (precision > 0 && !mayBeHalf(value, precision)) return value.toFixed(precision);
  const digits = scaled(value, precision).padStart(precision + 1, "0");
  return withPoint(digits.slice(0, digits.length - precision), digits.slice(digits.length - precision), keepsPoint);
}

function exponential(value: number, precision: number, keepsPoint: boolean): string {
  return withPower(significant(value, precision + 1), keepsPoint);
}

function withPower({ digits, exponent }: Digits, keepsPoint: boolean): string {
  const sign = exponent < 0 ? "-" : "+";
  const mantissa = withPoint(digits.slice(0, 1), digits.slice(1), keepsPoint);
  return `${mantissa}e${sign}${String(Math.abs(exponent)).padStart(2, "0")}`;
}

function general(value: number, count: number, keepsPoint: boolean): string {
  const found = significant(value, count);
  const { digits, exponent } = found;
  const isFixed = exponent >= -4 && exponent < count;
  const [whole, fraction] =
    exponent < 0
      ? ["0", "0".repeat(-exponent - 1) + digits]
      : [digits.slice(0, exponent + 1), digits.slice(exponent + 1)];
  const text = isFixed ? withPoint(whole, fraction, keepsPoint) : withPower(found, keepsPoint);
  return keepsPoint ? text : text.replace(/(\.\d*?)0+(?=e|$)/, "$1").replace(/\.(?=e|$)/, "");
}

function withPoint(whole: string, fraction: string, keepsPoint: boolean): string {
  return fraction === "" && !keepsPoint ? whole : `${whole}.${fraction}`;
}

/** Below these two a number that lies between two texts has no more than 15 digits, and is what JavaScript writes. */
const SMALL = 1e8;
const FEW_PLACES = 6;

/** Whether a number may lie just between two texts with so many places: only there JavaScript rounds otherwise. */
function mayBeHalf(value: number, places: number): boolean {
  if (value >= SMALL || places > FEW_PLACES) return true;
  const text = String(value);
  return text.endsWith("5") && text.length - 1 - text.indexOf(".") === places + 1;
}

/** Digits that a float64 surely has, from the least that has all its bits. */
const SURE_DIGITS = 15;
const LEAST_NORMAL = 2 ** -1022;

interface Digits {
  readonly digits: string;
  /** The power of ten of the first. */
  readonly exponent: number;
}

/** The first `count` digits of a number, rounded. */
function significant(value: number, count: number): Digits {
  if (value === 0) return { digits: "0".repeat(count), exponent: 0 };
  const [shortest = "", power] = value.toExponential().split("e");
  const exact = shortest.replace(".", "");
  const isSure = count <= SURE_DIGITS && value >= LEAST_NORMAL;
  if (isSure && exact.length <= count) return { digits: exact.padEnd(count, "0"), exponent: Number(power) };
  // The shortest digits may have been rounded up to the next power of ten.
  let exponent = Number(power);
  let digits = scaled(value, count - 1 - exponent);
  if (digits.length < count) digits = scaled(value, count - 1 - --exponent);
  if (digits.length > count) digits = scaled(value, count - 1 - ++exponent);
  return { digits, exponent };
}

/** The digits of value × 10^places, exactly, rounded to the nearest, and halves to the even one. */
function scaled(value: number, places: number): string {
  const { mantissa, power } = parts(value);
  const numerator = mantissa * 2n ** BigInt(Math.max(power, 0)) * 10n ** BigInt(Math.max(places, 0));
  const denominator = 2n ** BigInt(Math.max(-power, 0)) * 10n ** BigInt(Math.max(-places, 0));
  const quotient = numerator / denominator;
  const doubled = (numerator % denominator) * 2n;
  const isUp = doubled > denominator || (doubled === denominator && quotient % 2n === 1n);
  return String(isUp ? quotient + 1n : quotient);
}

/** A positive float64 as mantissa × 2^power. */
function parts(value: number): { mantissa: bigint; power: number } {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, value);
  const bits = view.getBigUint64(0);
  const exponent = Number((bits >> 52n) & 0x7ffn);
  const fraction = bits & 0xfffffffffffffn;
  return exponent === 0
    ? { mantissa: fraction, power: -1074 }
    : { mantissa: fraction | 0x10000000000000n, power: exponent - 1075 };
}
