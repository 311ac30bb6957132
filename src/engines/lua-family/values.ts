import { SpellError } from "../../contract/errors.ts";
import {
  ErrorValue,
  Float,
  fromFloat,
  fromInteger,
  FunctionHandle,
  isInteger,
  MAX_DEPTH,
  ResourceHandle,
  Time,
  type Value,
} from "../../contract/value.ts";
import { placeName } from "../../contract/wire.ts";
import { LUA_TYPE, type LuaVm } from "./vm.ts";

/** The metatables and marks that the prelude made, by reference and by identity. */
export interface LuaMarks {
  readonly nullReference: number;
  readonly null: unknown;
  readonly array: LuaMark;
  readonly time: LuaMark;
  readonly error: LuaMark;
  /** Metatables of handles by kind (`llm.stream`), and kinds by metatable. */
  readonly handles: ReadonlyMap<string, number>;
  readonly handleKinds: ReadonlyMap<unknown, string>;
  /** A weak table from each handle to its id: the script has neither. */
  readonly handleIds: LuaMark;
}

/** One metatable of the prelude. */
export interface LuaMark {
  readonly reference: number;
  readonly identity: unknown;
}

/** Functions of the script that were given to the host. */
export interface LuaFunctions<S> {
  /** The handle for the function at `index`; the same function has the same handle. */
  give(state: S, index: number): FunctionHandle;
  /** Pushes the function of a handle, or nil when it was released. */
  push(state: S, id: number): void;
}

/** Slots that one level of a value may need on Lua's stack. */
const SLOTS = 6;
const INT32 = 2 ** 31;

/** Carries values between the host and one Lua state. Both directions keep kinds apart as contract/value.ts says. */
export class LuaValues<S> {
  constructor(
    private readonly vm: LuaVm<S>,
    private readonly marks: LuaMarks,
    private readonly functions: LuaFunctions<S>,
  ) {}

  /** Pushes a value. Throws `value.range` where the VM's integers are too narrow. */
  push(state: S, value: Value): void {
    this.#push(state, value, false);
  }

  #push(state: S, value: Value, inside: boolean): void {
    const { vm, marks } = this;
    if (value === null) {
      if (inside) vm.pushReference(state, marks.nullReference);
      else vm.pushNil(state);
    } else if (typeof value === "string") vm.pushText(state, value);
    else if (typeof value === "boolean") vm.pushBoolean(state, value);
    else if (typeof value === "number") this.#pushNumber(state, value);
    else if (typeof value === "bigint") this.#pushWide(state, value);
    else if (value instanceof Uint8Array) vm.pushBytes(state, value);
    else if (value instanceof Float) vm.pushNumber(state, value.value);
    else if (value instanceof FunctionHandle) this.functions.push(state, value.id);
    else this.#pushTable(state, value);
  }

  #pushNumber(state: S, value: number): void {
    const narrow = !this.vm.wideIntegers && (value >= INT32 || value < -INT32);
    if (isInteger(value) && !narrow) this.vm.pushInteger(state, value);
    else this.vm.pushNumber(state, value);
  }

  #pushWide(state: S, value: bigint): void {
    if (this.vm.wideIntegers) this.vm.pushInteger(state, value);
    else
      throw new SpellError("value.range", `The integer ${value} is over 2^53, which this engine cannot hold exactly`);
  }

  #pushTable(state: S, value: Exclude<Value, null | boolean | number | bigint | string>): void {
    const { vm, marks } = this;
    if (!vm.checkStack(state, SLOTS)) throw new SpellError("limit.stack", "Lua's stack is full");
    if (Array.isArray(value)) {
      const items = value as readonly Value[];
      vm.createTable(state, items.length, 0);
      items.forEach((item, index) => {
        this.#push(state, item, true);
        vm.rawSetIndex(state, -2, index + 1);
      });
      this.#mark(state, marks.array.reference);
    } else if (value instanceof Time) {
      this.#pushFields(state, { seconds: value.seconds, nanoseconds: value.nanoseconds });
      this.#mark(state, marks.time.reference);
    } else if (value instanceof ErrorValue) {
      const { code, message, details } = value;
      this.#pushFields(state, details === null ? { code, message } : { code, message, details });
      this.#mark(state, marks.error.reference);
    } else if (value instanceof ResourceHandle) {
      this.#pushHandle(state, value);
    } else this.#pushFields(state, value as Readonly<Record<string, Value>>);
  }

  #pushHandle(state: S, { kind, id }: ResourceHandle): void {
    const { vm, marks } = this;
    vm.createTable(state, 0, 0);
    const handle = vm.getTop(state);
    vm.pushReference(state, marks.handleIds.reference);
    vm.pushValue(state, handle);
    vm.pushInteger(state, id);
    vm.rawSet(state, handle + 1);
    vm.setTop(state, handle);
    const reference = marks.handles.get(kind);
    if (reference !== undefined) this.#mark(state, reference);
  }

  /** No resource has the id 0: it is that of a table which was made to look like a handle. */
  #handleId(state: S, index: number): number {
    const { vm } = this;
    const top = vm.getTop(state);
    vm.pushReference(state, this.marks.handleIds.reference);
    vm.pushValue(state, index);
    vm.rawGet(state, top + 1);
    const id = vm.isInteger(state, top + 2) ? Number(vm.toInteger(state, top + 2)) : 0;
    vm.setTop(state, top);
    return id;
  }

  #pushFields(state: S, fields: Readonly<Record<string, Value>>): void {
    const keys = Object.keys(fields);
    this.vm.createTable(state, 0, keys.length);
    for (const key of keys) {
      this.vm.pushText(state, key);
      this.#push(state, fields[key] ?? null, true);
      this.vm.rawSet(state, -3);
    }
  }

  #mark(state: S, reference: number): void {
    this.vm.pushReference(state, reference);
    this.vm.setMetatable(state, -2);
  }

  /** Reads the value at a positive index. Throws `value.*` errors that name the place. */
  read(state: S, index: number, place: string): Value {
    return this.#read(state, index, [place], new Set());
  }

  #read(state: S, index: number, path: (string | number)[], open: Set<unknown>): Value {
    const { vm } = this;
    switch (vm.type(state, index)) {
      case LUA_TYPE.nil:
        return null;
      case LUA_TYPE.boolean:
        return vm.toBoolean(state, index);
      case LUA_TYPE.string:
        return vm.toText(state, index);
      case LUA_TYPE.number:
        if (!vm.isInteger(state, index)) return fromFloat(vm.toNumber(state, index));
        return fromInteger(vm.toInteger(state, index));
      case LUA_TYPE.function:
        return this.functions.give(state, index);
      case LUA_TYPE.table:
        return this.#readTable(state, index, path, open);
      case LUA_TYPE.thread:
        throw new SpellError("value.unsupported", `${placeName(path)} is a coroutine, which cannot leave the spell`);
      default:
        throw new SpellError("value.unsupported", `${placeName(path)} is userdata, which cannot leave the spell`);
    }
  }

  #readTable(state: S, index: number, path: (string | number)[], open: Set<unknown>): Value {
    const { vm, marks } = this;
    const identity = vm.toPointer(state, index);
    if (identity === marks.null) return null;
    if (open.has(identity)) throw new SpellError("value.cycle", `${placeName(path)} contains itself`);
    if (open.size >= MAX_DEPTH) {
      throw new SpellError("value.depth", `${placeName(path)} nests deeper than ${MAX_DEPTH} levels`);
    }
    if (!vm.checkStack(state, SLOTS)) throw new SpellError("limit.stack", "Lua's stack is full");
    open.add(identity);
    const value = this.#readMarked(state, index, path, open);
    open.delete(identity);
    return value;
  }

  #readMarked(state: S, index: number, path: (string | number)[], open: Set<unknown>): Value {
    const { vm, marks } = this;
    let mark: unknown = undefined;
    if (vm.getMetatable(state, index)) {
      mark = vm.toPointer(state, vm.getTop(state));
      vm.setTop(state, vm.getTop(state) - 1);
    }
    const kind = mark === undefined ? undefined : marks.handleKinds.get(mark);
    if (kind !== undefined) return new ResourceHandle(kind, this.#handleId(state, index));
    const length = vm.rawLength(state, index);
    if (mark === marks.array.identity || length > 0) return this.#readArray(state, index, length, path, open);
    const fields = this.#readFields(state, index, path, open);
    if (mark === marks.time.identity) return toTime(fields);
    if (mark === marks.error.identity) {
      const { code, message, details } = fields;
      return new ErrorValue(plainText(code) ?? "script.error", plainText(message) ?? "", details ?? null);
    }
    return fields;
  }

  #readArray(state: S, index: number, length: number, path: (string | number)[], open: Set<unknown>): Value {
    const { vm } = this;
    const items: Value[] = [];
    for (let position = 1; position <= length; position++) {
      vm.rawGetIndex(state, index, position);
      path.push(position);
      const top = vm.getTop(state);
      if (vm.type(state, top) === LUA_TYPE.nil) throw holes(path);
      items.push(this.#read(state, top, path, open));
      path.pop();
      vm.setTop(state, top - 1);
    }
    this.#forbidOtherKeys(state, index, length, path);
    return items;
  }

  /** An array may have the positions 1 to n and nothing else. */
  #forbidOtherKeys(state: S, index: number, length: number, path: (string | number)[]): void {
    const { vm } = this;
    let count = 0;
    vm.pushNil(state);
    while (vm.next(state, index)) {
      const key = vm.getTop(state) - 1;
      vm.setTop(state, key);
      if (++count <= length) continue;
      for (const name of this.#strayKeys(state, index, length)) {
        vm.setTop(state, key - 1);
        const place = placeName(path);
        throw new SpellError("value.key", `${place} has positions 1 to ${length} and also the key ${name}`, {
          fix: "Use positions 1 to n only, or string keys only; json.null fills a hole",
        });
      }
    }
  }

  #strayKeys(state: S, index: number, length: number): string[] {
    const { vm } = this;
    const names: string[] = [];
    vm.pushNil(state);
    while (vm.next(state, index)) {
      const key = vm.getTop(state) - 1;
      vm.setTop(state, key);
      const number = vm.isInteger(state, key) ? Number(vm.toInteger(state, key)) : Number.NaN;
      if (!(number >= 1 && number <= length)) names.push(this.#keyName(state, key));
    }
    return names.slice(0, 1);
  }

  #readFields(state: S, index: number, path: (string | number)[], open: Set<unknown>): Record<string, Value> {
    const { vm } = this;
    const entries: [string, Value][] = [];
    vm.pushNil(state);
    while (vm.next(state, index)) {
      const item = vm.getTop(state);
      const key = vm.type(state, item - 1) === LUA_TYPE.string ? vm.toText(state, item - 1) : undefined;
      if (typeof key !== "string") {
        const place = placeName(path);
        throw new SpellError("value.key", `${place} has the key ${this.#keyName(state, item - 1)}; keys must be text`, {
          fix: "Use string keys, or positions 1 to n without holes (json.null fills one)",
        });
      }
      path.push(key);
      entries.push([key, this.#read(state, item, path, open)]);
      path.pop();
      vm.setTop(state, item - 1);
    }
    const fields: Record<string, Value> = Object.create(null);
    for (const [key, value] of entries) fields[key] = value;
    return fields;
  }

  #keyName(state: S, index: number): string {
    const { vm } = this;
    switch (vm.type(state, index)) {
      case LUA_TYPE.number:
        return vm.isInteger(state, index) ? String(vm.toInteger(state, index)) : String(vm.toNumber(state, index));
      case LUA_TYPE.boolean:
        return String(vm.toBoolean(state, index));
      case LUA_TYPE.string:
        return quoted(vm.toText(state, index));
      default:
        return "that is a table, function or userdata";
    }
  }
}

/** A string as Lua would write it. */
function quoted(text: string | Uint8Array): string {
  if (typeof text === "string") return JSON.stringify(text);
  // One character a byte. A number is written whole where a digit follows.
  const bytes = Array.from(text, (byte) => String.fromCharCode(byte)).join("");
  const escaped = bytes.replace(/["\\]|[^ -~](?=(\d?))/g, (character, digit: string | undefined) =>
    digit === undefined ? `\\${character}` : `\\${String(character.charCodeAt(0)).padStart(digit === "" ? 1 : 3, "0")}`,
  );
  return `"${escaped}"`;
}

function holes(path: (string | number)[]): SpellError {
  return new SpellError("value.key", `${placeName(path)} is a hole in an array`, { fix: "Fill it with json.null" });
}

/** What stands in a field that should be text: the script may have put anything there. */
function plainText(value: Value | undefined): string | undefined {
  if (value instanceof Uint8Array) return new TextDecoder().decode(value);
  if (value instanceof Float) return String(value.value);
  return value === undefined || value === null || typeof value === "object" ? undefined : String(value);
}

/** The seconds that a time may have in wire form: those of JavaScript's Date. */
const MAX_SECONDS = 8.64e12;

function toTime(fields: Readonly<Record<string, Value>>): Value {
  const number = (value: Value | undefined) => (value instanceof Float ? value.value : Number(value));
  const seconds = number(fields["seconds"]);
  const nanoseconds = number(fields["nanoseconds"]);
  const whole = Number.isInteger(seconds) && Number.isInteger(nanoseconds);
  const good = Math.abs(seconds) <= MAX_SECONDS && nanoseconds >= 0 && nanoseconds < 1e9;
  if (!whole || !good) throw new SpellError("value.unsupported", "A time was changed into something that is no time");
  return new Time(seconds, nanoseconds);
}
