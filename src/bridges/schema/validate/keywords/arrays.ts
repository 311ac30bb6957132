import type { Value } from "../../../../contract/value.ts";
import { applyTo } from "../apply.ts";
import type { Check, KeywordCompiler, KeywordRow } from "../compiler.ts";
import { asJson, identityOf } from "../values.ts";

function items(value: Value): readonly Value[] | undefined {
  return Array.isArray(value) ? (value as readonly Value[]) : undefined;
}

function many(count: number): string {
  return count === 1 ? "1 item" : `${count} items`;
}

const minItems: KeywordCompiler = (given, context) => {
  const least = context.count(given);
  return (value, place, run) => {
    const count = items(value)?.length ?? Infinity;
    return (
      count >= least ||
      run.fail(place, "minItems", context.pointer, `must have at least ${many(least)}, and has ${count}`)
    );
  };
};

const maxItems: KeywordCompiler = (given, context) => {
  const most = context.count(given);
  return (value, place, run) => {
    const count = items(value)?.length ?? 0;
    return (
      count <= most || run.fail(place, "maxItems", context.pointer, `must have at most ${many(most)}, and has ${count}`)
    );
  };
};

const uniqueItems: KeywordCompiler = (given, context) => {
  if (given !== true) return undefined;
  return (value, place, run) => {
    const first = new Map<string, number>();
    for (const [index, item] of (items(value) ?? []).entries()) {
      const identity = identityOf(item, run.meter.spend);
      const before = first.get(identity);
      if (before !== undefined) {
        return run.fail(place.item(index), "uniqueItems", context.pointer, `is the same as item ${before}`);
      }
      first.set(identity, index);
    }
    return true;
  };
};

const prefixItems: KeywordCompiler = (given, context) => {
  const nodes = context.list(given).map((schema, index) => context.node(schema, index));
  return (value, place, run, seen) => {
    const list = items(value);
    if (list === undefined) return true;
    let fits = true;
    for (let index = 0; index < Math.min(nodes.length, list.length); index++) {
      const [node, item] = [nodes[index], list[index]];
      if (node !== undefined && item !== undefined) fits = applyTo(node, item, place.item(index), run) && fits;
    }
    seen?.addItems(nodes.length);
    return fits;
  };
};

/** Each item from `from` on. */
function rest(keyword: string, schema: Value, from: number, context: Parameters<KeywordCompiler>[1]): Check {
  if (Array.isArray(schema)) {
    throw context.fault("must be a schema, not a list of them: since 2020-12 that is prefixItems");
  }
  const node = context.node(schema);
  return (value, place, run, seen) => {
    const list = items(value);
    if (list === undefined) return true;
    let fits = true;
    for (let index = from; index < list.length; index++) {
      if (keyword !== "items" && seen?.hasItem(index) === true) continue;
      fits = applyTo(node, list[index] ?? null, place.item(index), run) && fits;
      if (!fits && run.errors === undefined) break;
    }
    seen?.addItems(list.length);
    return fits;
  };
}

const everyItem: KeywordCompiler = (given, context) => {
  const prefix = context.schema["prefixItems"];
  return rest("items", given, Array.isArray(prefix) ? prefix.length : 0, context);
};

const unevaluatedItems: KeywordCompiler = (given, context) => {
  context.track();
  return rest("unevaluatedItems", given, 0, context);
};

const contains: KeywordCompiler = (given, context) => {
  const node = context.node(given);
  const { minContains: least = 1, maxContains: most = Infinity } = context.resource.validates ? context.schema : {};
  const [from, to] = [Number(asJson(least)), Number(asJson(most))];
  return (value, place, run, seen) => {
    const list = items(value);
    if (list === undefined) return true;
    let count = 0;
    for (const [index, item] of list.entries()) {
      if (!run.aside(undefined, () => applyTo(node, item, place, run))) continue;
      count++;
      seen?.addItem(index);
    }
    if (count < from)
      return run.fail(
        place,
        "contains",
        context.pointer,
        `must have at least ${many(from)} of a kind, and has ${count}`,
      );
    return (
      count <= to ||
      run.fail(place, "maxContains", context.pointer, `must have at most ${many(to)} of a kind, and has ${count}`)
    );
  };
};

/** Only looks at its own form: `contains` counts. */
const counted: KeywordCompiler = (given, context) => {
  context.count(given);
  return undefined;
};

/** Keywords for arrays. */
export const ARRAYS: readonly KeywordRow[] = [
  { keyword: "minItems", compile: minItems, validation: true },
  { keyword: "maxItems", compile: maxItems, validation: true },
  { keyword: "uniqueItems", compile: uniqueItems, validation: true },
  { keyword: "prefixItems", compile: prefixItems },
  { keyword: "items", compile: everyItem },
  { keyword: "contains", compile: contains },
  { keyword: "minContains", compile: counted, validation: true },
  { keyword: "maxContains", compile: counted, validation: true },
];

/** After all others. */
export const LEFT_ITEMS: readonly KeywordRow[] = [{ keyword: "unevaluatedItems", compile: unevaluatedItems }];
