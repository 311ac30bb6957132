// What is global besides the language and the granted modules, and what of the language is taken away.
import { atob, btoa, makeTextDecoder, makeTextEncoder } from "./text.js";
import { structuredClone } from "./clone.js";
import { post } from "./host.js";
import { format } from "./inspect.js";
import { apply, bareArray, dataOf, defineProperty, freeze, PrimordialBigInt, stringify } from "./primordials.js";
import { hide } from "./wire.js";
import { fail } from "./report.js";

// Left out: SharedArrayBuffer (and Atomics), WeakRef and FinalizationRegistry (their order cannot be replayed),
// performance (the run's clock is Date's), gc. eval and Function stay: they compile inside of the VM only.
const KEPT = `
  Object Function Error EvalError RangeError ReferenceError SyntaxError TypeError URIError
  InternalError AggregateError Iterator Array parseInt parseFloat isNaN isFinite decodeURI
  decodeURIComponent encodeURI encodeURIComponent escape unescape Infinity NaN undefined Number
  Boolean String Math Reflect Symbol eval globalThis Date RegExp JSON Proxy Map Set WeakMap WeakSet
  ArrayBuffer Uint8ClampedArray Int8Array Uint8Array Int16Array Uint16Array Int32Array Uint32Array
  BigInt64Array BigUint64Array Float16Array Float32Array Float64Array DataView Promise BigInt
  DOMException`
  .trim()
  .split(/\s+/);

/** Cuts the globals down and adds ours, but for what depends on the run. */
export function openGlobals() {
  const kept = new Set(KEPT);
  for (const name of Reflect.ownKeys(globalThis)) {
    if (typeof name === "string" && !kept.has(name)) delete globalThis[name];
  }
  // Both are accessors of the engine: the first would run the spell's code while a stack is made.
  Error.stackTraceLimit = 30;
  delete Error.prepareStackTrace;
  delete Error.stackTraceLimit;
  shortenBoundNames();
  mendUnsigned();
  hide(globalThis, "console", makeConsole());
  hide(globalThis, "structuredClone", structuredClone);
  hide(globalThis, "TextEncoder", makeTextEncoder());
  hide(globalThis, "TextDecoder", makeTextDecoder());
  hide(globalThis, "atob", atob);
  hide(globalThis, "btoa", btoa);
  hide(globalThis, "queueMicrotask", makeQueueMicrotask());
}

function makeConsole() {
  const print =
    (stream) =>
    (...args) =>
      post(`["output","${stream}",${stringify(`${format(args)}\n`)}]`);
  const [out, err] = [print("stdout"), print("stderr")];
  const console = {
    log: (...args) => apply(out, undefined, args),
    info: (...args) => apply(out, undefined, args),
    debug: (...args) => apply(out, undefined, args),
    warn: (...args) => apply(err, undefined, args),
    error: (...args) => apply(err, undefined, args),
    assert: (condition, ...args) => {
      if (!condition) err(args.length > 0 ? `Assertion failed: ${format(args)}` : "Assertion failed");
    },
  };
  return freeze(console);
}

/** QuickJS's own gives a thrown error to nobody; here it ends the run as an uncaught one. */
function makeQueueMicrotask() {
  return function queueMicrotask(callback) {
    if (typeof callback !== "function") throw new TypeError("queueMicrotask takes a function");
    void runMicrotask(callback);
  };
}

async function runMicrotask(callback) {
  await undefined;
  try {
    apply(callback, undefined, bareArray());
  } catch (error) {
    fail(error);
  }
}

/** QuickJS's own keeps the sign of the highest word for widths from 32 on; its asIntN is right. */
function mendUnsigned() {
  const { asIntN } = BigInt;
  const { asUintN } = {
    asUintN(bits, bigint) {
      const width = +bits;
      const signed = asIntN(width, bigint);
      return signed < 0n ? signed + (1n << PrimordialBigInt(width - (width % 1))) : signed;
    },
  };
  hide(BigInt, "asUintN", asUintN);
}

/** The longest name that a bound function gets: each is its target's with a word more, so that a chain would take its square. */
const MAX_NAME = 200;

function shortenBoundNames() {
  const nativeBind = Function.prototype.bind;
  const { bind } = {
    bind(...args) {
      const bound = apply(nativeBind, this, args);
      if (bound.name.length > MAX_NAME) shorten(bound, this);
      return bound;
    },
  };
  defineProperty(bind, "length", { __proto__: null, value: 1, configurable: true });
  hide(Function.prototype, "bind", bind);
}

/** The target's name is shared and not copied. */
function shorten(bound, target) {
  const value = dataOf(target, "name");
  const short = typeof value === "string" && value.length <= MAX_NAME ? value : "bound";
  defineProperty(bound, "name", { __proto__: null, value: short, configurable: true });
}
