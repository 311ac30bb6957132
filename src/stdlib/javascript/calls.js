// Calls to bridges: a promise for each, which the host's answer settles.
import { post, postFrom } from "./host.js";
import {
  apply,
  asyncIterator,
  bareArray,
  create,
  freeze,
  indexOf,
  isArray,
  mapDelete,
  mapGet,
  mapSet,
  PrimordialError,
  PrimordialMap,
  PrimordialPromise,
  PrimordialString,
  PromisePrototype,
  slice,
  stringify,
  weakGet,
  weakSet,
  PrimordialWeakMap,
  setPrototypeOf,
} from "./primordials.js";
import { codedError, giveBack, lending, resourceOf } from "./registry.js";
import { decode, decodeError, encode, hide, resourceText } from "./wire.js";

const pending = new PrimordialMap();
const callOf = new PrimordialWeakMap();
let lastCall = 0;

// What differs where calls say their place. Each branch would be a step of fuel: so these are chosen once.
let send = post;
let walkPromise = walk;
let walkResource = walkHandle;
// The stack of the loop that a step belongs to: QuickJS notes no place of the step itself.
let loop;

/** Makes each call say where the script made it. */
export function openPlaces() {
  send = (text, error) => postFrom(text, loop ?? error.stack);
  walkPromise = (promise, open) => walk(promise, within(new PrimordialError("").stack, open));
  walkResource = (handle, next, close) => {
    const from = loop ?? new PrimordialError("").stack;
    return walkHandle(handle, within(from, next), close && within(from, close));
  };
}

function within(stack, method) {
  return function step(handle) {
    try {
      loop = stack;
      return method === iterator ? iterator(handle) : apply(method, this, bareArray());
    } finally {
      loop = undefined;
    }
  };
}

// What the promises of calls inherit. `constructor` stands here so that `await` takes the promise as it is,
// whatever the spell does to Promise.prototype.
const CallPromise = create(PromisePrototype);
hide(CallPromise, "constructor", PrimordialPromise);
hide(CallPromise, "cancel", function cancel() {
  const id = weakGet(callOf, this);
  const call = mapGet(pending, id);
  if (call === undefined) return;
  mapDelete(pending, id);
  giveBack(call.lent);
  post(`["cancel",${id}]`);
  const wire = { __proto__: null, code: "call.cancelled", message: "The call was cancelled", details: null };
  call.reject(decodeError(wire, call.error));
});

const IterableCallPromise = create(CallPromise);
hide(IterableCallPromise, asyncIterator, function iterate() {
  return walkPromise(this, iterator);
});

/** The arguments as JSON. Drops what trails as undefined or null, and names the argument that cannot be sent. */
function encodeArguments(args, self) {
  let { length } = args;
  while (length > 0 && (args[length - 1] === undefined || args[length - 1] === null)) length--;
  let text = self === undefined ? "[" : `[${resourceText(self)}`;
  for (let index = 0; index < length; index++) {
    const item = encode(args[index], `args[${index}]`);
    text += text === "[" ? item : `,${item}`;
  }
  return `${text}]`;
}

/** Sends a call and gives its promise. `head` is the JSON of module and function; `keeps`: of functions among its arguments. */
function begin(head, prototype, finish, args, self, keeps) {
  const error = new PrimordialError("");
  let id = 0;
  const promise = new PrimordialPromise((resolve, reject) => {
    const lent = bareArray();
    const text = lending(lent, () => encodeArguments(args, self));
    id = ++lastCall;
    mapSet(pending, id, { __proto__: null, resolve, reject, error, finish, lent: keeps ? bareArray() : lent });
    send(`["call",${id},${head},${text}]`, error);
  });
  setPrototypeOf(promise, prototype);
  weakSet(callOf, promise, id);
  return promise;
}

/** The host's answer to a call. */
export function settleCall(id, ok, wire, tagged) {
  const call = mapGet(pending, id);
  if (call === undefined) return;
  mapDelete(pending, id);
  if (ok) {
    const value = tagged ? decode(wire) : wire;
    giveBack(call.lent);
    call.resolve(call.finish === undefined ? value : call.finish(value));
  } else {
    giveBack(call.lent);
    hide(call.error, "stack", ownFrames(call.error.stack));
    call.reject(decodeError(wire, call.error));
  }
}

/** Tells the host that a call only waits for a timer of the spell's. */
export function markTimer(promise) {
  const id = weakGet(callOf, promise);
  if (id !== undefined) post(`["timer",${id}]`);
}

/** A stack without the frames of the prelude. */
export function ownFrames(stack) {
  if (typeof stack !== "string") return "";
  let result = "";
  for (let start = 0; start < stack.length;) {
    const found = indexOf(stack, "\n", start);
    const end = found < 0 ? stack.length : found + 1;
    const line = slice(stack, start, end);
    if (indexOf(line, "(llmspell:") < 0) result += line;
    start = end;
  }
  return result;
}

function asText(field) {
  return (value) => {
    if (typeof value !== "object" || value === null || isArray(value)) return value;
    hide(value, "toString", function toString() {
      return PrimordialString(this[field] ?? "");
    });
    return value;
  };
}

/** The function of a module, from its surface: `[name, canonical, text, kind, keeps]`, each a text. */
export function bindFunction(module, surface) {
  const name = surface[0];
  const text = surface[2];
  const kind = surface[3];
  const keeps = surface[4] !== "";
  const head = `${stringify(module)},${stringify(surface[1])}`;
  const finish = text === "" ? undefined : asText(text);
  const prototype = kind === "iterable" ? IterableCallPromise : CallPromise;
  const bound =
    kind === "output"
      ? { [name]: (value) => post(`["output","stdout",${stringify(PrimordialString(value))}]`) }[name]
      : { [name]: (...args) => begin(head, prototype, finish, args, undefined, keeps) }[name];
  return freeze(bound);
}

/** The prototype of the handles of one kind, from its surface: `[kind, methods, next, close]`, the last two names of methods. */
export function handlePrototype(module, surface) {
  const prototype = { __proto__: null };
  const kind = surface[0];
  const methods = surface[1];
  for (let index = 0; index < methods.length; index++) {
    const method = methods[index];
    hide(prototype, method[0], bindMethod(module, kind, method, method[0] === surface[2]));
  }
  if (surface[2] !== "") {
    const next = prototype[surface[2]];
    const close = surface[3] === "" ? undefined : prototype[surface[3]];
    hide(prototype, asyncIterator, function iterate() {
      return walkResource(this, next, close);
    });
  }
  const label = `[${module}.${kind}]`;
  hide(prototype, "toString", () => label);
  return freeze(prototype);
}

function bindMethod(module, kind, method, isNext) {
  const name = method[0];
  const head = `${stringify(module)},${stringify(`${kind}.${method[1]}`)}`;
  const promisePrototype = method[3] === "iterable" ? IterableCallPromise : CallPromise;
  let finish = method[2] === "" ? undefined : asText(method[2]);
  if (isNext && finish !== undefined) finish = asItem(finish);
  return freeze(
    {
      [name](...args) {
        const self = resourceOf(this);
        if (self === undefined) throw new TypeError(`${name} was called without its ${kind}`);
        return begin(head, promisePrototype, finish, args, self, method[4] !== "");
      },
    }[name],
  );
}

function asItem(finish) {
  return (answer) => {
    if (typeof answer === "object" && answer !== null) finish(answer.value);
    return answer;
  };
}

/** Walks through a handle; leaving early closes it. QuickJS calls `return` after the last item too. */
function walkHandle(handle, next, close) {
  let finished = false;
  return {
    async next() {
      if (finished) return { done: true, value: undefined };
      const answer = await apply(next, handle, bareArray());
      finished = answer.done === true;
      return finished ? { done: true, value: undefined } : { done: false, value: answer.value };
    },
    async return(value) {
      if (!finished && close !== undefined) await apply(close, handle, bareArray());
      finished = true;
      return { done: true, value };
    },
    [asyncIterator]() {
      return this;
    },
  };
}

/** Walks through the handle that a call will answer with. */
function walk(promise, iterate) {
  let inner;
  const open = async () => (inner ??= iterate(await promise));
  return {
    async next() {
      return await apply((await open()).next, inner, bareArray());
    },
    async return(value) {
      return await apply((await open()).return, inner, [value]);
    },
    [asyncIterator]() {
      return this;
    },
  };
}

function iterator(handle) {
  const method = handle?.[asyncIterator];
  if (typeof method !== "function") throw codedError("value.unsupported", "The call did not answer with a stream");
  return apply(method, handle, bareArray());
}
