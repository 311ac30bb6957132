import { LIMITS } from "../contract/limits.ts";
import { toJsonSchema } from "../contract/schema-json.ts";
import { BUILT_IN_PROFILES } from "./built-in-texts.ts";
import { EVERY_BRIDGE } from "./expand-bridges.ts";
import { profileSchema, type ProfileCatalogue } from "./profile-schema.ts";
import { caseSchema } from "./case-schema.ts";
import { manifestSchema, type ManifestCatalogue } from "./read-manifest.ts";
import { projectSchema } from "./read-project.ts";

/** A JSON Schema of the 2020-12 draft. */
export type JsonSchema = { [key: string]: unknown };

const NOTHING = { type: "null" };

/** The JSON Schema of a profile, for editors: accepts what the parser accepts, nulls and `name+` as well. */
export function profileJsonSchema(catalogue: ProfileCatalogue): JsonSchema {
  const { $schema, ...schema } = toJsonSchema(profileSchema(catalogue));
  const properties = childrenOf(schema);
  property(properties, "extends", {
    description: "The profile that this one is written over: a built-in name, or a file by its path",
    anyOf: [{ enum: BUILT_IN_PROFILES }, { type: "string", minLength: 1 }],
  });
  property(properties, "description", { description: "What the profile is for; not inherited" });
  property(properties, "engines", { description: "The engines that may run; all unless told" });
  property(properties, "bridges", { description: "The modules that exist for the spell, with their options" });
  property(properties, "limits", { description: "What one run may use; what is not named is as in standard" });
  property(properties, "budget", { description: "What a run and everything that it starts may spend" });
  property(properties, "isolation", { description: "How the spell is kept apart from this machine" });
  property(properties, "secrets", { description: "What the spell may pass on to some hosts but not read" });
  describeLimits(childrenOf(properties["limits"]));
  const layered = layer(schema) as JsonSchema;
  switchBridges(childrenOf(childrenOf(layered)["bridges"]));
  return { $schema, title: "llmspell profile", ...layered };
}

/** The JSON Schema of spell.yaml. */
export function manifestJsonSchema(catalogue: ManifestCatalogue): JsonSchema {
  return { title: "llmspell spell.yaml", ...toJsonSchema(manifestSchema(catalogue)) };
}

/** The JSON Schema of a test case. */
export function caseJsonSchema(catalogue: { readonly engines: readonly string[] }): JsonSchema {
  const { $schema, ...schema } = toJsonSchema(caseSchema(catalogue));
  return { $schema, title: "llmspell test case", ...schema };
}

/** The JSON Schema of llmspell.yaml, with that of its profiles. */
export function projectJsonSchema(catalogue: ProfileCatalogue): JsonSchema {
  const schema = toJsonSchema(projectSchema());
  const { $schema: _, title: __, ...profile } = profileJsonSchema(catalogue);
  const profiles = childrenOf(schema)["profiles"] as JsonSchema;
  profiles["additionalProperties"] = profile;
  profiles["propertyNames"] = { ...(profiles["propertyNames"] as JsonSchema), not: { enum: BUILT_IN_PROFILES } };
  const rule = (childrenOf(schema)["spells"] as JsonSchema)["additionalProperties"] as JsonSchema;
  rule["minProperties"] = 1;
  return { title: "llmspell llmspell.yaml", ...schema };
}

function childrenOf(schema: unknown): Record<string, JsonSchema> {
  return ((schema as JsonSchema | undefined)?.["properties"] ?? {}) as Record<string, JsonSchema>;
}

function property(properties: Record<string, JsonSchema>, name: string, more: JsonSchema): void {
  const { type, minLength: _, ...rest } = properties[name] ?? {};
  properties[name] = { ...rest, ...("anyOf" in more || type === undefined ? {} : { type }), ...more };
}

function describeLimits(properties: Record<string, JsonSchema>): void {
  for (const [name, { doc }] of Object.entries(LIMITS)) properties[name] = { description: doc, ...properties[name] };
}

/** Every key may be null, and every list may be written as `name+` too: what merging resolves before the parser looks. */
function layer(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(layer);
  if (typeof schema !== "object" || schema === null) return schema;
  const layered: JsonSchema = {};
  for (const [keyword, value] of Object.entries(schema)) {
    if (keyword === "properties") layered[keyword] = layerProperties(value as Record<string, JsonSchema>);
    else if (keyword === "additionalProperties" && typeof value === "object") layered[keyword] = nullable(layer(value));
    // An inherited key need not be written again.
    else if (keyword !== "required" && keyword !== "default") layered[keyword] = layer(value);
  }
  return layered;
}

function layerProperties(properties: Record<string, JsonSchema>): Record<string, unknown> {
  const layered: Record<string, unknown> = {};
  for (const [name, schema] of Object.entries(properties)) {
    layered[name] = nullable(layer(schema));
    if (schema["type"] !== "array") continue;
    const added = { description: `Added to the inherited ${name}`, type: "array", items: layer(schema["items"] ?? {}) };
    layered[`${name}+`] = added;
    layered[`${name} +`] = added;
  }
  return layered;
}

/** Keeps `properties` at the top, where editors and {@link childrenOf} look. */
function nullable(schema: unknown): JsonSchema {
  const { type, enum: values, anyOf, ...rest } = schema as JsonSchema;
  if (typeof type === "string" && values === undefined) return { type: [type, "null"], ...rest };
  if (Array.isArray(values)) return { enum: [...(values as unknown[]), null], ...rest };
  if (Array.isArray(anyOf)) return { anyOf: [...(anyOf as unknown[]), NOTHING], ...rest };
  return schema as JsonSchema;
}

/** A bridge's options may be `true` or `false` instead, and `"*"` stands for all bridges. */
function switchBridges(bridges: Record<string, JsonSchema>): void {
  for (const schema of Object.values(bridges)) {
    if (schema["type"] !== undefined) schema["type"] = ["object", "boolean", "null"];
  }
  bridges[EVERY_BRIDGE] = {
    description: "Every bridge that this llmspell has",
    anyOf: [{ type: "object", maxProperties: 0 }, { const: true }],
  };
}
