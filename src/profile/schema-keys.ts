import type { z } from "../contract/schema.ts";
import type { YamlPath } from "./yaml-path.ts";

/** What this file needs to see of a schema: zod keeps it under `_zod.def`, one shape per kind. */
interface SchemaDefinition {
  readonly type: string;
  readonly shape?: Readonly<Record<string, z.core.$ZodType>>;
  readonly innerType?: z.core.$ZodType;
  readonly element?: z.core.$ZodType;
  readonly valueType?: z.core.$ZodType;
  readonly in?: z.core.$ZodType;
  readonly out?: z.core.$ZodType;
  readonly options?: readonly z.core.$ZodType[];
  readonly getter?: () => z.core.$ZodType;
}

/** The keys that a schema knows at `path`, for "did you mean"; of every alternative where there are several. */
export function keysAt(schema: z.core.$ZodType, path: YamlPath): readonly string[] {
  return schemasAt(schema, path).flatMap((found) => Object.keys(definition(found).shape ?? {}));
}

/** Where below `path` a key would be right: `limits.wallTime` for a `wallTime` at the top. */
export function keyElsewhere(schema: z.core.$ZodType, path: YamlPath, key: string): string | undefined {
  for (const parent of keysAt(schema, path)) {
    if (keysAt(schema, [...path, parent]).includes(key)) return [...path, parent, key].join(".");
  }
  return undefined;
}

function schemasAt(schema: z.core.$ZodType, path: YamlPath): readonly z.core.$ZodType[] {
  let found = unwrap(schema);
  for (const step of path) found = found.flatMap((each) => below(each, step)).flatMap(unwrap);
  return found;
}

function below(schema: z.core.$ZodType, step: string | number): readonly z.core.$ZodType[] {
  const { shape, element, valueType } = definition(schema);
  if (shape !== undefined) {
    const own = Object.hasOwn(shape, step) ? shape[String(step)] : undefined;
    return own === undefined ? [] : [own];
  }
  return [element ?? valueType].filter((next) => next !== undefined);
}

/** The schemas inside of optionals, defaults, pipes and unions. */
function unwrap(schema: z.core.$ZodType): readonly z.core.$ZodType[] {
  const { type, shape, element, valueType, innerType, in: before, out, options, getter } = definition(schema);
  if (shape !== undefined || element !== undefined || valueType !== undefined) return [schema];
  if (type === "lazy" && getter !== undefined) return unwrap(getter());
  return [innerType, before, out, ...(options ?? [])].filter((next) => next !== undefined).flatMap(unwrap);
}

function definition(schema: z.core.$ZodType): SchemaDefinition {
  return schema._zod.def as SchemaDefinition;
}
