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
// Of every function that ever had one: the same function always has the same id.
const idOf = new PrimordialWeakMap();
const resources = new PrimordialWeakMap();
let lastId = 0;
let limit = 0;
let announce = () => {};
let retract = () => {};
// The functions that the call whose arguments are being read was given.
let given;

/** Sets how many functions may be registered, and who is told of each, and of its end. */
export function openRegistry(handles, registered, released) {
  limit = handles;
  announce = registered;
  retract = released;
}

/** Notes which functions `read` gives to the host, in a list that {@link giveBack} takes. Reading may call the spell, which may call again. */
export function lending(list, read) {
  const before = given;
  given = list;
  try {
    return read();
  } catch (error) {
    giveBack(list);
    throw error;
  } finally {
    given = before;
  }
}

/** The host is done with these functions, once for each time that they were given. */
export function giveBack(list) {
  for (let index = 0; index < list.length; index++) {
    const held = mapGet(byId, list[index]);
    if (held === undefined) continue;
    held.uses--;
    if (held.uses === 0) {
      releaseFunction(list[index]);
      retract(list[index]);
    }
  }
}

/** An error with a code, as the gate's errors are. */
export function codedError(code, message, details = null) {
  const error = new PrimordialError(message);
  error.code = code;
  error.details = details;
  return error;
}

/** The id of a function that is given to the host: it may call it until that is given back. */
export function functionId(target) {
  const id = weakGet(idOf, target) ?? lastId + 1;
  let held = mapGet(byId, id);
  if (held === undefined) {
    if (mapSize(byId) >= limit)
      throw codedError("limit.handles", `More than ${limit} functions were given to the host`);
    held = { __proto__: null, target, uses: 0 };
    if (id > lastId) lastId = id;
    mapSet(byId, id, held);
    weakSet(idOf, target, id);
    announce(id);
  }
  held.uses++;
  if (given !== undefined) given[given.length] = id;
  return id;
}

/** The function of an id; undefined where it is forgotten. */
export function functionOf(id) {
  return mapGet(byId, id)?.target;
}

/** Forgets a function, however often it was given. */
export function releaseFunction(id) {
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
