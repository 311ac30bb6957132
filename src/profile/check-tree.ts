import type { ErrorCode } from "../contract/error-codes.ts";
import { SpellError, type SourcePosition } from "../contract/errors.ts";
import { nearest } from "../contract/nearest.ts";
import type { z } from "../contract/schema.ts";
import { describeIssue, list } from "./describe-issue.ts";
import { keyElsewhere, keysAt } from "./schema-keys.ts";
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

/** Each schema is used once a process or so: compiling it into a function costs ten times what it saves. */
const PARSE_CONTEXT = { jitless: true };

/** The tree as the schema parses it. Throws the first fault in the order of the text; `details.problems` has all. */
export function checkTree<S extends z.ZodType>(tree: YamlMap, schema: S, options: CheckOptions): z.output<S> {
  const parsed = schema.safeParse(toPlain(tree), PARSE_CONTEXT);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.flatMap((issue) => toProblems(issue, tree, schema, options));
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

function toProblems(
  issue: z.core.$ZodIssue,
  tree: YamlMap,
  schema: z.core.$ZodType,
  options: CheckOptions,
): readonly Problem[] {
  const path = issue.path as YamlPath;
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((key) => unknownKey(key, path, tree, schema, options));
  }
  const inside = issue.code === "invalid_union" ? likelyBranch(issue) : undefined;
  if (inside !== undefined) {
    return inside.flatMap((inner) =>
      toProblems({ ...inner, path: [...issue.path, ...inner.path] }, tree, schema, options),
    );
  }
  return [{ ...describeIssue(issue, tree), position: positionAt(tree, path) }];
}

/** The alternative that the writer meant: the one whose kind is right and whose inside is not. */
function likelyBranch(issue: z.core.$ZodIssueInvalidUnion): readonly z.core.$ZodIssue[] | undefined {
  const isRootFault = ({ path, code }: z.core.$ZodIssue) =>
    path.length === 0 && (code === "invalid_type" || code === "invalid_value");
  return issue.errors.find((branch) => branch.length > 0 && !branch.some(isRootFault));
}

function unknownKey(
  key: string,
  path: YamlPath,
  tree: YamlMap,
  schema: z.core.$ZodType,
  options: CheckOptions,
): Problem {
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
