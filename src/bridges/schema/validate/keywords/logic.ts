import type { Value } from "../../../../contract/value.ts";
import { applyBranch, applyHere } from "../apply.ts";
import type { Check, KeywordCompiler, KeywordContext, KeywordRow, SchemaNode } from "../compiler.ts";
import { Evaluated } from "../evaluated.ts";
import type { ValidationError } from "../validation-run.ts";
import { has } from "../resource.ts";

function nodesOf(given: Value, context: KeywordContext): readonly SchemaNode[] {
  const list = context.list(given);
  if (list.length === 0) throw context.fault("needs at least one schema");
  return list.map((schema, index) => context.node(schema, index));
}

const allOf: KeywordCompiler = (given, context) => {
  const nodes = nodesOf(given, context);
  return (value, place, run, seen) => {
    let fits = true;
    for (const node of nodes) {
      fits = applyBranch(node, value, place, run, seen) && fits;
      if (!fits && run.errors === undefined) break;
    }
    return fits;
  };
};

/** The errors of the alternative that was probably meant: the one that has the value's type, where only one has. */
function nearestErrors(branches: readonly (readonly ValidationError[])[], path: string): readonly ValidationError[] {
  const ofItsType = branches.filter(
    (errors) => !errors.some((error) => error.path === path && ["type", "const", "enum"].includes(error.keyword)),
  );
  if (ofItsType.length === 1) return ofItsType[0] ?? [];
  const types = branches.flat().filter((error) => error.path === path && error.keyword === "type");
  return ofItsType.length === 0 && types.length <= 3 ? types : [];
}

const anyOf: KeywordCompiler = (given, context) => {
  const nodes = nodesOf(given, context);
  return (value, place, run, seen) => {
    let fits = false;
    const failed: ValidationError[][] = [];
    for (const node of nodes) {
      const errors: ValidationError[] = [];
      if (run.aside(errors, () => applyBranch(node, value, place, run, seen))) fits = true;
      else failed.push(errors);
      if (fits && seen === undefined) return true;
    }
    if (fits) return true;
    run.fail(place, "anyOf", context.pointer, `fits none of ${nodes.length} alternatives`);
    if (run.errors !== undefined) run.errors.push(...nearestErrors(failed, place.toString()));
    return false;
  };
};

const oneOf: KeywordCompiler = (given, context) => {
  const nodes = nodesOf(given, context);
  return (value, place, run, seen) => {
    const fitting: number[] = [];
    const failed: ValidationError[][] = [];
    for (const [index, node] of nodes.entries()) {
      const errors: ValidationError[] = [];
      if (run.aside(errors, () => applyBranch(node, value, place, run, seen))) fitting.push(index);
      else failed.push(errors);
      if (fitting.length > 1) break;
    }
    if (fitting.length === 1) return true;
    const how =
      fitting.length === 0
        ? `fits none of ${nodes.length} alternatives`
        : `fits the alternatives ${fitting.join(" and ")}, and must fit one only`;
    run.fail(place, "oneOf", context.pointer, how);
    if (fitting.length === 0 && run.errors !== undefined) run.errors.push(...nearestErrors(failed, place.toString()));
    return false;
  };
};

const not: KeywordCompiler = (given, context) => {
  const node = context.node(given);
  return (value, place, run, seen) =>
    !run.aside(undefined, () => applyHere(node, value, place, run, seen === undefined ? undefined : new Evaluated())) ||
    run.fail(place, "not", context.pointer, "is what it must not be");
};

const conditional: KeywordCompiler = (given, context) => {
  const test = context.node(given);
  const branch = (name: string) => (has(context.schema, name) ? context.sibling(name) : undefined);
  const [yes, no] = [branch("then"), branch("else")];
  return (value, place, run, seen) => {
    const node = run.aside(undefined, () => applyBranch(test, value, place, run, seen)) ? yes : no;
    return node === undefined || applyBranch(node, value, place, run, seen);
  };
};

const reference: KeywordCompiler = (given, context) => {
  const { node } = context.refer(given);
  return (value, place, run, seen) => applyBranch(node, value, place, run, seen);
};

/** Leads where `$ref` would; but where that is a `$dynamicAnchor`, to the one of this name that was met first. */
const dynamicReference: KeywordCompiler = (given, context): Check => {
  const { node, fragment } = context.refer(given);
  const target = node.place;
  context.becomeDynamic();
  if (
    !target.resource.dynamicAnchors.has(fragment) ||
    target.resource.dynamicAnchors.get(fragment)?.schema !== target.schema
  ) {
    return (value, place, run, seen) => applyBranch(node, value, place, run, seen);
  }
  return (value, place, run, seen) => {
    run.meter.spend(run.scope.length);
    const outermost = run.scope.find((resource) => resource.dynamicAnchors.has(fragment))?.dynamicAnchors.get(fragment);
    return applyBranch(outermost === undefined ? node : context.at(outermost), value, place, run, seen);
  };
};

/** Applied by references only; but what is wrong in them is found. */
const definitions: KeywordCompiler = (given, context) => {
  for (const [name, schema] of Object.entries(context.map(given))) context.node(schema, name);
  return undefined;
};

/** Keywords that apply other schemas to the same value. */
export const LOGIC: readonly KeywordRow[] = [
  { keyword: "$ref", compile: reference },
  { keyword: "$dynamicRef", compile: dynamicReference },
  { keyword: "allOf", compile: allOf },
  { keyword: "anyOf", compile: anyOf },
  { keyword: "oneOf", compile: oneOf },
  { keyword: "not", compile: not },
  { keyword: "if", compile: conditional },
  { keyword: "$defs", compile: definitions },
  { keyword: "definitions", compile: definitions },
];
