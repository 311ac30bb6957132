// The prelude's door: the host evaluates this module first, then calls `boot` once and what it gives afterwards.
import { bindFunction, handlePrototype, openPlaces, settleCall } from "./calls.js";
import { openGlobals } from "./globals.js";
import { post } from "./host.js";
import { apply, bareArray, create, defineProperty, freeze, includes, keys, parse } from "./primordials.js";
import { openRandom } from "./random.js";
import { bindResource, codedError, functionOf, openRegistry, releaseFunction } from "./registry.js";
import { describe, fail } from "./report.js";
import { decode, encode, openHandles } from "./wire.js";

export { connect } from "./host.js";
export { fail } from "./report.js";

/** The granted modules by name, for the source of `llmspell:NAME`. */
export const modules = create(null);

/** Makes the granted modules and what else is global. The last thing that runs before the spell. */
export function open(text) {
  const { surface, handles, seed, positions } = parse(text);
  if (positions) openPlaces();
  openRegistry(handles, (id) => post(`["registered",${id}]`));
  const prototypes = create(null);
  openHandles((kind, id) => {
    const handle = create(prototypes[kind] ?? null);
    bindResource(handle, kind, id);
    return handle;
  });
  for (const name of keys(surface)) {
    const { values, functions, handles: kinds } = surface[name];
    const module = create(null);
    for (const kind of keys(kinds)) prototypes[`${name}.${kind}`] = handlePrototype(name, kind, kinds[kind]);
    for (const value of keys(values)) module[value] = deepFreeze(decode(values[value]));
    for (const guest of keys(functions)) module[guest] = bindFunction(name, guest, functions[guest]);
    modules[name] = freeze(module);
    defineProperty(globalThis, name, { __proto__: null, value: module, enumerable: true });
  }
  freeze(modules);
  openGlobals(modules.time, keys(modules));
  openRandom(seed);
}

function deepFreeze(value) {
  if (typeof value !== "object" || value === null) return value;
  const names = keys(value);
  for (let index = 0; index < names.length; index++) deepFreeze(value[names[index]]);
  return ArrayBuffer.isView(value) ? value : freeze(value);
}

/** Runs the program: its module, then its default export where that is a function. Sends the result or the error. */
export async function run(text) {
  try {
    const { file, parameters } = parse(text);
    const namespace = await import(file);
    let value = namespace.default;
    if (typeof value === "function") value = apply(value, undefined, argumentList(decode(parameters)));
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
