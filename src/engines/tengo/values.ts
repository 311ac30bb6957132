import type { RunContext } from "./context.ts";
import { capacityOfAppends } from "./slice-capacity.ts";

/**
 * A value of Tengo, as the virtual machine holds it. What happens most is cheapest:
 * - int: a `number` that is a safe integer and never -0; a `bigint` for the int64 beyond ±(2^53 - 1), and only there,
 *   so that equal ints are `===`;
 * - bool: a `boolean`; undefined: `undefined`;
 * - string: a JavaScript string with one character a BYTE (codes 0 to 255), see byte-strings.ts;
 * - everything else: an instance of a class below.
 */
export type TengoValue =
  | undefined
  | boolean
  | number
  | bigint
  | string
  | TengoFloat
  | TengoChar
  | TengoBytes
  | TengoArray
  | TengoMap
  | TengoTime
  | TengoError
  | TengoFunction
  | NativeFunction
  | HostFunction
  | HostHandle;

/** A float64, always boxed: a bare number is an int. */
export class TengoFloat {
  constructor(readonly value: number) {}
}

/** A rune as Go has it: an int32, which need not be a code point. */
export class TengoChar {
  constructor(readonly code: number) {}
}

/** Bytes. They never change. */
export class TengoBytes {
  constructor(readonly data: Uint8Array) {}
}

/**
 * A Go slice: `length` items from `start` in a store that several arrays may share, so that writes show in all
 * of them. `capacity` counts from `start`; `append` writes into the same store while it has room.
 */
export class TengoArray {
  constructor(
    public store: TengoValue[],
    public start: number,
    public length: number,
    public capacity: number,
    /** Whether it is an `immutable-array`. The store may still be shared with a mutable one. */
    readonly immutable: boolean,
  ) {}

  /** Takes over the items of another array, and shares its store from now on. */
  become(other: TengoArray): void {
    this.store = other.store;
    this.start = other.start;
    this.length = other.length;
    this.capacity = other.capacity;
  }

  /** An array that owns `items`, with the capacity that it has in Go where it was appended to item by item. */
  static of(items: TengoValue[]): TengoArray {
    return new TengoArray(items, 0, items.length, capacityOfAppends(items.length), false);
  }

  /** An array that owns `items` and has no room for more. */
  static exactly(items: TengoValue[], immutable = false): TengoArray {
    return new TengoArray(items, 0, items.length, items.length, immutable);
  }
}

/** A map by byte strings, in order of insertion. An `immutable-map` may share its entries with a mutable one. */
export class TengoMap {
  constructor(
    readonly entries: Map<string, TengoValue>,
    readonly immutable: boolean,
  ) {}
}

/** An answer of the host that prints as one of its fields. What is made from it is a plain map. */
export class TextMap extends TengoMap {
  constructor(
    entries: Map<string, TengoValue>,
    readonly field: string,
  ) {
    super(entries, false);
  }
}

/** An instant: whole seconds since 1970 (may be negative), nanoseconds within it (0 to 999,999,999), and where it is told. */
export class TengoTime {
  constructor(
    readonly seconds: number,
    readonly nanoseconds: number,
    readonly location: TengoLocation,
  ) {}
}

/** A place whose clocks tell a time; modules/times makes them. */
export interface TengoLocation {
  /** As Go's `Location.String()`: `UTC`, `Local`, `Europe/Berlin`, or empty. */
  readonly name: string;
  /** What its clocks show at an instant: seconds east of Greenwich, and the abbreviation. */
  at(seconds: number): { readonly offset: number; readonly abbreviation: string };
}

/** An error as a value. Equal to itself only. */
export class TengoError {
  constructor(readonly value: TengoValue) {}
}

/** Compiled code of one function literal (or of a module's or the script's top level); run/ knows what is in it. */
export interface FunctionCode {
  readonly parameters: number;
  readonly variadic: boolean;
}

/** A variable that closures share. */
export class Box {
  constructor(public value: TengoValue) {}
}

/** A function of the script: `compiled-function`. */
export class TengoFunction {
  constructor(
    readonly code: FunctionCode,
    readonly captured: readonly Box[],
  ) {}
}

/** The body of a native function. It may throw what errors.ts has, and nothing else. It never calls back into the script. */
export type NativeBody = (args: readonly TengoValue[], context: RunContext) => TengoValue;

/** A function in TypeScript: `builtin-function:NAME` of the language, or `user-function:NAME` of a module. */
export class NativeFunction {
  constructor(
    readonly kind: "builtin-function" | "user-function",
    readonly name: string,
    readonly body: NativeBody,
  ) {}
}

/** A function of a granted bridge, or of the scheduler: the machine stops at it, and goes on with its answer. */
export class HostFunction {
  constructor(
    readonly module: string,
    /** The canonical name, sent in `call`. */
    readonly name: string,
    /** What is handed over before the script's own arguments: the handle whose method it is. */
    readonly bound: readonly TengoValue[] = [],
    /** `llm.complete`, for messages. */
    readonly title = `${module}.${name}`,
  ) {}
}

/** A resource of the host, such as a stream. Its members are bound {@link HostFunction}s. */
export class HostHandle {
  /** Gives `{done, value}`: what a for-in loop asks for each turn. Undefined where it cannot be walked. */
  next: HostFunction | undefined = undefined;
  /** What it keeps of the script's values: what a task has given. */
  kept: TengoValue = undefined;
  /** What the engine itself knows it by, where it is the engine's own. */
  owner: unknown = undefined;

  constructor(
    /** `module.kind`. */
    readonly kind: string,
    readonly id: number,
    readonly members: ReadonlyMap<string, HostFunction>,
  ) {}
}

/** The name of a value's type, as `type_name` and error messages tell it. */
export function typeName(value: TengoValue): string {
  switch (typeof value) {
    case "undefined":
      return "undefined";
    case "boolean":
      return "bool";
    case "number":
    case "bigint":
      return "int";
    case "string":
      return "string";
    default:
      return objectTypeName(value);
  }
}

function objectTypeName(value: Exclude<TengoValue, undefined | boolean | number | bigint | string>): string {
  if (value instanceof TengoFloat) return "float";
  if (value instanceof TengoArray) return value.immutable ? "immutable-array" : "array";
  if (value instanceof TengoMap) return value.immutable ? "immutable-map" : "map";
  if (value instanceof TengoChar) return "char";
  if (value instanceof TengoBytes) return "bytes";
  if (value instanceof TengoTime) return "time";
  if (value instanceof TengoError) return "error";
  if (value instanceof TengoFunction) return "compiled-function";
  if (value instanceof NativeFunction) return `${value.kind}:${value.name}`;
  if (value instanceof HostFunction) return `user-function:${value.title}`;
  return value.kind;
}
