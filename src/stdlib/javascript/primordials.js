// The parts of the language that the prelude uses, taken before the spell can change them. What the spell does
// to prototypes and globals later must not reach the bindings: so no for-of, no spread of arrays, no array
// methods, no regular expressions in the prelude after this, and every record has a null prototype.

const { call } = Function.prototype;
const uncurry = (method) => call.bind(method);

export const { apply } = Reflect;
export const { isArray } = Array;
export const {
  create,
  defineProperty,
  freeze,
  getOwnPropertyDescriptor,
  getPrototypeOf,
  isFrozen,
  keys,
  setPrototypeOf,
} = Object;
export const { ownKeys } = Reflect;
export const { isError } = Error;
export const { isInteger, isSafeInteger } = Number;
export const { parse, stringify } = JSON;
export const {
  Array: PrimordialArray,
  BigInt: PrimordialBigInt,
  Date: PrimordialDate,
  Error: PrimordialError,
  Map: PrimordialMap,
  Number: PrimordialNumber,
  Promise: PrimordialPromise,
  Set: PrimordialSet,
  String: PrimordialString,
  Uint8Array: PrimordialUint8Array,
  WeakMap: PrimordialWeakMap,
} = globalThis;

export const ObjectPrototype = Object.prototype;
export const PromisePrototype = Promise.prototype;
export const hasOwn = uncurry(Object.prototype.hasOwnProperty);
export const objectTag = uncurry(Object.prototype.toString);
export const functionText = uncurry(Function.prototype.toString);
export const mapGet = uncurry(Map.prototype.get);
export const mapSet = uncurry(Map.prototype.set);
export const mapHas = uncurry(Map.prototype.has);
export const mapDelete = uncurry(Map.prototype.delete);
export const mapForEach = uncurry(Map.prototype.forEach);
export const mapSize = uncurry(getOwnPropertyDescriptor(Map.prototype, "size").get);
export const setForEach = uncurry(Set.prototype.forEach);
export const setAdd = uncurry(Set.prototype.add);
export const setSize = uncurry(getOwnPropertyDescriptor(Set.prototype, "size").get);
export const weakGet = uncurry(WeakMap.prototype.get);
export const weakSet = uncurry(WeakMap.prototype.set);
export const dateTime = uncurry(Date.prototype.getTime);
export const dateIso = uncurry(Date.prototype.toISOString);
export const regExpText = uncurry(RegExp.prototype.toString);
export const codeAt = uncurry(String.prototype.charCodeAt);
export const includes = uncurry(String.prototype.includes);
export const indexOf = uncurry(String.prototype.indexOf);
export const slice = uncurry(String.prototype.slice);
export const startsWith = uncurry(String.prototype.startsWith);
export const bigintText = uncurry(BigInt.prototype.toString);
export const symbolText = uncurry(Symbol.prototype.toString);
export const fromCode = String.fromCharCode;
export const { asyncIterator, toStringTag } = Symbol;

const TypedArrayPrototype = getPrototypeOf(Uint8Array.prototype);
/** The name of a typed array's class; undefined for everything else, proxies included. */
export const typedArrayName = uncurry(getOwnPropertyDescriptor(TypedArrayPrototype, toStringTag).get);
export const typedArrayLength = uncurry(getOwnPropertyDescriptor(TypedArrayPrototype, "length").get);
export const bufferLength = uncurry(getOwnPropertyDescriptor(ArrayBuffer.prototype, "byteLength").get);
export const bufferSlice = uncurry(ArrayBuffer.prototype.slice);

/** An array that inherits nothing: neither setters nor toJSON of the spell's making. */
export const bareArray = () => setPrototypeOf([], null);

/** The value of an own property; undefined where it is a getter, which is not run. */
export function dataOf(object, key) {
  const property = getOwnPropertyDescriptor(object, key);
  return property !== undefined && hasOwn(property, "value") ? property.value : undefined;
}

/** Whether a method that only takes its own class takes `value`. */
export function hasBrand(method, value) {
  try {
    method(value);
    return true;
  } catch {
    return false;
  }
}
