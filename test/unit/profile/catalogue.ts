import { SpellError } from "../../../src/contract/errors.ts";
import { integer, shape, oneOf, record, v } from "../../../src/contract/schema.ts";
import { resolveProfile, type ProfileCatalogue, type ReadText } from "../../../src/profile/index.ts";

/** Bridges and engines as a release may have them, with every kind of option. */
export const CATALOGUE = {
  bridges: {
    json: shape({}),
    llm: shape({
      models: v.optional(v.array(v.string()), ["*"]),
      maxTokens: v.optional(integer(1)),
      retry: v.optional(shape({ times: v.optional(integer()), statuses: v.optional(v.array(integer())) })),
      stream: v.optional(v.boolean()),
    }),
    model: shape({}),
    pool: shape({}),
    provider: shape({}),
    log: shape({ level: v.optional(oneOf(["debug", "info", "warn", "error"])) }),
    schema: shape({}),
    spell: shape({}),
    state: shape({}),
    time: shape({}),
    http: shape({
      allow: v.optional(v.array(v.string())),
      headers: v.optional(record(v.string())),
    }),
  },
  engines: ["lua", "fengari", "javascript", "tengo"],
} satisfies ProfileCatalogue;

/** Reads from texts by path. */
export function reader(files: Readonly<Record<string, string>>): ReadText {
  return (path) => Promise.resolve(Object.hasOwn(files, path) ? files[path] : undefined);
}

/** The profile in `main.yaml`, or `files["main.yaml"]`. */
export function resolve(files: string | Readonly<Record<string, string>>, name = "main.yaml") {
  const texts = typeof files === "string" ? { "main.yaml": files } : files;
  return resolveProfile(name, { ...CATALOGUE, read: reader(texts) });
}

/** The SpellError that `work` ends with. */
export async function faultOf(work: () => unknown): Promise<SpellError> {
  try {
    await work();
  } catch (error) {
    if (error instanceof SpellError) return error;
    throw error;
  }
  throw new Error("Nothing was thrown");
}

/** `file:line:column`. */
export function place(error: SpellError): string {
  const { file, line, column } = error.position ?? { file: "nowhere", line: 0, column: 0 };
  return `${file}:${line}:${column}`;
}
