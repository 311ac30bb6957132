import { check, type Issue, sayIssue } from "../contract/check-schema.ts";
import { SpellError } from "../contract/errors.ts";
import { nearest } from "../contract/nearest.ts";
import { isOptional, keysAt } from "../contract/schema-parts.ts";
import type { Schema } from "../contract/schema.ts";
import type { Value } from "../contract/value.ts";
import { callName, guestName, type GateCall, type Link } from "./call.ts";
import { renamerOf } from "./rename-keys.ts";

/** The schema of the arguments: positional values become named, checked and, where the language writes them otherwise, renamed. */
export const checkArguments: Link = (call, next) => {
  const { parameters } = call.target.definition;
  const names = Object.keys(parameters);
  const given = call.target.handle === undefined ? call.args : call.args.slice(1);
  if (given.length > names.length) {
    const takes = names.map((name) => guestName(name, call.naming)).join(", ");
    throw wrong(call, `takes (${takes}), but was given ${given.length} arguments`);
  }
  const parsed: Record<string, unknown> = {};
  names.forEach((name, index) => {
    const schema = parameters[name];
    if (schema !== undefined) parsed[name] = parse(call, name, schema, given[index]);
  });
  call.parsed = parsed;
  return next(call);
};

function parse(call: GateCall, name: string, schema: Schema, given: Value | undefined): unknown {
  // Languages without "nothing" pass null for an argument that they leave out, and none sends the nulls at the end.
  let value: Value | undefined = (given ?? null) === null && isOptional(schema) ? undefined : (given ?? null);
  if (value !== undefined && call.naming === "snake") value = renamerOf(schema, "toHost")?.(value) ?? value;
  const checked = check(schema, value);
  if (checked.ok) return checked.value;
  // A key that is not known may be what one that is missing was meant to be.
  const issue = checked.issues.find(({ kind }) => kind === "unknown-key") ?? checked.issues[0];
  throw wrong(call, describeIssue(call, guestName(name, call.naming), schema, given, issue));
}

function wrong(call: GateCall, problem: string): SpellError {
  const name = callName(call);
  return new SpellError("call.arguments", `${name}: ${problem}`, {
    fix: `See llmspell bridges ${call.module}`,
    details: { function: name },
  });
}

/** The first problem, in the script's naming, with the nearest right key for an unknown one. */
function describeIssue(
  call: GateCall,
  name: string,
  schema: Schema,
  given: Value | undefined,
  found: Issue | undefined,
): string {
  const issue = deepest(found);
  if (issue === undefined) return `${name} is wrong`;
  const place = [name, ...issue.path.map((part) => guestKey(part, call))].join(".");
  if (issue.kind === "unknown-key") {
    const key = guestName(issue.key, call.naming);
    const known = keysAt(schema, issue.path).map((candidate) => guestName(candidate, call.naming));
    const hint = nearest(key, known);
    return `${place} has no "${key}"${hint === undefined ? `; it takes ${known.join(", ")}` : `; did you mean "${hint}"?`}`;
  }
  if (given === undefined || given === null) return `${place} is missing`;
  return `${place} ${sayIssue(issue)}`;
}

function guestKey(part: string | number, call: GateCall): string {
  return typeof part === "string" ? guestName(part, call.naming) : String(part);
}

/** Of a union's problems, that of the option that came furthest. */
function deepest(issue: Issue | undefined): Issue | undefined {
  if (issue?.kind !== "union") return issue;
  const depth = ({ path, kind }: Issue) => path.length + (kind === "unknown-key" ? 1 : 0);
  const inner = issue.issues.toSorted((a, b) => depth(b) - depth(a))[0];
  return inner === undefined || depth(inner) === issue.path.length ? issue : deepest(inner);
}
