// Values on their way between the spell and the host, in the wire form of src/contract/wire.ts.
import { decodeBase64, encodeBase64 } from "./base64.js";
import {
  bareArray,
  bigintText,
  dateTime,
  defineProperty,
  dataOf,
  getPrototypeOf,
  hasBrand,
  hasOwn,
  isArray,
  isError,
  isInteger,
  isSafeInteger,
  keys,
  objectTag,
  ObjectPrototype,
  PrimordialBigInt,
  PrimordialDate,
  PrimordialError,
  slice,
  startsWith,
  stringify,
  typedArrayName,
} from "./primordials.js";
import { codedError, functionId, functionOf, resourceOf } from "./registry.js";

const MAX_DEPTH = 64;
const INT64_MIN = -(2n ** 63n);
const INT64_MAX = 2n ** 63n - 1n;
// An array may have more items than there is memory for: most of them holes.
let longestArgument = 0;
let longestResult = 0;

/** Sets how many items an array may have among the arguments of a call, and in a result or an answer. */
export function openLengths(argument, result) {
  longestArgument = argument;
  longestResult = result;
}

/**
 * A value of the spell → wire, as JSON text. Throws an error with a `value.*` code that names the place. The text
 * is put together here, since JSON.stringify runs setters that a spell defines for Array.prototype[0].
 */
export function encode(value, place) {
  if (typeof value === "string") return stringify(value);
  if (typeof value === "number") return encodeNumber(value);
  if (value === undefined || value === null) return "null";
  const walk = { __proto__: null, path: bareArray(), objects: bareArray() };
  walk.path[0] = place;
  return encodeAny(value, walk, 0);
}

function encodeAny(value, walk, depth) {
  switch (typeof value) {
    case "string":
      return stringify(value);
    case "boolean":
      return value ? "true" : "false";
    case "undefined":
      return "null";
    case "number":
      return encodeNumber(value);
    case "bigint":
      return encodeBigint(value, walk, depth);
    case "function":
      return `{"$":"function","id":${functionId(value)}}`;
    case "symbol":
      throw unsupported("symbol", walk, depth);
    default:
      return value === null ? "null" : encodeObject(value, walk, depth);
  }
}

function encodeNumber(value) {
  if (isSafeInteger(value)) return value === 0 && 1 / value < 0 ? '{"$":"float","v":"-0"}' : `${value}`;
  if (value - value !== 0) return `{"$":"float","v":"${value}"}`;
  return isInteger(value) ? `{"$":"float","v":${value}}` : `${value}`;
}

function encodeBigint(value, walk, depth) {
  const text = bigintText(value);
  if (value < INT64_MIN || value > INT64_MAX) {
    const shown = text.length > 40 ? `${slice(text, 0, 40)}…` : text;
    throw codedError("value.range", `${placeName(walk, depth)} does not fit into 64 bits: ${shown}`);
  }
  return value >= -9007199254740991n && value <= 9007199254740991n ? text : `{"$":"int","v":"${text}"}`;
}

/** A resource of the host in wire form. */
export function resourceText(resource) {
  return `{"$":"resource","kind":${stringify(resource.kind)},"id":${resource.id}}`;
}

function encodeObject(value, walk, depth) {
  const resource = resourceOf(value);
  if (resource !== undefined) return resourceText(resource);
  // One level more than arrays and maps have: bytes, times and errors are no level of their own.
  if (depth > MAX_DEPTH) throw tooDeep(value, walk, depth);
  walk.objects[depth] = value;
  const isList = isArray(value);
  const prototype = isList ? ObjectPrototype : getPrototypeOf(value);
  if (prototype !== ObjectPrototype && prototype !== null) {
    const special = encodeSpecial(value, walk, depth);
    if (special !== undefined) return special;
  }
  if (depth === MAX_DEPTH) throw tooDeep(value, walk, depth);
  return isList ? encodeArray(value, walk, depth) : encodeMap(value, walk, depth);
}

function encodeArray(value, walk, depth) {
  let text = "[";
  const { length } = value;
  if (length > longestArgument) checkLength(length, walk, depth);
  for (let index = 0; index < length; index++) {
    walk.path[depth + 1] = index;
    const item = encodeAny(value[index], walk, depth + 1);
    text += index === 0 ? item : `,${item}`;
  }
  return `${text}]`;
}

function encodeMap(value, walk, depth) {
  let text = "{";
  const names = keys(value);
  let tagged = false;
  for (let index = 0; index < names.length; index++) {
    const key = names[index];
    walk.path[depth + 1] = key;
    const item = value[key];
    if (item === undefined) continue;
    text += `${text === "{" ? "" : ","}${stringify(key)}:${encodeAny(item, walk, depth + 1)}`;
    if (key === "$") tagged = true;
  }
  return tagged ? `{"$":"map","v":${text}}}` : `${text}}`;
}

/** Objects that are more than their keys. Undefined for an instance of a class of the spell's own. */
function encodeSpecial(value, walk, depth) {
  if (isError(value)) return encodeError(value, walk, depth);
  const typed = typedArrayName(value);
  if (typed === "Uint8Array") return `{"$":"bytes","v":"${encodeBase64(value)}"}`;
  if (typed !== undefined) throw unsupported(typed, walk, depth);
  if (hasBrand(dateTime, value)) return encodeTime(value, walk, depth);
  const tag = objectTag(value);
  if (tag === "[object Object]" || tag === "[object Arguments]") return undefined;
  if (tag === "[object Number]" || tag === "[object String]" || tag === "[object Boolean]") {
    return encodeAny(value.valueOf(), walk, depth);
  }
  const name = slice(tag, 8, -1);
  if (UNSUPPORTED[name]) throw unsupported(name, walk, depth);
  return undefined;
}

const UNSUPPORTED = { __proto__: null };
for (const name of [
  "ArrayBuffer",
  "Array Iterator",
  "AsyncGenerator",
  "BigInt",
  "DataView",
  "Generator",
  "Iterator",
  "Iterator Helper",
  "Map",
  "Map Iterator",
  "Promise",
  "RegExp",
  "RegExp String Iterator",
  "Set",
  "Set Iterator",
  "String Iterator",
  "Symbol",
  "WeakMap",
  "WeakSet",
]) {
  UNSUPPORTED[name] = true;
}

function encodeError(value, walk, depth) {
  const { code, message, details } = value;
  walk.path[depth + 1] = "details";
  const shown = encodeAny(details, walk, depth + 1);
  const name = stringify(typeof code === "string" ? code : "script.error");
  return `{"$":"error","code":${name},"message":${stringify(typeof message === "string" ? message : "")},"details":${shown}}`;
}

function encodeTime(value, walk, depth) {
  const time = dateTime(value);
  if (time !== time) throw codedError("value.range", `${placeName(walk, depth)} is an invalid Date`);
  const rest = dataOf(value, "nanoseconds");
  const fine = isSafeInteger(rest) && rest >= 0 && rest < 1e6 ? rest : 0;
  const seconds = (time - (((time % 1000) + 1000) % 1000)) / 1000;
  return `{"$":"time","s":${seconds},"n":${(time - seconds * 1000) * 1e6 + fine}}`;
}

function tooDeep(value, walk, depth) {
  for (let index = 0; index < depth; index++) {
    for (let above = 0; above < index; above++) {
      if (walk.objects[above] !== walk.objects[index]) continue;
      return codedError("value.cycle", `${placeName(walk, index)} contains itself: it is ${placeName(walk, above)}`);
    }
  }
  return codedError("value.depth", `${placeName(walk, depth)} nests deeper than ${MAX_DEPTH} levels`);
}

function checkLength(length, walk, depth) {
  const limit = startsWith(walk.path[0], "args") ? "arguments" : "result";
  if (length <= (limit === "result" ? longestResult : longestArgument)) return;
  const message = `${placeName(walk, depth)} has ${length} items, which are more than limits.${limit} lets cross`;
  throw codedError(`limit.${limit}`, message, { __proto__: null, limit });
}

function unsupported(kind, walk, depth) {
  const message = `${placeName(walk, depth)} is a ${kind}, which cannot cross to or from a script`;
  return codedError("value.unsupported", message);
}

function placeName(walk, depth) {
  let name = walk.path[0];
  for (let index = 1; index <= depth; index++) {
    const step = walk.path[index];
    name += typeof step === "number" ? `[${step}]` : `.${step}`;
  }
  return name;
}

/** Wire → a value for the spell. Changes and gives back what JSON.parse made. */
export function decode(wire) {
  if (typeof wire !== "object" || wire === null) return wire;
  if (isArray(wire)) {
    const { length } = wire;
    for (let index = 0; index < length; index++) {
      const item = wire[index];
      if (typeof item === "object" && item !== null) wire[index] = decode(item);
    }
    return wire;
  }
  return hasOwn(wire, "$") ? decodeTagged(wire) : decodeMap(wire);
}

function decodeMap(wire) {
  const names = keys(wire);
  for (let index = 0; index < names.length; index++) {
    const item = wire[names[index]];
    if (typeof item === "object" && item !== null) wire[names[index]] = decode(item);
  }
  return wire;
}

function decodeTagged(wire) {
  switch (wire.$) {
    case "float":
      return typeof wire.v === "number" ? wire.v : +wire.v;
    case "int":
      return PrimordialBigInt(wire.v);
    case "bytes":
      return decodeBase64(wire.v);
    case "time":
      return decodeTime(wire.s, wire.n);
    case "error":
      return decodeError(wire, new PrimordialError(wire.message));
    case "function":
      return functionOf(wire.id) ?? closedFunction;
    case "resource":
      return makeHandle(wire.kind, wire.id);
    default:
      return decodeMap(wire.v);
  }
}

let makeHandle = () => null;

/** Says how a resource of the host becomes an object of the spell. */
export function openHandles(make) {
  makeHandle = make;
}

function closedFunction() {
  throw codedError("script.handle-closed", "The function was released");
}

function decodeTime(seconds, nanoseconds) {
  const fine = nanoseconds % 1e6;
  const date = new PrimordialDate(seconds * 1000 + (nanoseconds - fine) / 1e6);
  // What a Date cannot hold stays with it.
  if (fine !== 0) hide(date, "nanoseconds", fine);
  return date;
}

/** Gives an error the message, code and details of an error in wire form. */
export function decodeError(wire, error) {
  hide(error, "message", wire.message);
  hide(error, "code", wire.code, true);
  hide(error, "details", decode(wire.details ?? null), true);
  return error;
}

/** Defines a property that is not listed (unless told) and that the spell may change. */
export function hide(object, name, value, enumerable = false) {
  defineProperty(object, name, { __proto__: null, value, enumerable, writable: true, configurable: true });
}
