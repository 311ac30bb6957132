/** The error function (after FreeBSD's msun) and the gamma function (after Cephes). */
import { ascending, descending, signBit, withoutLowWord } from "./bits.ts";
import { exp, pow } from "./exponential.ts";
import { sin } from "./trigonometric.ts";

const ERX = 0.8450629115104675;

const PP = [
  0.12837916709551256, -0.3250421072470015, -0.02848174957559851, -0.005770270296489442, -2.3763016656650163e-5,
];
const QQ = [
  1, 0.39791722395915535, 0.0650222499887673, 0.005081306281875766, 0.00013249473800432164, -3.960228278775368e-6,
];
const PA = [
  -0.0023621185607526594, 0.41485611868374833, -0.3722078760357013, 0.31834661990116175, -0.11089469428239668,
  0.035478304325618236, -0.002166375594868791,
];
const QA = [
  1, 0.10642088040084423, 0.540397917702171, 0.07182865441419627, 0.12617121980876164, 0.01363708391202905,
  0.011984499846799107,
];
const RA = [
  -0.009864944034847148, -0.6938585727071818, -10.558626225323291, -62.375332450326006, -162.39666946257347,
  -184.60509290671104, -81.2874355063066, -9.814329344169145,
];
const SA = [
  1, 19.651271667439257, 137.65775414351904, 434.56587747522923, 645.3872717332679, 429.00814002756783,
  108.63500554177944, 6.570249770319282, -0.0604244152148581,
];
const RB = [
  -0.0098649429247001, -0.799283237680523, -17.757954917754752, -160.63638485582192, -637.5664433683896,
  -1025.0951316110772, -483.5191916086514,
];
const SB = [
  1, 30.33806074348246, 325.7925129965739, 1536.729586084437, 3199.8582195085955, 2553.0504064331644,
  474.52854120695537, -22.44095244658582,
];

function nearZero(x: number): number {
  const square = x * x;
  return ascending(square, PP) / ascending(square, QQ);
}

function nearOne(x: number): number {
  return ascending(x - 1, PA) / ascending(x - 1, QA);
}

/** `x * erfc(x)` over `x`: the tail from 1.25 upwards. */
function tail(x: number): number {
  const s = 1 / (x * x);
  const ratio = x < 1 / 0.35 ? ascending(s, RA) / ascending(s, SA) : ascending(s, RB) / ascending(s, SB);
  const z = withoutLowWord(x);
  return (exp(-z * z - 0.5625) * exp((z - x) * (z + x) + ratio)) / x;
}

/** The error function. */
export function erf(x: number): number {
  if (Number.isNaN(x)) return x;
  const value = x < 0 ? -x : x;
  let result = 1;
  if (value < 2.848094538889218e-306) result = 0.125 * (8 * value + 1.0270333367641007 * value);
  else if (value < 2 ** -28) result = value + 0.1283791670955126 * value;
  else if (value < 0.84375) result = value + value * nearZero(value);
  else if (value < 1.25) result = ERX + nearOne(value);
  else if (value < 6) result = 1 - tail(value);
  return x < 0 ? -result : result;
}

/** `1 - erf(x)`. */
export function erfc(x: number): number {
  if (Number.isNaN(x)) return x;
  const negative = x < 0;
  const value = Math.abs(x);
  if (value < 0.84375) {
    let result = value;
    if (value >= 2 ** -56) {
      const ratio = nearZero(value);
      result = value < 0.25 ? value + value * ratio : 0.5 + (value * ratio + (value - 0.5));
    }
    return negative ? 1 + result : 1 - result;
  }
  if (value < 1.25) return negative ? 1 + ERX + nearOne(value) : 1 - ERX - nearOne(value);
  if (value >= 28 || (negative && value > 6)) return negative ? 2 : 0;
  return negative ? 2 - tail(value) : tail(value);
}

const GAMMA_P = [
  0.00016011952247675185, 0.0011913514700658638, 0.010421379756176158, 0.04763678004571372, 0.20744822764843598,
  0.4942148268014971, 1,
];
const GAMMA_Q = [
  -2.3158187332412014e-5, 0.0005396055804933034, -0.004456419138517973, 0.011813978522206043, 0.035823639860549865,
  -0.23459179571824335, 0.0714304917030273, 1,
];
const STIRLING = [
  0.0007873113957930937, -0.00022954996161337813, -0.0026813261780578124, 0.0034722222160545866, 0.08333333333334822,
];

/** Stirling's formula, as two factors that do not overflow. */
function stirling(x: number): readonly [number, number] {
  if (x > 200) return [Infinity, 1];
  const w = 1 / x;
  const series = 1 + w * descending(w, STIRLING);
  const power = exp(x);
  if (x > 143.01608) {
    const half = pow(x, 0.5 * x - 0.25);
    return [half, 2.5066282746310007 * series * (half / power)];
  }
  return [pow(x, x - 0.5) / power, 2.5066282746310007 * series];
}

function gammaNegative(q: number): number {
  let whole = Math.floor(q);
  const sign = whole % 2 === 0 || whole >= 2 ** 63 ? -1 : 1;
  let z = q - whole;
  if (z > 0.5) {
    whole++;
    z = q - whole;
  }
  z = q * sin(Math.PI * z);
  if (z === 0) return sign * Infinity;
  const [first, second] = stirling(q);
  const size = Math.abs(z);
  const product = size * first * second;
  return sign * (product === Infinity ? Math.PI / size / first / second : Math.PI / product);
}

/** The gamma function. */
export function gamma(x: number): number {
  if (x === -Infinity || Number.isNaN(x) || (x < 0 && Number.isInteger(x))) return Number.NaN;
  if (x === Infinity) return x;
  if (x === 0) return signBit(x) ? -Infinity : Infinity;
  if (Math.abs(x) > 33) {
    if (x < 0) return gammaNegative(-x);
    const [first, second] = stirling(x);
    return first * second;
  }
  return gammaSmall(x);
}

function gammaSmall(start: number): number {
  let x = start;
  let z = 1;
  while (x >= 3) {
    x -= 1;
    z *= x;
  }
  while (x < 2) {
    if (x < 0 ? x > -1e-9 : x < 1e-9) {
      return x === 0 ? Infinity : z / ((1 + 0.5772156649015329 * x) * x);
    }
    z /= x;
    x += 1;
  }
  if (x === 2) return z;
  x -= 2;
  return (z * descending(x, GAMMA_P)) / descending(x, GAMMA_Q);
}
