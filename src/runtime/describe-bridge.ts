import type { Bridge, BridgeFunction, BridgeMethod } from "../contract/bridge.ts";
import { describeField, fieldsOf, typeName, type FieldDoc } from "./describe-type.ts";
import type { Notation } from "./notation.ts";

/** A bridge's documentation in the names of one language, made from its table. */
export interface BridgeDoc {
  readonly name: string;
  readonly doc: string;
  readonly capability: string;
  readonly language: string;
  readonly values: readonly { readonly name: string; readonly doc: string }[];
  readonly functions: readonly FunctionDoc[];
  readonly handles: readonly HandleDoc[];
  /** The options that a profile may give it. */
  readonly grant: readonly FieldDoc[];
}

/** One function or method. */
export interface FunctionDoc {
  readonly name: string;
  /** `await llm.complete(prompt, options?)` */
  readonly signature: string;
  readonly doc: string;
  readonly parameters: readonly FieldDoc[];
  readonly returns: { readonly type: string; readonly fields: readonly FieldDoc[] };
  /** The field that the answer prints as. */
  readonly text?: string;
  /** The limit that it counts against besides `limits.calls`. */
  readonly counts?: string;
  /** How to walk through what it gives. */
  readonly loop?: string;
}

/** One kind of handle. */
export interface HandleDoc {
  readonly kind: string;
  readonly doc: string;
  readonly methods: readonly FunctionDoc[];
}

/** Describes a bridge. */
export function describeBridge(bridge: Bridge, notation: Notation): BridgeDoc {
  const { name, doc, capability, values = {}, functions, handles = {}, grant } = bridge;
  const module = notation.module(name);
  const describe = (target: string, key: string, definition: BridgeFunction | BridgeMethod) =>
    describeFunction(bridge, target, key, definition, notation);
  return {
    name,
    doc,
    capability,
    language: notation.language,
    values: Object.entries(values).map(([key, value]) => ({ name: `${module}.${notation.name(key)}`, doc: value.doc })),
    functions: Object.entries(functions).map(([key, definition]) => describe(`${module}.`, key, definition)),
    handles: Object.entries(handles).map(([kind, handle]) => ({
      kind,
      doc: handle.doc,
      methods: Object.entries(handle.methods).map(([key, method]) =>
        describe(`${kind}${notation.method}`, key, method),
      ),
    })),
    // A profile is written in canonical names, whatever the language.
    grant: fieldsOf(grant(), { ...notation, name: (canonical) => canonical }),
  };
}

function describeFunction(
  bridge: Bridge,
  target: string,
  key: string,
  definition: BridgeFunction | BridgeMethod,
  notation: Notation,
): FunctionDoc {
  const { parameters, returns, doc, text, counts, opens } = definition;
  const fields = Object.entries(parameters).map(([name, schema]) => describeField(name, schema, notation));
  const names = fields.map(({ name, optional }) => (optional ? `${name}?` : name));
  const call = `${target}${notation.name(key)}(${names.join(", ")})`;
  const isLocal = "local" in definition && definition.local !== undefined;
  const isWalkable = opens !== undefined && bridge.handles?.[opens]?.next !== undefined;
  return {
    name: notation.name(key),
    signature: `${isLocal ? "" : notation.wait}${call}`,
    doc,
    parameters: fields,
    returns: {
      type: opens ?? typeName(returns, notation),
      fields: fieldsOf(returns, notation),
    },
    ...(text === undefined ? {} : { text: notation.name(text) }),
    ...(counts === undefined ? {} : { counts }),
    ...(isWalkable ? { loop: notation.loop(`${target}${notation.name(key)}(…)`) } : {}),
  };
}

/** The part of a doc that stands alone in lists. */
export function firstSentence(doc: string): string {
  return /^.*?[.](?=\s|$)/s.exec(doc)?.[0].replace(/\.$/, "") ?? doc;
}
