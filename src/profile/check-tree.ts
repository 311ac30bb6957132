import { check, type Issue, list } from "../contract/check-schema.ts";
import type { ErrorCode } from "../contract/error-codes.ts";
import { SpellError, type SourcePosition } from "../contract/errors.ts";
import { nearest } from "../contract/nearest.ts";
import { keysAt } from "../contract/schema-parts.ts";
import type { Parsed, Schema } from "../contract/schema.ts";
import { describeIssue } from "./describe-issue.ts";
import type { YamlMap } from "./yaml-tree.ts";
import { pathText, positionAt, toPlain, type YamlPath } from "./yaml-path.ts";

/** One fault of a document, where it is and what would mend it. */
interface Problem {
  readonly message: string;
  readonly position: SourcePosition;
  readonly fix?: string;
  /** A key is not there, which an unknown key beside it may explain. */
  readonly missing?: true;
}

/** Settings of {@link checkTree}. */
export interface CheckOptions {
  /** The error's code. */
  readonly code: ErrorCode;
  /** What an unknown key is called, by the path of its map: `{bridges: "bridge"}`. Otherwise "key". */
  readonly nouns?: Readonly<Record<string, string>>;
}

/** The tree as the schema parses it. Throws the first fault in the order of the text; `details.problems` has all. */
export function checkTree<S extends Schema>(tree: YamlMap, schema: S, options: CheckOptions): Parsed<S> {
  const checked = check(schema, toPlain(tree));
  if (checked.ok) return checked.value;
  const problems = checked.issues.flatMap((issue) => toProblems(issue, tree, schema, options));
  throw toError(problems, tree, options.code);
}

function toError(problems: readonly Problem[], tree: YamlMap, code: ErrorCode): SpellError {
  // Those of the outermost file first, and what is missing last: both may be consequences.
  const own = ({ position, missing }: Problem) => (position.file === tree.position.file ? 0 : 2) + (missing ? 1 : 0);
  const sorted = [...problems].sort(
    (a, b) => own(a) - own(b) || a.position.line - b.position.line || a.position.column - b.position.column,
  );
  const [first] = sorted;
  if (first === undefined) return new SpellError(code, "The file is wrong", { position: tree.position });
  const rows = sorted.map(({ message, position }) => ({ message, ...position }));
  const { message, position, fix } = first;
  return new SpellError(code, message, {
    position,
    details: { problems: rows },
    ...(fix === undefined ? {} : { fix }),
  });
}

function toProblems(issue: Issue, tree: YamlMap, schema: Schema, options: CheckOptions): readonly Problem[] {
  const path = issue.path as YamlPath;
  if (issue.kind === "unknown-key") return [unknownKey(issue.key, path, tree, schema, options)];
  const inside = issue.kind === "union" ? likelyBranch(issue.issues, issue.path.length) : [];
  if (inside.length > 0) return inside.flatMap((inner) => toProblems(inner, tree, schema, options));
  return [{ ...describeIssue(issue, tree), position: positionAt(tree, path) }];
}

/** What is wrong inside of the alternative that the writer meant: the one whose kind is right. */
function likelyBranch(issues: readonly Issue[], depth: number): readonly Issue[] {
  return issues.filter(({ path, kind }) => path.length > depth || (kind !== "type" && kind !== "choice"));
}

function unknownKey(key: string, path: YamlPath, tree: YamlMap, schema: Schema, options: CheckOptions): Problem {
  const known = keysAt(schema, path);
  const noun = options.nouns?.[path.join(".")] ?? "key";
  const near = nearest(key, known) ?? keyElsewhere(schema, path, key);
  const place = path.length === 0 ? "at the top level" : `under ${pathText(path)}`;
  const hint = near === undefined ? "" : `; did you mean "${near}"?`;
  return {
    message: `Unknown ${noun} "${key}" ${place}${hint}`,
    position: positionAt(tree, [...path, key], "key"),
    fix: known.length === 0 ? "Nothing can be set here" : `Use one of ${list(known)}`,
  };
}

/** Where below `path` a key would be right: `limits.wallTime` for a `wallTime` at the top. */
function keyElsewhere(schema: Schema, path: YamlPath, key: string): string | undefined {
  const parent = keysAt(schema, path).find((name) => keysAt(schema, [...path, name]).includes(key));
  return parent && [...path, parent, key].join(".");
}
