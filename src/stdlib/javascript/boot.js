// The prelude's door: the host evaluates this module first, then calls `boot` once and what it gives afterwards.
import { bindFunction, handlePrototype, openPlaces, settleCall } from "./calls.js";
import { openGlobals } from "./globals.js";
import { post } from "./host.js";
import {
  apply,
  bareArray,
  create,
  defineProperty,
  freeze,
  includes,
  indexOf,
  keys,
  parse,
  slice,
} from "./primordials.js";
import { openRandom } from "./random.js";
import { bindResource, codedError, functionOf, openRegistry, releaseFunction } from "./registry.js";
import { isClass } from "./inspect.js";
import { describe, fail } from "./report.js";
import { openTimers } from "./timers.js";
import { decode, encode, hide, openHandles, openLengths } from "./wire.js";

export { connect } from "./host.js";
export { fail } from "./report.js";

/** The granted modules by name, for the source of `llmspell:NAME`. */
export const modules = create(null);

/** The prototypes of handles, by module and kind (`llm.stream`). */
const prototypes = create(null);

openGlobals();

/** Opens the granted modules and what depends on the run. The last thing that runs before the spell. */
export function open(text) {
  const { surface, handles, seed, lengths, positions } = parse(text);
  if (positions) openPlaces();
  openLengths(lengths[0], lengths[1]);
  openRegistry(
    handles,
    (id) => post(`["registered",${id}]`),
    (id) => post(`["released",${id}]`),
  );
  openHandles((kind, id) => {
    // Whatever comes, its module is made by now: its kinds of handles with it.
    void modules[slice(kind, 0, indexOf(kind, "."))];
    const handle = create(prototypes[kind] ?? null);
    bindResource(handle, kind, id);
    return handle;
  });
  for (const name of keys(surface)) openModule(name, surface[name]);
  freeze(modules);
  for (const [name, timer] of openTimers(modules)) hide(globalThis, name, timer);
  openRandom(seed);
}

/** A module is made when the spell first looks at it: a spell is granted more than it uses. */
function openModule(name, surface) {
  let made;
  const get = () => made ?? (made = makeModule(name, surface));
  defineProperty(modules, name, { __proto__: null, get, enumerable: true });
  const set = () => {
    throw new TypeError(`'${name}' is read-only`);
  };
  defineProperty(globalThis, name, { __proto__: null, get, set, enumerable: true });
}

/** Everything in a surface is a list: the spell runs already, and what a map lacks could be found on its prototype. */
function makeModule(name, surface) {
  const lists = parse(surface);
  // One by one: taking a list apart goes through its iterator, which the spell may have changed.
  const values = lists[0];
  const functions = lists[1];
  const kinds = lists[2];
  const module = create(null);
  for (let index = 0; index < kinds.length; index++) {
    prototypes[`${name}.${kinds[index][0]}`] = handlePrototype(name, kinds[index]);
  }
  for (let index = 0; index < values.length; index++) module[values[index][0]] = deepFreeze(decode(values[index][1]));
  for (let index = 0; index < functions.length; index++) {
    module[functions[index][0]] = bindFunction(name, functions[index]);
  }
  return freeze(module);
}

function deepFreeze(value) {
  if (typeof value !== "object" || value === null) return value;
  const names = keys(value);
  for (let index = 0; index < names.length; index++) deepFreeze(value[names[index]]);
  return ArrayBuffer.isView(value) ? value : freeze(value);
}

/** Runs the program: its module, then its default export where that is a function and no class. Sends the result or the error. */
export async function run(text) {
  try {
    const { file, parameters } = parse(text);
    const namespace = await import(file);
    let value = namespace.default;
    if (typeof value === "function" && !isClass(value))
      value = apply(value, undefined, argumentList(decode(parameters)));
    value = await value;
    post(`["result",${encode(value, "result")}]`);
  } catch (error) {
    fail(error);
  }
}

function argumentList(value) {
  const list = bareArray();
  list[0] = value;
  return list;
}

/** A message of the host: the answer to a call, a call of one of the spell's functions, or their release. */
export function deliver(text) {
  const message = parse(text);
  const tagged = includes(text, '"$"');
  if (message[0] === "return") settleCall(message[1], message[2], message[3], tagged);
  else if (message[0] === "callback") void callBack(message[1], message[2], decode(message[3]));
  else for (let index = 0; index < message[1].length; index++) releaseFunction(message[1][index]);
}

async function callBack(id, target, args) {
  let answer;
  try {
    const called = functionOf(target);
    if (called === undefined) throw codedError("script.handle-closed", "The function was released");
    answer = `true,${encode(await apply(called, undefined, args), "result")}`;
  } catch (error) {
    answer = `false,${describe(error)}`;
  }
  post(`["returned",${id},${answer}]`);
}
