import { toJsonSchema as convert } from "@valibot/to-json-schema";
import type { Schema } from "./schema.ts";

/** The JSON Schema (2020-12) of what a schema takes. What JSON Schema cannot say is left out. */
export function toJsonSchema(schema: Schema): Record<string, unknown> {
  return { ...convert(schema, { target: "draft-2020-12", typeMode: "input", errorMode: "ignore" }) };
}
