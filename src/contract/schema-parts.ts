/** What a schema is made of, for what is derived from it: bindings' names, documentation, paths, "did you mean". */
import { v, type Schema } from "./schema.ts";

/** The inside of a schema, whatever is written around it. */
export interface SchemaParts {
  /** valibot's name of its kind: `string`, `strict_object`, `optional`. */
  readonly type: string;
  /** The keys of a map that are known. */
  readonly entries?: Readonly<Record<string, Schema>>;
  /** What every item of a list, or every value of a map, must be. */
  readonly item?: Schema;
  /** What may be left out, or be nothing. */
  readonly wrapped?: Schema;
  /** What stands for it where it is left out, as a script would write it. */
  readonly default?: unknown;
  /** Each of them will do. */
  readonly options?: readonly Schema[];
  /** The only values. */
  readonly values?: readonly unknown[];
  /** The least, or what it must be more than, and the most, or what it must be less than. */
  readonly least?: number;
  readonly most?: number;
  readonly isInteger?: true;
}

/** The parts of a schema. */
export function partsOf(schema: Schema): SchemaParts {
  const inside = schema as unknown as Record<string, unknown> & Action;
  const { type } = inside;
  switch (type) {
    case "strict_object":
      return { type, entries: inside["entries"] as SchemaParts["entries"] & object };
    case "array":
      return { type, item: inside["item"] as Schema };
    case "record":
      return { type, item: inside["value"] as Schema };
    case "optional":
      return { type, wrapped: inside["wrapped"] as Schema, default: inside["default"] };
    case "lazy":
      return { type, wrapped: (inside["getter"] as () => Schema)() };
    case "nullable":
      return { type, wrapped: inside["wrapped"] as Schema };
    case "union":
    case "variant":
      return { type, options: inside["options"] as readonly Schema[] };
    case "picklist":
      return { type, values: inside["options"] as readonly unknown[] };
    case "literal":
      return { type, values: [inside["literal"]] };
    case "number":
      return { type, ...boundsOf(actionsOf(inside)) };
    default:
      return { type };
  }
}

interface Action {
  readonly type: string;
  readonly requirement?: unknown;
  readonly pipe?: readonly Action[];
}

/** Everything that a schema's values pass, in order: a pipe may begin with a pipe. */
function actionsOf({ pipe = [] }: Pick<Action, "pipe">): readonly Action[] {
  return pipe.flatMap((action) => [...actionsOf(action), action]);
}

function boundsOf(actions: readonly Action[]): Partial<SchemaParts> {
  const find = (...types: string[]) => actions.find(({ type }) => types.includes(type));
  const least = find("min_value", "gt_value")?.requirement;
  const most = find("max_value", "lt_value")?.requirement;
  return {
    ...(typeof least === "number" && { least }),
    ...(typeof most === "number" && { most }),
    ...(find("safe_integer") !== undefined && { isInteger: true as const }),
  };
}

/** What a schema is for, as its declaration says; of what it is around where it says nothing itself. */
export function docOf(schema: Schema): string {
  const { wrapped } = partsOf(schema);
  return v.getDescription(schema) ?? (wrapped === undefined ? "" : docOf(wrapped));
}

/** Whether a value of a schema may be left out. */
export function isOptional(schema: Schema): boolean {
  return v.safeParse(schema, undefined).success;
}

/** The keys that a schema knows at a place below it, for "did you mean"; of every alternative where there are several. */
export function keysAt(schema: Schema, path: readonly (string | number)[]): readonly string[] {
  return schemasAt(schema, path).flatMap((found) => Object.keys(partsOf(found).entries ?? {}));
}

function schemasAt(schema: Schema, path: readonly (string | number)[]): readonly Schema[] {
  let found = unwrap(schema);
  for (const step of path) found = found.flatMap((each) => below(each, step)).flatMap(unwrap);
  return found;
}

function below(schema: Schema, step: string | number): readonly Schema[] {
  const { entries, item } = partsOf(schema);
  const next = entries === undefined ? item : Object.hasOwn(entries, step) ? entries[step] : undefined;
  return next === undefined ? [] : [next];
}

/** The schemas inside of optionals and unions. */
function unwrap(schema: Schema): readonly Schema[] {
  const { entries, item, wrapped, options = [] } = partsOf(schema);
  if (entries !== undefined || item !== undefined) return [schema];
  return (wrapped === undefined ? options : [wrapped]).flatMap(unwrap);
}
