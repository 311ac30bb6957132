/**
 * A value that may cross between a script and the host, in the host's representation.
 *
 * Integers and floats are kept apart, as Lua and Tengo do:
 * - a `number` that is a safe integer (and not -0) is an int64;
 * - every other `number` (fractions, NaN, infinities, -0, magnitudes over 2^53) is a float64;
 * - a {@link Float} is a float64 whose value happens to be a safe integer (Lua's `1.0`);
 * - a `bigint` is an int64 beyond ±(2^53 - 1). Smaller ones must be written as `number`.
 *
 * Strings are Unicode text. Bytes that are not valid UTF-8 are a `Uint8Array`.
 * Maps have string keys only and a null prototype when they come from {@link decodeValue}.
 * Nesting is at most {@link MAX_DEPTH}. Cycles are an error.
 */
export type Value =
  | null
  | boolean
  | number
  | bigint
  | string
  | Uint8Array
  | Float
  | Time
  | ErrorValue
  | FunctionHandle
  | ResourceHandle
  | readonly Value[]
  | ValueMap;

/** A map with string keys. Order of insertion is kept. */
export interface ValueMap {
  readonly [key: string]: Value;
}

/** How deep arrays and maps may nest. */
export const MAX_DEPTH = 64;

/** A float64 whose value is a safe integer, so that Lua's `1.0` does not become `1` on its way. */
export class Float {
  constructor(readonly value: number) {}
  toJSON(): number {
    return this.value;
  }
}

/** An instant: whole seconds since 1970-01-01T00:00:00Z, and the nanoseconds within it (0 to 999,999,999). */
export class Time {
  constructor(
    readonly seconds: number,
    readonly nanoseconds: number,
  ) {}

  /** From milliseconds since the epoch, fractions included. */
  static fromMilliseconds(milliseconds: number): Time {
    const seconds = Math.floor(milliseconds / 1000);
    return new Time(seconds, Math.round((milliseconds - seconds * 1000) * 1e6));
  }

  /** Milliseconds since the epoch; what is finer becomes a fraction. */
  toMilliseconds(): number {
    return this.seconds * 1000 + this.nanoseconds / 1e6;
  }

  /** RFC 3339 with nanoseconds where there are any. */
  toJSON(): string {
    const base = new Date(this.seconds * 1000).toISOString().slice(0, -".000Z".length);
    const fraction = String(this.nanoseconds).padStart(9, "0").replace(/0+$/, "");
    return `${base}${fraction === "" ? "" : `.${fraction}`}Z`;
  }
}

/** An error as a value: what a failed call answers with, and what scripts may pass on. */
export class ErrorValue {
  constructor(
    readonly code: string,
    readonly message: string,
    readonly details: Value = null,
  ) {}
  toJSON(): object {
    return { error: { code: this.code, message: this.message, details: this.details } };
  }
}

/**
 * A function of the script, as the host sees it. The script's engine owns the function; the host may call it with a
 * `callback` message until the call that it was given to is answered, and longer where that says so
 * (`FunctionSurface.keeps`). The same function always has the same id.
 */
export class FunctionHandle {
  constructor(readonly id: number) {}
  toJSON(): string {
    return "[function]";
  }
}

/**
 * A resource of the host (a stream, a channel), as the script sees it. The host owns it and may revoke it;
 * ids are never used twice in a run. `kind` is `module.kind` of the bridge table that declares its methods.
 */
export class ResourceHandle {
  constructor(
    readonly kind: string,
    readonly id: number,
  ) {}
  toJSON(): string {
    return `[${this.kind}]`;
  }
}

/** Whether `value` is a plain map and not one of the classes above. */
export function isValueMap(value: unknown): value is ValueMap {
  if (typeof value !== "object" || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || prototype === Object.prototype;
}

/** Whether a host number stands for an int64 rather than a float64. */
export function isInteger(value: number): boolean {
  return Number.isSafeInteger(value) && !Object.is(value, -0);
}

/** The value for a float64, boxed only where a bare number would mean an integer. */
export function fromFloat(value: number): number | Float {
  return isInteger(value) ? new Float(value) : value;
}

/** The value for an int64, as a number wherever that is exact. */
export function fromInteger(value: bigint): number | bigint {
  return value >= -9007199254740991n && value <= 9007199254740991n ? Number(value) : value;
}

/** The least and the greatest int64. */
export const INT64_MIN = -(2n ** 63n);
export const INT64_MAX = 2n ** 63n - 1n;
