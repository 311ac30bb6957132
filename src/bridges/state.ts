import { bridgeFunction, type Bridge, type CallContext } from "../contract/bridge.ts";
import { SpellError } from "../contract/errors.ts";
import type { RunInfo } from "../contract/run.ts";
import { integer, shape, once, type Parsed, size, v, value as valueSchema } from "../contract/schema.ts";
import { FunctionHandle, isValueMap, ResourceHandle, type Value } from "../contract/value.ts";
import { decodeValue, encodeValue } from "../contract/wire.ts";

const grantSchema = once(() =>
  shape({
    maxBytes: v.optional(v.pipe(size(), v.description("All keys and values together")), 1024 * 1024),
    maxKeys: v.optional(v.pipe(integer(1), v.description("How many keys there may be")), 1000),
  }),
);

type Grant = Parsed<ReturnType<typeof grantSchema>>;

/** Longer keys are data. */
const MAX_KEY = 1024;

/** What one run keeps: values as the JSON of their wire form, so that what is given out is a copy and sizes are known. */
interface Store {
  readonly texts: Map<string, string>;
  bytes: number;
}

/** Gone with its run. */
const stores = new WeakMap<RunInfo, Store>();

function storeOf({ run }: CallContext): Store {
  const found = stores.get(run) ?? { texts: new Map<string, string>(), bytes: 0 };
  stores.set(run, found);
  return found;
}

const bytesOf = (key: string, text: string) => Buffer.byteLength(key) + Buffer.byteLength(text);

function remove({ texts, bytes }: Store, key: string): number {
  const old = texts.get(key);
  texts.delete(key);
  return old === undefined ? bytes : bytes - bytesOf(key, old);
}

/** A handle ends with its call or its stream: kept, it would look alive. */
function requireData(value: Value): void {
  if (value instanceof FunctionHandle || value instanceof ResourceHandle) {
    throw new SpellError("value.unsupported", "state.set: functions and handles cannot be kept", {
      fix: "Keep the data that they are made from",
    });
  }
  if (Array.isArray(value)) for (const item of value as readonly Value[]) requireData(item);
  else if (isValueMap(value)) for (const item of Object.values(value)) requireData(item);
}

const keyParameter = () => ({ key: v.pipe(v.string(), v.maxLength(MAX_KEY), v.description("Its name: any text")) });

const get = bridgeFunction({
  doc: "What is kept under a key; null (nil, undefined) where there is nothing. It is a copy.",
  parameters: keyParameter,
  returns: () => valueSchema(),
  repeat: "safe",
  run({ key }, call) {
    const text = storeOf(call).texts.get(key);
    return text === undefined ? null : decodeValue(JSON.parse(text));
  },
});

const set = bridgeFunction({
  doc: "Keeps a copy of a value under a key, in place of what was there. Null (nil, undefined) removes it.",
  parameters: () => ({
    ...keyParameter(),
    value: v.optional(v.pipe(valueSchema(), v.description("Data; no functions or handles"))),
  }),
  returns: () => v.null(),
  repeat: "safe",
  memory: true,
  run({ key, value = null }, call) {
    const { maxBytes, maxKeys } = call.grant as Grant;
    const store = storeOf(call);
    if (value === null) {
      store.bytes = remove(store, key);
      return null;
    }
    requireData(value);
    const text = JSON.stringify(encodeValue(value));
    const old = store.texts.get(key);
    const bytes = store.bytes - (old === undefined ? 0 : bytesOf(key, old)) + bytesOf(key, text);
    if (bytes > maxBytes) {
      throw new SpellError("limit.state", `state.set: ${bytes} bytes would be kept, over state.maxBytes = ${maxBytes}`);
    }
    if (old === undefined && store.texts.size >= maxKeys) {
      throw new SpellError("limit.state", `state.set: there are state.maxKeys = ${maxKeys} keys already`);
    }
    store.texts.set(key, text);
    store.bytes = bytes;
    return null;
  },
});

const has = bridgeFunction({
  doc: "Whether something is kept under a key.",
  parameters: keyParameter,
  returns: () => v.boolean(),
  repeat: "safe",
  run: ({ key }, call) => storeOf(call).texts.has(key),
});

const drop = bridgeFunction({
  doc: "Removes what is kept under a key; tells whether there was something.",
  parameters: keyParameter,
  returns: () => v.boolean(),
  repeat: "safe",
  memory: true,
  run({ key }, call) {
    const store = storeOf(call);
    const had = store.texts.has(key);
    store.bytes = remove(store, key);
    return had;
  },
});

const keys = bridgeFunction({
  doc: "All keys under which something is kept, sorted.",
  parameters: () => ({}),
  returns: () => v.array(v.string()),
  repeat: "safe",
  run: (_args, call) => [...storeOf(call).texts.keys()].sort(),
});

/** A store of one run. */
export const state = {
  name: "state",
  doc: "Keeps values by key while the run lasts, outside of the script's memory. Each run has its own, which begins empty and is gone with it.",
  capability: "run",
  grant: grantSchema,
  functions: { get, set, has, delete: drop, keys },
} satisfies Bridge;
