// What crosses by number: functions of the spell, and resources of the host.
import {
  mapDelete,
  mapGet,
  mapSet,
  mapSize,
  PrimordialError,
  PrimordialMap,
  PrimordialWeakMap,
  weakGet,
  weakSet,
} from "./primordials.js";

const byId = new PrimordialMap();
const byFunction = new PrimordialMap();
const resources = new PrimordialWeakMap();
let lastId = 0;
let limit = 0;
let announce = () => {};

/** Sets how many functions may be registered, and who is told of each. */
export function openRegistry(handles, registered) {
  limit = handles;
  announce = registered;
}

/** An error with a code, as the gate's errors are. */
export function codedError(code, message, details = null) {
  const error = new PrimordialError(message);
  error.code = code;
  error.details = details;
  return error;
}

/** The id of a function: the same until it is released. */
export function functionId(target) {
  const known = mapGet(byFunction, target);
  if (known !== undefined) return known;
  if (mapSize(byId) >= limit) throw codedError("limit.handles", `More than ${limit} functions were given to the host`);
  lastId++;
  mapSet(byId, lastId, target);
  mapSet(byFunction, target, lastId);
  announce(lastId);
  return lastId;
}

/** The function of an id; undefined after its release. */
export function functionOf(id) {
  return mapGet(byId, id);
}

/** Forgets a function that the host will not call any more. */
export function releaseFunction(id) {
  mapDelete(byFunction, mapGet(byId, id));
  mapDelete(byId, id);
}

/** Makes `object` stand for a resource of the host. */
export function bindResource(object, kind, id) {
  weakSet(resources, object, { __proto__: null, kind, id });
}

/** The resource that an object stands for. */
export function resourceOf(object) {
  return weakGet(resources, object);
}
