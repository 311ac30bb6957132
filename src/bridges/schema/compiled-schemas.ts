import type { Value } from "../../contract/value.ts";
import { encodeValue } from "../../contract/wire.ts";
import { readSchema } from "./short-form.ts";
import { CompiledSchema } from "./validate/index.ts";

/** Letters of the schemas that are kept, together; each takes some hundred times as many bytes. */
const MAX_LETTERS = 128 * 1024;

/** Schemas by their text, the one that was used last at the end. A script asks by the same schema again and again. */
const kept = new Map<string, CompiledSchema>();
let letters = 0;

/** A schema or its short form, ready to check values; made once as long as it is in use. */
export function compiledSchema(given: Value, formats: boolean): CompiledSchema {
  const text = `${formats ? "+" : "-"}${JSON.stringify(encodeValue(given))}`;
  const known = kept.get(text);
  const compiled = known ?? new CompiledSchema(readSchema(given), { formats });
  if (text.length > MAX_LETTERS) return compiled;
  if (known === undefined) letters += text.length;
  kept.delete(text);
  kept.set(text, compiled);
  for (const [oldest] of kept) {
    if (letters <= MAX_LETTERS) break;
    kept.delete(oldest);
    letters -= oldest.length;
  }
  return compiled;
}
