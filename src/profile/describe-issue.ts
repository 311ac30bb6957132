import { type Issue, sayIssue } from "../contract/check-schema.ts";
import { nearest } from "../contract/nearest.ts";
import type { YamlMap, YamlNode } from "./yaml-tree.ts";
import { nodeAt, pathText, type YamlPath } from "./yaml-path.ts";

/** A fault in words. */
export interface Description {
  readonly message: string;
  readonly fix?: string;
  readonly missing?: true;
}

/** Says in our words what is wrong at the place of an issue: sentence case, values quoted, no full stop. */
export function describeIssue(issue: Issue, tree: YamlMap): Description {
  const path = issue.path as YamlPath;
  const node = nodeAt(tree, path);
  const place = path.length === 0 ? "The file" : pathText(path);
  if (node === undefined) return missing(path, place);
  const said = sayIssue(issue);
  const not = `, not ${showNode(node)}`;
  switch (issue.kind) {
    case "type":
      return { message: `${place} ${said}${not}`, ...fixType(issue.expected, node) };
    case "choice":
      return { message: `${place} ${said}${not}${nearestHint(node, issue.values)}` };
    case "union":
      return { message: `${place} ${said}${not}${nearestHint(node, valuesOf(issue.issues))}` };
    case "form":
      return { message: `${place} ${said}${not}` };
    case "bound":
      return { message: `${place} ${said}${issue.of === "number" ? not : ""}` };
    default:
      return { message: `${place}: ${said}` };
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

function fixType(expected: string, node: YamlNode): { readonly fix?: string } {
  if (node.kind !== "scalar") return {};
  const { value, source } = node;
  if (expected === "text" && value !== null) return { fix: `Write it in quotes: "${source}"` };
  if (expected === "true or false" && typeof value === "string") {
    const meant = { yes: "true", on: "true", y: "true", no: "false", off: "false", n: "false" }[value.toLowerCase()];
    if (meant !== undefined) return { fix: `Write ${meant}` };
  }
  return expected === "a list" ? { fix: `Write [${source}]` } : {};
}

function nearestHint(node: YamlNode, values: readonly unknown[]): string {
  const near =
    node.kind === "scalar" && typeof node.value === "string" ? nearest(node.value, values.map(String)) : undefined;
  return near === undefined ? "" : `; did you mean "${near}"?`;
}

function valuesOf(issues: readonly Issue[]): readonly unknown[] {
  return issues.flatMap((issue) => (issue.kind === "choice" ? issue.values : []));
}

/** What is written, for the end of a message. */
function showNode(node: YamlNode): string {
  if (node.kind !== "scalar") return node.kind === "map" ? "a map" : "a list";
  if (typeof node.value !== "string") return node.source;
  return JSON.stringify(node.value.length > 60 ? `${node.value.slice(0, 59)}…` : node.value);
}
