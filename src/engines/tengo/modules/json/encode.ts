import type { RunContext } from "../../context.ts";
import { civilDate, formatFloat, Growth, LEVEL_BYTES, timeToRfc3339 } from "../../forms/index.ts";
import { TengoArray, TengoBytes, TengoChar, TengoFloat, TengoMap, TengoTime, type TengoValue } from "../../values.ts";
import { encodeBase64 } from "../base64.ts";

/** What cannot be said in JSON. */
export class JsonFault {
  constructor(readonly message: string) {}
}

const ESCAPED: Readonly<Record<string, string>> = { '"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t" };

function encodeString(bytes: string): string {
  // eslint-disable-next-line no-control-regex
  const escaped = bytes.replace(/["\\\x00-\x1f]/g, (char) => {
    return ESCAPED[char] ?? `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`;
  });
  return `"${escaped}"`;
}

/** As JavaScript writes a number, but for -0. */
function encodeFloat(value: number): string {
  if (!Number.isFinite(value)) throw new JsonFault("unsupported float value");
  const magnitude = Math.abs(value);
  const plain = magnitude === 0 || (magnitude >= 1e-6 && magnitude < 1e21);
  return plain ? formatFloat(value, "f", -1) : formatFloat(value, "e", -1).replace(/e-0(\d)$/, "e-$1");
}

function encodeTime(time: TengoTime): string {
  const { offset } = time.location.at(time.seconds);
  const { year } = civilDate(Math.floor((time.seconds + offset) / 86_400));
  if (year < 0 || year > 9999) throw new JsonFault("Time.MarshalJSON: year outside of range [0,9999]");
  return `"${timeToRfc3339(time)}"`;
}

/** What holds no other values. Functions and errors are nothing at all, as in the reference: the JSON is then broken. */
function encodeScalar(value: TengoValue, context: RunContext): string {
  switch (typeof value) {
    case "undefined":
      return "null";
    case "boolean":
    case "number":
    case "bigint":
      return String(value);
    case "string":
      context.charge(value.length);
      return encodeString(value);
    default:
      if (value instanceof TengoFloat) return encodeFloat(value.value);
      if (value instanceof TengoChar) return String(value.code);
      if (value instanceof TengoTime) return encodeTime(value);
      if (!(value instanceof TengoBytes)) return "";
      context.charge(value.data.length * 2);
      return `"${encodeBase64(value.data)}"`;
  }
}

/** What is being written: the items that are left of an array or a map, and what closes it. */
interface Level {
  readonly items: Iterator<readonly [string, TengoValue]>;
  readonly closing: string;
  first: boolean;
}

function* arrayItems(array: TengoArray): Generator<readonly [string, TengoValue]> {
  for (let index = 0; index < array.length; index++) yield ["", array.store[array.start + index]];
}

function* mapItems(map: TengoMap): Generator<readonly [string, TengoValue]> {
  for (const [key, value] of map.entries) yield [`${encodeString(key)}:`, value];
}

/** The JSON of a value, as a byte string. Throws {@link JsonFault}. */
export function encodeJson(value: TengoValue, context: RunContext): string {
  const parts: string[] = [];
  const growth = new Growth(context);
  const levels: Level[] = [];
  const add = (text: string): void => {
    growth.add(text.length + 8);
    context.burn(1 + (text.length >> 4));
    parts.push(text);
  };
  let deepest = 0;
  const enter = (level: Level): void => {
    levels.push(level);
    if (levels.length <= deepest) return;
    deepest = levels.length;
    growth.add(LEVEL_BYTES);
  };
  const write = (item: TengoValue): void => {
    if (item instanceof TengoArray) {
      add("[");
      enter({ items: arrayItems(item), closing: "]", first: true });
    } else if (item instanceof TengoMap) {
      add("{");
      enter({ items: mapItems(item), closing: "}", first: true });
    } else {
      add(encodeScalar(item, context));
    }
  };
  write(value);
  for (let level = levels.at(-1); level !== undefined; level = levels.at(-1)) {
    const next = level.items.next();
    if (next.done === true) {
      add(level.closing);
      levels.pop();
      continue;
    }
    const [key, item] = next.value;
    add(level.first ? key : `,${key}`);
    level.first = false;
    write(item);
  }
  return parts.join("");
}
