import { nearest } from "../../../../contract/nearest.ts";
import { isValueMap, type Value, type ValueMap } from "../../../../contract/value.ts";
import { applyBranch, applyTo } from "../apply.ts";
import type { Check, KeywordCompiler, KeywordContext, KeywordRow, SchemaNode } from "../compiler.ts";
import { has } from "../resource.ts";
import { entriesOf } from "../values.ts";

function many(count: number): string {
  return count === 1 ? "1 property" : `${count} properties`;
}

const countOf = (value: Value) => (isValueMap(value) ? entriesOf(value).length : undefined);

const minProperties: KeywordCompiler = (given, context) => {
  const least = context.count(given);
  return (value, place, run) => {
    const count = countOf(value) ?? Infinity;
    return (
      count >= least ||
      run.fail(place, "minProperties", context.pointer, `must have at least ${many(least)}, and has ${count}`)
    );
  };
};

const maxProperties: KeywordCompiler = (given, context) => {
  const most = context.count(given);
  return (value, place, run) => {
    const count = countOf(value) ?? 0;
    return (
      count <= most ||
      run.fail(place, "maxProperties", context.pointer, `must have at most ${many(most)}, and has ${count}`)
    );
  };
};

/** Those that must be there, each a place of its own. */
function requiring(names: readonly string[], keyword: string, context: KeywordContext, why = ""): Check {
  return (value, place, run) => {
    if (!isValueMap(value)) return true;
    let fits = true;
    run.meter.spend(names.length);
    for (const name of names) {
      if (!has(value, name)) fits = run.fail(place.item(name), keyword, context.pointer, `is missing${why}`);
    }
    return fits;
  };
}

const required: KeywordCompiler = (given, context) => requiring(context.names(given), "required", context);

const dependentRequired: KeywordCompiler = (given, context) => {
  const checks = Object.entries(context.map(given)).map(([name, names]) => ({
    name,
    check: requiring(context.names(names), "dependentRequired", context, `, since there is ${JSON.stringify(name)}`),
  }));
  return (value, place, run, seen) =>
    !isValueMap(value) || checks.every(({ name, check }) => !has(value, name) || check(value, place, run, seen));
};

/** Applies the schemas to the properties that have one. */
const properties: KeywordCompiler = (given, context) => {
  const nodes = Object.entries(context.map(given)).map(([name, schema]) => [name, context.node(schema, name)] as const);
  return (value, place, run, seen) => {
    if (!isValueMap(value)) return true;
    let fits = true;
    run.meter.spend(nodes.length >> 3);
    for (const [name, node] of nodes) {
      if (!has(value, name)) continue;
      seen?.addName(name);
      fits = applyTo(node, value[name] ?? null, place.item(name), run) && fits;
      if (!fits && run.errors === undefined) break;
    }
    return fits;
  };
};

function patternsOf(given: Value, context: KeywordContext) {
  return Object.entries(context.map(given)).map(([source, schema]) => ({
    pattern: context.pattern(source, source),
    schema,
    source,
  }));
}

const patternProperties: KeywordCompiler = (given, context) => {
  const rows = patternsOf(given, context).map((row) => ({ ...row, node: context.node(row.schema, row.source) }));
  return (value, place, run, seen) => {
    if (!isValueMap(value)) return true;
    let fits = true;
    for (const [name, item] of entriesOf(value)) {
      for (const { pattern, node } of rows) {
        if (!pattern.test(name, run.meter)) continue;
        seen?.addName(name);
        fits = applyTo(node, item, place.item(name), run) && fits;
      }
    }
    return fits;
  };
};

const additionalProperties: KeywordCompiler = (given, context) => {
  const node = context.node(given);
  const { properties: named = {}, patternProperties: patterned = {} } = context.schema;
  const names = new Set(isValueMap(named) ? Object.keys(named) : []);
  const patterns = patternsOf(patterned, context);
  return (value, place, run, seen) => {
    if (!isValueMap(value)) return true;
    let fits = true;
    for (const [name, item] of entriesOf(value)) {
      run.meter.spend(1);
      if (names.has(name) || patterns.some(({ pattern }) => pattern.test(name, run.meter))) continue;
      seen?.addName(name);
      if (given === false) fits = unexpected("additionalProperties", name, names, value)(place, run, context);
      else fits = applyTo(node, item, place.item(name), run) && fits;
    }
    return fits;
  };
};

/** One that is not allowed: with the name that may be meant. */
function unexpected(keyword: string, name: string, names: ReadonlySet<string>, value: ValueMap) {
  return (place: Parameters<Check>[1], run: Parameters<Check>[2], context: KeywordContext): false => {
    if (!run.wantsErrors) return false;
    const missing = names.size > 1000 ? [] : [...names].filter((each) => !has(value, each));
    const near = name.length < 100 ? nearest(name, missing) : undefined;
    const hint = near === undefined ? "" : `; did you mean ${JSON.stringify(near)}?`;
    return run.fail(place.item(name), keyword, context.pointer, `is not expected${hint}`);
  };
}

const propertyNames: KeywordCompiler = (given, context) => {
  const node = context.node(given);
  return (value, place, run) => {
    if (!isValueMap(value)) return true;
    const wrong = entriesOf(value).filter(([name]) => !run.aside(undefined, () => applyTo(node, name, place, run)));
    for (const [name] of wrong)
      run.fail(place.item(name), "propertyNames", context.pointer, "has a name that is not allowed");
    return wrong.length === 0;
  };
};

function dependents(given: Value, context: KeywordContext, keyword: string): Check {
  const rows = Object.entries(context.map(given)).map(
    ([name, schema]): { name: string; node?: SchemaNode; check?: Check } => {
      const isList = Array.isArray(schema) && keyword === "dependencies";
      if (isList)
        return {
          name,
          check: requiring(context.names(schema), keyword, context, `, since there is ${JSON.stringify(name)}`),
        };
      return { name, node: context.node(schema, name) };
    },
  );
  return (value, place, run, seen) => {
    if (!isValueMap(value)) return true;
    let fits = true;
    run.meter.spend(rows.length >> 3);
    for (const { name, node, check } of rows) {
      if (!has(value, name)) continue;
      if (node !== undefined) fits = applyBranch(node, value, place, run, seen) && fits;
      if (check !== undefined) fits = check(value, place, run, seen) && fits;
    }
    return fits;
  };
}

const unevaluatedProperties: KeywordCompiler = (given, context) => {
  context.track();
  const node = context.node(given);
  return (value, place, run, seen) => {
    if (!isValueMap(value)) return true;
    let fits = true;
    for (const [name, item] of entriesOf(value)) {
      if (seen?.hasName(name) === true) continue;
      if (given === false) fits = unexpected("unevaluatedProperties", name, new Set(), value)(place, run, context);
      else fits = applyTo(node, item, place.item(name), run) && fits;
    }
    seen?.addAllNames();
    return fits;
  };
};

/** Keywords for objects. */
export const OBJECTS: readonly KeywordRow[] = [
  { keyword: "minProperties", compile: minProperties, validation: true },
  { keyword: "maxProperties", compile: maxProperties, validation: true },
  { keyword: "required", compile: required, validation: true },
  { keyword: "dependentRequired", compile: dependentRequired, validation: true },
  { keyword: "properties", compile: properties },
  { keyword: "patternProperties", compile: patternProperties },
  { keyword: "additionalProperties", compile: additionalProperties },
  { keyword: "propertyNames", compile: propertyNames },
  { keyword: "dependentSchemas", compile: (given, context) => dependents(given, context, "dependentSchemas") },
  { keyword: "dependencies", compile: (given, context) => dependents(given, context, "dependencies") },
];

/** After all others. */
export const LEFT_PROPERTIES: readonly KeywordRow[] = [
  { keyword: "unevaluatedProperties", compile: unevaluatedProperties },
];
