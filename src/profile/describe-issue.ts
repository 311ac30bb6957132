import { nearest } from "../contract/nearest.ts";
import type { z } from "../contract/schema.ts";
import type { YamlMap, YamlNode } from "./yaml-tree.ts";
import { nodeAt, pathText, type YamlPath } from "./yaml-path.ts";

/** A fault in words. */
export interface Description {
  readonly message: string;
  readonly fix?: string;
  readonly missing?: true;
}

/** What each of zod's type names is called in our messages. */
const KINDS: Readonly<Record<string, string>> = {
  string: "text",
  number: "a number",
  int: "a whole number",
  boolean: "true or false",
  object: "a map",
  record: "a map",
  array: "a list",
  tuple: "a list",
  null: "null",
};

/** Says in our words what is wrong at the place of an issue: sentence case, values quoted, no full stop. */
export function describeIssue(issue: z.core.$ZodIssue, tree: YamlMap): Description {
  const path = issue.path as YamlPath;
  const node = nodeAt(tree, path);
  const place = path.length === 0 ? "The file" : pathText(path);
  if (node === undefined) return missing(path, place);
  const not = `, not ${showNode(node)}`;
  switch (issue.code) {
    case "invalid_type":
      return wrongType(issue.expected, node, place, not);
    case "invalid_value":
      return wrongValue(issue.values, node, place, not);
    case "invalid_union":
      return {
        message: `${place} must be ${alternatives(issue.errors)}${not}${nearestHint(node, valuesOf(issue.errors))}`,
      };
    case "too_small":
    case "too_big":
      return { message: `${place} must ${bound(issue)}${issue.origin === "number" ? not : ""}` };
    case "invalid_key":
      return { message: `${place}: ${issue.issues[0]?.message ?? "the name is wrong"}` };
    case "invalid_format":
      return {
        message: issue.message.startsWith("Invalid ")
          ? `${place} has the wrong form${not}`
          : `${place}: ${issue.message}`,
      };
    default:
      return { message: `${place}: ${issue.message}` };
  }
}

function missing(path: YamlPath, place: string): Description {
  const key = String(path.at(-1) ?? "");
  const parent = path.slice(0, -1);
  const where = parent.length === 0 ? "at the top level" : `under ${pathText(parent)}`;
  return path.length === 0
    ? { message: `${place} is empty` }
    : { message: `Missing "${key}" ${where}`, fix: `Add "${key}: …"`, missing: true };
}

function wrongType(expected: string, node: YamlNode, place: string, not: string): Description {
  const message = `${place} must be ${KINDS[expected] ?? expected}${not}`;
  if (node.kind !== "scalar") return { message };
  const { value, source } = node;
  if (expected === "string" && value !== null) return { message, fix: `Write it in quotes: "${source}"` };
  if (expected === "boolean" && typeof value === "string") {
    const meant = { yes: "true", on: "true", y: "true", no: "false", off: "false", n: "false" }[value.toLowerCase()];
    if (meant !== undefined) return { message, fix: `Write ${meant}` };
  }
  if (expected === "array") return { message, fix: `Write [${source}]` };
  return { message };
}

function wrongValue(values: readonly unknown[], node: YamlNode, place: string, not: string): Description {
  return { message: `${place} must be ${list(values.map(showValue), "or", false)}${not}${nearestHint(node, values)}` };
}

function nearestHint(node: YamlNode, values: readonly unknown[]): string {
  const near =
    node.kind === "scalar" && typeof node.value === "string" ? nearest(node.value, values.map(String)) : undefined;
  return near === undefined ? "" : `; did you mean "${near}"?`;
}

function valuesOf(branches: readonly (readonly z.core.$ZodIssue[])[]): readonly unknown[] {
  return branches.flatMap(([issue]) => (issue?.code === "invalid_value" ? issue.values : []));
}

/** The kinds that the branches of a union ask for. */
function alternatives(branches: readonly (readonly z.core.$ZodIssue[])[]): string {
  const kinds = branches.flatMap((branch) => {
    const [issue] = branch;
    if (issue?.code === "invalid_type") return [KINDS[issue.expected] ?? issue.expected];
    if (issue?.code === "invalid_value") return issue.values.map(showValue);
    return [];
  });
  return kinds.length === 0 ? "something else" : list([...new Set(kinds)], "or", false);
}

function bound(issue: z.core.$ZodIssueTooSmall | z.core.$ZodIssueTooBig): string {
  const [side, amount] = issue.code === "too_small" ? ["least", issue.minimum] : ["most", issue.maximum];
  const verb =
    issue.inclusive === false ? (issue.code === "too_small" ? "be more than" : "be less than") : `be at ${side}`;
  if (issue.origin === "string") return `have at ${side} ${amount} character${Number(amount) === 1 ? "" : "s"}`;
  if (issue.origin === "array") return `have at ${side} ${amount} item${Number(amount) === 1 ? "" : "s"}`;
  return `${verb} ${amount}`;
}

/** `"a", "b" or "c"`. */
export function list(names: readonly string[], word = "or", quoted = true): string {
  const shown = names.map((name) => (quoted ? `"${name}"` : name));
  return shown.length < 2 ? shown.join("") : `${shown.slice(0, -1).join(", ")} ${word} ${shown.at(-1)}`;
}

function showValue(value: unknown): string {
  return typeof value === "string" ? `"${value}"` : String(value);
}

/** What is written, for the end of a message. */
function showNode(node: YamlNode): string {
  if (node.kind !== "scalar") return node.kind === "map" ? "a map" : "a list";
  if (typeof node.value !== "string") return node.source;
  return JSON.stringify(node.value.length > 60 ? `${node.value.slice(0, 59)}…` : node.value);
}
