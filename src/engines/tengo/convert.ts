import { SpellError } from "../../contract/errors.ts";
import {
  ErrorValue,
  Float,
  fromFloat,
  fromInteger,
  FunctionHandle,
  MAX_DEPTH,
  ResourceHandle,
  Time,
  type Value,
} from "../../contract/value.ts";
import { placeName } from "../../contract/wire.ts";
import { fromText, toText, toTextStrict, toBytes } from "./byte-strings.ts";
import { TengoLimit } from "./errors.ts";
import { toText as textOf } from "./forms/index.ts";
import {
  HostFunction,
  HostHandle,
  NativeFunction,
  TengoArray,
  TengoBytes,
  TengoChar,
  TengoError,
  TengoFloat,
  TengoFunction,
  TengoMap,
  TengoTime,
  type TengoLocation,
  type TengoValue,
} from "./values.ts";

/** What a value may be that the host can call. */
export type Callable = TengoFunction | NativeFunction | HostFunction;

/** What carrying values needs of the run. */
export interface ConvertHost {
  /** Takes bytes from the run's memory. */
  charge(bytes: number): void;
  /** The handle of a function; the same function has the same one. */
  give(callable: Callable): FunctionHandle;
  /** The function of a handle; undefined where it was released. */
  find(id: number): Callable | undefined;
  /** The handle of a resource with the methods of its kind. */
  handle(kind: string, id: number): HostHandle;
  readonly utc: TengoLocation;
  /** Bytes that one value may have on its way out: shared parts are written again each time that they occur. */
  readonly memory: number;
}

/** Bytes that an item or entry takes, besides what is in it. */
const ITEM = 16;
const ENTRY = 64;

/** The seconds that a time may have in wire form: those of JavaScript's Date. */
const MAX_SECONDS = 8.64e12;

/** A host's value as a script has it. Arrays and maps are the script's own, to change as it likes. */
export function toTengo(value: Value, host: ConvertHost): TengoValue {
  if (value === null) return undefined;
  switch (typeof value) {
    case "boolean":
    case "bigint":
      return value;
    case "number":
      return Number.isSafeInteger(value) && !Object.is(value, -0) ? value : new TengoFloat(value);
    case "string":
      host.charge(value.length);
      return fromText(value);
    default:
      return toObject(value, host);
  }
}

function toObject(value: Exclude<Value, null | boolean | number | bigint | string>, host: ConvertHost): TengoValue {
  if (Array.isArray(value)) {
    const items = value as readonly Value[];
    host.charge(items.length * ITEM);
    return TengoArray.of(items.map((item) => toTengo(item, host)));
  }
  if (value instanceof Float) return new TengoFloat(value.value);
  if (value instanceof Uint8Array) {
    host.charge(value.length);
    return new TengoBytes(value.slice());
  }
  if (value instanceof Time) return new TengoTime(value.seconds, value.nanoseconds, host.utc);
  if (value instanceof ErrorValue) return errorToTengo(value, host);
  if (value instanceof FunctionHandle) return host.find(value.id);
  if (value instanceof ResourceHandle) return host.handle(value.kind, value.id);
  return mapToTengo(value as Readonly<Record<string, Value>>, host, false);
}

function mapToTengo(map: Readonly<Record<string, Value>>, host: ConvertHost, immutable: boolean): TengoMap {
  const entries = new Map<string, TengoValue>();
  for (const [key, item] of Object.entries(map)) {
    host.charge(ENTRY + key.length);
    entries.set(fromText(key), toTengo(item, host));
  }
  return new TengoMap(entries, immutable);
}

/** An error of the host: an error value whose value is an immutable map of code, message and details. */
export function errorToTengo({ code, message, details }: ErrorValue, host: ConvertHost): TengoError {
  return new TengoError(mapToTengo({ code, message, ...(details === null ? {} : { details }) }, host, true));
}

/** A script's value for the host. Throws `value.*` errors that name the place. */
export function fromTengo(value: TengoValue, host: ConvertHost, place: string): Value {
  return new Reader(host, [place]).read(value);
}

class Reader {
  readonly #open = new Set<unknown>();
  #taken = 0;

  constructor(
    private readonly host: ConvertHost,
    private readonly path: (string | number)[],
  ) {}

  read(value: TengoValue): Value {
    switch (typeof value) {
      case "undefined":
        return null;
      case "boolean":
      case "number":
        return value;
      case "bigint":
        return fromInteger(value);
      case "string":
        this.#take(value.length);
        return toTextStrict(value) ?? toBytes(value);
      default:
        return this.#readObject(value);
    }
  }

  #readObject(value: Exclude<TengoValue, undefined | boolean | number | bigint | string>): Value {
    if (value instanceof TengoFloat) return fromFloat(value.value);
    if (value instanceof TengoMap) return this.#inside(value.entries, () => this.#readMap(value.entries));
    if (value instanceof TengoArray) return this.#inside(value, () => this.#readArray(value));
    if (value instanceof TengoChar) return value.code;
    if (value instanceof TengoBytes) {
      this.#take(value.data.length);
      return value.data.slice();
    }
    if (value instanceof TengoTime) return this.#readTime(value);
    if (value instanceof TengoError) return this.#inside(value, () => this.#readError(value));
    if (value instanceof HostHandle) return this.#readHandle(value);
    return this.host.give(value);
  }

  #inside<T>(identity: unknown, read: () => T): T {
    if (this.#open.has(identity)) throw new SpellError("value.cycle", `${placeName(this.path)} contains itself`);
    if (this.#open.size >= MAX_DEPTH) {
      throw new SpellError("value.depth", `${placeName(this.path)} nests deeper than ${MAX_DEPTH} levels`);
    }
    this.#open.add(identity);
    const value = read();
    this.#open.delete(identity);
    return value;
  }

  #take(bytes: number): void {
    this.#taken += bytes;
    if (this.#taken > this.host.memory) throw new TengoLimit("limit.memory", "not enough memory");
  }

  #at(key: string | number, value: TengoValue): Value {
    this.#take(ITEM);
    this.path.push(key);
    const read = this.read(value);
    this.path.pop();
    return read;
  }

  #readArray({ store, start, length }: TengoArray): Value {
    const items: Value[] = [];
    for (let index = 0; index < length; index++) items.push(this.#at(index, store[start + index]));
    return items;
  }

  #readMap(entries: ReadonlyMap<string, TengoValue>): Value {
    const fields: Record<string, Value> = Object.create(null);
    for (const [bytes, item] of entries) {
      const key = toTextStrict(bytes);
      if (key === undefined) {
        throw new SpellError("value.key", `${placeName(this.path)} has a key that is not UTF-8; keys must be text`);
      }
      fields[key] = this.#at(key, item);
    }
    return fields;
  }

  #readTime({ seconds, nanoseconds }: TengoTime): Value {
    if (Math.abs(seconds) <= MAX_SECONDS) return new Time(seconds, nanoseconds);
    throw new SpellError("value.unsupported", `${placeName(this.path)} is a time too far away to leave the spell`);
  }

  #readError({ value }: TengoError): Value {
    if (!(value instanceof TengoMap)) return new ErrorValue("script.error", toText(textOf(value)));
    const { code, message, details } = this.#readMap(value.entries) as Readonly<Record<string, Value>>;
    if (typeof message !== "string") return new ErrorValue("script.error", toText(textOf(value)));
    return new ErrorValue(typeof code === "string" ? code : "script.error", message, details ?? null);
  }

  #readHandle({ kind, id }: HostHandle): Value {
    if (kind !== TASK) return new ResourceHandle(kind, id);
    throw new SpellError("value.unsupported", `${placeName(this.path)} is a task, which cannot leave the spell`);
  }
}

/** The kind of the handles that `async.spawn` gives. They are the engine's own. */
export const TASK = "async.task";
