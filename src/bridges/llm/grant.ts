import type { Refusal, RuleContext } from "../../contract/bridge.ts";
import { integer, z, once } from "../../contract/schema.ts";

/** What a profile may say of models. */
export const grantSchema = once(() =>
  z.strictObject({
    models: z
      .array(z.string().min(1))
      .optional()
      .describe("Globs of `provider/model`, such as `anthropic/*`; all models unless told"),
    maxTokens: integer(1).optional().describe("The longest answer that may be asked for, in tokens"),
  }),
);

/** A parsed grant. */
export type Grant = z.output<ReturnType<typeof grantSchema>>;

/** Whether a grant covers a model, named `provider/model`. */
export function allowsModel(grant: Grant, name: string): boolean {
  return grant.models === undefined || grant.models.some((glob) => matchesGlob(glob, name));
}

/** Whether a grant covers any model of a provider. */
export function allowsProvider(grant: Grant, id: string): boolean {
  return grant.models === undefined || grant.models.some((glob) => matchesGlob(glob.split("/")[0] ?? "", id));
}

/** The rule for a call that goes to one model. */
export function refuseModel(
  options: { readonly model?: string | undefined; readonly maxTokens?: number | undefined } | undefined,
  { grant: given, effects }: RuleContext,
): Refusal | undefined {
  const grant = given as Grant;
  const { name } = effects.models.resolve(options?.model);
  if (!allowsModel(grant, name)) {
    return {
      reason: `The model "${name}" is not granted`,
      grantLine: grantLine({ ...grant, models: [...(grant.models ?? []), name] }),
    };
  }
  const asked = options?.maxTokens;
  if (asked !== undefined && grant.maxTokens !== undefined && asked > grant.maxTokens) {
    return {
      reason: `maxTokens is ${asked}, and at most ${grant.maxTokens} are granted`,
      grantLine: grantLine({ ...grant, maxTokens: asked }),
    };
  }
  return undefined;
}

/** The rule for a call that asks a provider what it has. */
export function refuseProvider(provider: string | undefined, { grant: given }: RuleContext): Refusal | undefined {
  const grant = given as Grant;
  if (provider === undefined || allowsProvider(grant, provider)) return undefined;
  return {
    reason: `No model of "${provider}" is granted`,
    grantLine: grantLine({ ...grant, models: [...(grant.models ?? []), `${provider}/*`] }),
  };
}

function grantLine({ models, maxTokens }: Grant): string {
  const entries = [
    ...(models === undefined ? [] : [`models: [${models.map((model) => JSON.stringify(model)).join(", ")}]`]),
    ...(maxTokens === undefined ? [] : [`maxTokens: ${maxTokens}`]),
  ];
  return `llm: { ${entries.join(", ")} }`;
}

/** `*` stands for any text, slashes included (`openrouter/*`), and `?` for one character. */
function matchesGlob(glob: string, name: string): boolean {
  const source = glob
    .replace(/[.+^${}()|[\]\\]/g, String.raw`\$&`)
    .replace(/\*+/g, ".*")
    .replaceAll("?", ".");
  return new RegExp(`^${source}$`, "su").test(name);
}
