// structuredClone, for plain data and the built-in containers.
import {
  bufferLength,
  bufferSlice,
  dateTime,
  defineProperty,
  getPrototypeOf,
  hasBrand,
  isArray,
  isError,
  keys,
  mapForEach,
  mapGet,
  mapSet,
  mapSize,
  PrimordialArray,
  PrimordialDate,
  PrimordialError,
  PrimordialMap,
  PrimordialSet,
  regExpText,
  setAdd,
  setForEach,
  setSize,
  typedArrayName,
} from "./primordials.js";
import { hide } from "./wire.js";

const { DOMException, RegExp } = globalThis;

/** A deep copy. Functions, symbols, promises and handles cannot be cloned. */
export function structuredClone(value) {
  return copy(value, new PrimordialMap());
}

function copy(value, seen) {
  if (typeof value === "function" || typeof value === "symbol") throw cannot(typeof value);
  if (typeof value !== "object" || value === null) return value;
  const known = mapGet(seen, value);
  if (known !== undefined) return known;
  const result = emptyLike(value);
  mapSet(seen, value, result);
  if (hasBrand(mapSize, value)) {
    mapForEach(value, (item, key) => mapSet(result, copy(key, seen), copy(item, seen)));
  } else if (hasBrand(setSize, value)) {
    setForEach(value, (item) => setAdd(result, copy(item, seen)));
  } else if (isArray(value) || isPlain(value)) {
    copyKeys(value, result, seen);
  }
  return result;
}

function copyKeys(value, result, seen) {
  const names = keys(value);
  for (let index = 0; index < names.length; index++) {
    const item = copy(value[names[index]], seen);
    defineProperty(result, names[index], {
      __proto__: null,
      value: item,
      enumerable: true,
      writable: true,
      configurable: true,
    });
  }
}

function isPlain(value) {
  return !isError(value) && typedArrayName(value) === undefined && !hasBrand(bufferLength, value) && !isLeaf(value);
}

function isLeaf(value) {
  return hasBrand(dateTime, value) || (value instanceof RegExp && hasBrand(regExpText, value));
}

function emptyLike(value) {
  if (isArray(value)) return new PrimordialArray(value.length);
  if (isError(value)) {
    const error = new PrimordialError(value.message);
    hide(error, "name", value.name);
    hide(error, "stack", value.stack);
    return error;
  }
  if (hasBrand(dateTime, value)) return new PrimordialDate(dateTime(value));
  if (isLeaf(value)) return new RegExp(value.source, value.flags);
  if (hasBrand(mapSize, value)) return new PrimordialMap();
  if (hasBrand(setSize, value)) return new PrimordialSet();
  if (hasBrand(bufferLength, value)) return bufferSlice(value, 0);
  const typed = typedArrayName(value);
  if (typed !== undefined) return new (getPrototypeOf(value).constructor)(value);
  if (value instanceof WeakMap || value instanceof WeakSet || value instanceof Promise)
    throw cannot("object of its kind");
  return {};
}

function cannot(kind) {
  return new DOMException(`A ${kind} cannot be cloned`, "DataCloneError");
}
