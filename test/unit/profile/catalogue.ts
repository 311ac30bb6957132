import { SpellError } from "../../../src/contract/errors.ts";
import { z } from "../../../src/contract/schema.ts";
import { resolveProfile, type ProfileCatalogue, type ReadText } from "../../../src/profile/index.ts";

/** Bridges and engines as a release may have them, with every kind of option. */
export const CATALOGUE = {
  bridges: {
    json: z.strictObject({}),
    llm: z.strictObject({
      models: z.array(z.string()).default(["*"]),
      maxTokens: z.int().min(1).optional(),
      retry: z.strictObject({ times: z.int().optional(), statuses: z.array(z.int()).optional() }).optional(),
      stream: z.boolean().optional(),
    }),
    model: z.strictObject({}),
    pool: z.strictObject({}),
    provider: z.strictObject({}),
    log: z.strictObject({ level: z.enum(["debug", "info", "warn", "error"]).optional() }),
    schema: z.strictObject({}),
    spell: z.strictObject({}),
    state: z.strictObject({}),
    time: z.strictObject({}),
    http: z.strictObject({
      allow: z.array(z.string()).optional(),
      headers: z.record(z.string(), z.string()).optional(),
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
