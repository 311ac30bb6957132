/**
 * What the functions of the `schema` bridge do, loaded when the first of them is called: most runs check nothing.
 * Nothing here touches the world.
 */
import { SpellError } from "../../contract/errors.ts";
import type { Value, ValueMap } from "../../contract/value.ts";
import { compiledSchema } from "./compiled-schemas.ts";
import { readSchema } from "./short-form.ts";
import { CompiledSchema, describeError, type SchemaOptions, type ValidationError } from "./validate/index.ts";

export { coerceValue } from "./coerce.ts";
export { withDefaults } from "./defaults.ts";
export { inferSchema } from "./infer.ts";
export { objectOf, readSchema } from "./short-form.ts";
export { CompiledSchema, describeError, Meter, type ValidationError } from "./validate/index.ts";

/** A schema or its short form, ready to check values. */
export function compileSchema(given: Value, { formats = true, schemas, ...more }: SchemaOptions = {}): CompiledSchema {
  if (schemas === undefined && Object.keys(more).length === 0) return compiledSchema(given, formats);
  return new CompiledSchema(readSchema(given), { formats, schemas, ...more });
}

/** How many errors a message names. */
const MAX_SHOWN = 3;

/** What is wrong, in one line: `birds[2].age must be an integer, not a string; name is missing`. */
export function describeErrors(errors: readonly ValidationError[]): string {
  const shown = errors.slice(0, MAX_SHOWN).map(describeError).join("; ");
  return errors.length > MAX_SHOWN ? `${shown}; and ${errors.length - MAX_SHOWN} more` : shown;
}

/** Errors as a script gets them. */
export function errorValues(errors: readonly ValidationError[]): ValueMap[] {
  return errors.map(({ path, message, keyword, schemaPath }) => ({ path, message, keyword, schemaPath }));
}

/** Throws `schema.mismatch` where there are errors. */
export function requireFit(errors: readonly ValidationError[]): void {
  if (errors.length === 0) return;
  throw new SpellError("schema.mismatch", describeErrors(errors), { details: { errors: errorValues(errors) } });
}
