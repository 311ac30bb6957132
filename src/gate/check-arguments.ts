import { SpellError } from "../contract/errors.ts";
import { nearest } from "../contract/nearest.ts";
import type { z } from "../contract/schema.ts";
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
  return next();
};

function parse(call: GateCall, name: string, schema: z.ZodType, given: Value | undefined): unknown {
  // Languages without "nothing" pass null for an argument that they leave out.
  const optional = schema.safeParse(undefined).success;
  let value: Value | undefined = given === null && optional ? undefined : given;
  if (value !== undefined && call.naming === "snake") value = renamerOf(schema, "toHost")?.(value) ?? value;
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  throw wrong(call, describeIssue(call, guestName(name, call.naming), schema, given, result.error));
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
  schema: z.ZodType,
  given: Value | undefined,
  error: z.ZodError,
): string {
  const issue = deepest(error.issues[0]);
  if (issue === undefined) return `${name} is wrong`;
  const place = [name, ...issue.path.map((part) => guestKey(part, call))].join(".");
  if (issue.code === "unrecognized_keys") {
    const key = guestName(issue.keys[0] ?? "", call.naming);
    const known = declaredKeys(schema).map((candidate) => guestName(candidate, call.naming));
    const hint = nearest(key, known);
    return `${place} has no "${key}"${hint === undefined ? `; it takes ${known.join(", ")}` : `; did you mean "${hint}"?`}`;
  }
  if (given === undefined || given === null) return `${place} is missing`;
  return `${place}: ${issue.message.charAt(0).toLowerCase()}${issue.message.slice(1)}`;
}

function guestKey(part: PropertyKey, call: GateCall): string {
  return typeof part === "string" ? guestName(part, call.naming) : String(part);
}

/** Of a union's problems, those of the option that came furthest. */
function deepest(issue: z.core.$ZodIssue | undefined): z.core.$ZodIssue | undefined {
  if (issue?.code !== "invalid_union") return issue;
  const inner = issue.errors.flatMap((issues) => issues.slice(0, 1)).sort((a, b) => b.path.length - a.path.length)[0];
  if (inner === undefined || inner.path.length === 0) return issue;
  return deepest({ ...inner, path: [...issue.path, ...inner.path] });
}

function declaredKeys(schema: z.ZodType): string[] {
  const { shape, innerType, out, options } = schema._zod.def as {
    shape?: object;
    innerType?: z.ZodType;
    out?: z.ZodType;
    options?: readonly z.ZodType[];
  };
  if (shape !== undefined) return Object.keys(shape);
  const inner = innerType ?? out;
  if (inner !== undefined) return declaredKeys(inner);
  return (options ?? []).flatMap(declaredKeys);
}
