/** Checks values by schemas, and says in our words what is wrong. */
import { v, type Parsed, type Schema } from "./schema.ts";

/** Where in a value: keys of maps and numbers of items, from the outside. */
export type IssuePath = readonly (string | number)[];

/** What is wrong at one place of a value. */
export type Issue = { readonly path: IssuePath } & (
  | { readonly kind: "unknown-key"; readonly key: string }
  | { readonly kind: "missing" }
  /** `expected`: `text`, `a number`, `a map`. */
  | { readonly kind: "type"; readonly expected: string }
  | { readonly kind: "choice"; readonly values: readonly unknown[] }
  /** What is wrong with it by each of several schemas that would do; paths are from the outside too. */
  | { readonly kind: "union"; readonly issues: readonly Issue[] }
  | {
      readonly kind: "bound";
      readonly of: "text" | "list" | "number";
      readonly side: "least" | "most";
      readonly amount: number;
      /** The amount itself will not do. */
      readonly exclusive?: true;
    }
  /** A text of the wrong form, of which the schema says no more. */
  | { readonly kind: "form" }
  /** The name of a key, at the end of the path. */
  | { readonly kind: "key"; readonly message: string }
  /** What the schema itself says, as the end of a sentence: `is no host`. */
  | { readonly kind: "own"; readonly message: string }
);

/** A value that its schema accepts, or what is wrong with it. */
export type Checked<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly issues: readonly Issue[] };

/** Checks a value. What is left out and has a default is put in. */
export function check<S extends Schema>(schema: S, value: unknown): Checked<Parsed<S>> {
  const result = v.safeParse(schema, value);
  return result.success ? { ok: true, value: result.output } : { ok: false, issues: result.issues.map(toIssue) };
}

/** Thrown by {@link parse}. */
export class SchemaError extends Error {
  constructor(readonly issues: readonly Issue[]) {
    super(issues.map((issue) => `${issue.path.join(".") || "it"} ${sayIssue(issue)}`).join("; "));
    this.name = "SchemaError";
  }
}

/** The value as its schema has it. Throws a {@link SchemaError}. */
export function parse<S extends Schema>(schema: S, value: unknown): Parsed<S> {
  const checked = check(schema, value);
  if (checked.ok) return checked.value;
  throw new SchemaError(checked.issues);
}

/** What valibot's kinds of schemas expect. */
const KINDS: Readonly<Record<string, string>> = {
  string: "text",
  number: "a number",
  safe_integer: "a whole number",
  boolean: "true or false",
  strict_object: "a map",
  object: "a map",
  record: "a map",
  variant: "a map",
  array: "a list",
  null: "null",
};

const BOUNDS: Readonly<Record<string, readonly ["least" | "most", exclusive?: true]>> = {
  min_length: ["least"],
  max_length: ["most"],
  min_value: ["least"],
  max_value: ["most"],
  gt_value: ["least", true],
  lt_value: ["most", true],
};

type Found = v.BaseIssue<unknown>;

function toIssue(found: Found): Issue {
  return issueAt(found, []);
}

function issueAt(found: Found, outer: IssuePath): Issue {
  const items = found.path ?? [];
  const path = [...outer, ...items.map(({ key }) => key as string | number)];
  const isAtKey = items.at(-1)?.origin === "key";
  const { type, requirement, input } = found;
  if (isAtKey && KINDS[type] === "a map") {
    if (found.expected !== "never") return { path, kind: "missing" };
    return { path: path.slice(0, -1), kind: "unknown-key", key: String(path.at(-1)) };
  }
  if (isAtKey) return { path, kind: "key", message: found.message };
  if (Array.isArray(requirement)) return { path, kind: "choice", values: requirement };
  const bound = BOUNDS[type];
  if (bound !== undefined) {
    const [side, exclusive] = bound;
    const of = typeof input === "string" ? "text" : Array.isArray(input) ? "list" : "number";
    return { path, kind: "bound", of, side, amount: Number(requirement), ...(exclusive && { exclusive }) };
  }
  if (type === "union")
    return { path, kind: "union", issues: (found.issues ?? []).map((inner) => issueAt(inner, path)) };
  if (type === "variant" && items.length > 0 && path.length > outer.length && found.expected?.startsWith("("))
    return { path, kind: "choice", values: quoted(found.expected) };
  if (type === "custom") return { path, kind: "type", expected: withArticle(found.expected ?? "something else") };
  const expected = KINDS[type];
  if (expected !== undefined) return { path, kind: "type", expected };
  if (type === "regex" && found.message.startsWith("Invalid ")) return { path, kind: "form" };
  return { path, kind: "own", message: found.message };
}

/** The texts that valibot says it expects: `("a" | "b")`. */
function quoted(expected: string): readonly string[] {
  return [...expected.matchAll(/"([^"]*)"/g)].map(([, text]) => text ?? "");
}

function withArticle(kind: string): string {
  return /^(?:any|bytes)/.test(kind) ? kind : `a ${kind}`;
}

/** What is wrong, as the end of a sentence that began with its place: `must be text`. */
export function sayIssue(issue: Issue): string {
  switch (issue.kind) {
    case "unknown-key":
      return `has no "${issue.key}"`;
    case "missing":
      return "is missing";
    case "type":
      return `must be ${issue.expected}`;
    case "choice":
      return `must be ${list(issue.values.map(showValue), "or", false)}`;
    case "union":
      return `must be ${alternatives(issue.issues, issue.path)}`;
    case "bound":
      return `must ${sayBound(issue)}`;
    case "form":
      return "has the wrong form";
    default:
      return issue.message;
  }
}

/** What the alternatives of a union ask for at its own place. */
function alternatives(issues: readonly Issue[], { length }: IssuePath): string {
  const kinds = issues.flatMap((issue) => {
    if (issue.path.length !== length) return [];
    if (issue.kind === "type") return [issue.expected];
    return issue.kind === "choice" ? issue.values.map(showValue) : [];
  });
  return kinds.length === 0 ? "something else" : list([...new Set(kinds)], "or", false);
}

function sayBound({ of, side, amount, exclusive }: Extract<Issue, { readonly kind: "bound" }>): string {
  if (of === "text") return `have at ${side} ${amount} character${amount === 1 ? "" : "s"}`;
  if (of === "list") return `have at ${side} ${amount} item${amount === 1 ? "" : "s"}`;
  if (exclusive) return side === "least" ? `be more than ${amount}` : `be less than ${amount}`;
  return `be at ${side} ${amount}`;
}

/** `"a", "b" or "c"`. */
export function list(names: readonly string[], word = "or", quoted = true): string {
  const shown = names.map((name) => (quoted ? `"${name}"` : name));
  return shown.length < 2 ? shown.join("") : `${shown.slice(0, -1).join(", ")} ${word} ${shown.at(-1)}`;
}

function showValue(value: unknown): string {
  return typeof value === "string" ? `"${value}"` : String(value);
}
