import { fromBytes, fromRune } from "../byte-strings.ts";
import type { RunContext } from "../context.ts";
import { TengoLimit, TengoRuntimeError } from "../errors.ts";
import {
  HostFunction,
  NativeFunction,
  TengoArray,
  TengoBytes,
  TengoChar,
  TengoError,
  TengoFloat,
  TengoFunction,
  TengoMap,
  TengoTime,
  TextMap,
  type TengoValue,
} from "../values.ts";
import { formatFloat } from "./format-float.ts";
import { Growth, LEVEL_BYTES, MAX_DEPTH } from "./growth.ts";
import { quote } from "./quote.ts";
import { timeToText } from "./time-form.ts";

/** What is being written: the items that are left of an array or a map, and what closes it. */
interface Level {
  readonly items: Iterator<readonly [string, TengoValue]>;
  readonly closing: string;
  first: boolean;
}

/** Where nobody counts the memory: values may hold themselves, and their text would never end. */
const UNMETERED = 1 << 28;

/** What a piece of text takes beside its bytes. */
const PART_BYTES = 8;

class Writer {
  readonly #parts: string[] = [];
  readonly #growth: Growth | undefined;
  #length = 0;
  #deepest = 0;

  constructor(private readonly context: RunContext | undefined) {
    this.#growth = context === undefined ? undefined : new Growth(context);
  }

  add(text: string): void {
    this.#length += text.length + PART_BYTES;
    this.#growth?.add(text.length + PART_BYTES);
    this.context?.burn(1);
    if (this.#growth === undefined && this.#length > UNMETERED) {
      throw new TengoLimit("limit.memory", "the text of a value takes too much memory");
    }
    this.#parts.push(text);
  }

  /** Goes into a value: what that takes is counted once for each depth. */
  enter(depth: number): void {
    if (depth <= this.#deepest) return;
    if (depth > MAX_DEPTH) throw new TengoRuntimeError("stack overflow");
    this.#deepest = depth;
    this.#growth?.add(LEVEL_BYTES);
  }

  text(): string {
    return this.#parts.join("");
  }
}

function* arrayItems(array: TengoArray): Generator<readonly [string, TengoValue]> {
  for (let index = 0; index < array.length; index++) yield ["", array.store[array.start + index]];
}

function* mapItems(map: TengoMap): Generator<readonly [string, TengoValue]> {
  for (const [key, value] of map.entries) yield [`${key}: `, value];
}

/** What holds no other values. A float is named, as it has the shape of an error, which is taken out. */
type Plain = Exclude<TengoValue, TengoArray | TengoMap | TengoError> | TengoFloat;

/** The text of what holds no other values. */
function plainText(value: Plain): string {
  switch (typeof value) {
    case "undefined":
      return "<undefined>";
    case "boolean":
    case "number":
    case "bigint":
      return String(value);
    case "string":
      return quote(value);
    default:
      if (value instanceof TengoFloat) return formatFloat(value.value, "f", -1);
      if (value instanceof TengoChar) return fromRune(value.code);
      if (value instanceof TengoBytes) return fromBytes(value.data);
      if (value instanceof TengoTime) return timeToText(value);
      if (value instanceof TengoFunction) return "<compiled-function>";
      if (value instanceof NativeFunction) return `<${value.kind}>`;
      return value instanceof HostFunction ? "<user-function>" : `[${value.kind}]`;
  }
}

function write(value: TengoValue, levels: Level[], out: Writer): void {
  let inner = value;
  for (let errors = 1; inner instanceof TengoError; errors++) {
    if (errors > MAX_DEPTH) throw new TengoRuntimeError("stack overflow");
    out.add("error: ");
    inner = inner.value;
  }
  if (inner instanceof TengoArray) {
    out.add("[");
    levels.push({ items: arrayItems(inner), closing: "]", first: true });
    out.enter(levels.length);
  } else if (inner instanceof TengoMap) {
    out.add("{");
    levels.push({ items: mapItems(inner), closing: "}", first: true });
    out.enter(levels.length);
  } else {
    out.add(plainText(inner));
  }
}

/** The String() form: what stands within other values and what `%v` prints. Strings are quoted. */
export function nestedText(value: TengoValue, context?: RunContext): string {
  if (typeof value === "number") return String(value);
  const out = new Writer(context);
  const levels: Level[] = [];
  write(value, levels, out);
  for (let level = levels.at(-1); level !== undefined; level = levels.at(-1)) {
    const next = level.items.next();
    if (next.done === true) {
      out.add(level.closing);
      levels.pop();
      continue;
    }
    const [key, item] = next.value;
    out.add(level.first ? key : `, ${key}`);
    level.first = false;
    write(item, levels, out);
  }
  return out.text();
}

/**
 * The text of a value as `string(x)`, `+` and `print` tell it: a string gives itself. Whoever has a context passes it:
 * texts can be far larger than their values.
 */
export function toText(value: TengoValue, context?: RunContext): string {
  if (typeof value === "string") return value;
  // An answer of the host that prints as one of its fields, in every language.
  if (value instanceof TextMap) return toText(value.entries.get(value.field), context);
  return nestedText(value, context);
}
