import type { Refusal, RuleContext } from "../../contract/bridge.ts";
import { duration, integer, size, z, once } from "../../contract/schema.ts";

const MIB = 1024 * 1024;
const DEFAULT_RETRIES = 5;

/** What a profile may say of models. */
export const grantSchema = once(() =>
  z.strictObject({
    models: z
      .array(z.string().min(1))
      .optional()
      .describe("Globs of `provider/model`, such as `anthropic/*`; all models unless told"),
    maxTokens: integer(1).optional().describe("The longest answer that may be asked for, in tokens"),
    maxAttachmentBytes: size()
      .default(8 * MIB)
      .describe("The most bytes of one image, file or sound that is sent"),
    maxTimeout: duration().optional().describe("The longest time that a call may ask to wait"),
    maxRetries: integer(0).default(DEFAULT_RETRIES).describe("How often a call may ask to be tried again"),
    unknownPrices: z
      .enum(["refuse", "count-tokens"])
      .default("refuse")
      .describe(
        "What a budget in dollars does with models whose price nobody knows: refuse them, or count their tokens alone",
      ),
    cache: z
      .strictObject({
        scope: z.enum(["run", "shared"]).default("run").describe("Whose questions: of one run, or of all runs here"),
        ttl: duration()
          .default(60 * 60 * 1000)
          .describe("How long an answer is kept"),
        maxBytes: size()
          .default(50 * MIB)
          .describe("How much is kept; what was not used for longest goes first"),
      })
      .optional()
      .describe("Answers the same question from what was answered before, unless a call says `cache: false`"),
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

/** What a rule looks at in a call's options. */
interface RuledOptions {
  readonly model?: string | undefined;
  readonly maxTokens?: number | undefined;
  readonly retries?: number | undefined;
  readonly timeout?: Readonly<Record<string, number | undefined>> | undefined;
}

/** The rule for a call that goes to one model. */
export function refuseModel(
  options: RuledOptions | undefined,
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
  return options && refuseOptions(options, grant);
}

function refuseOptions({ maxTokens, retries, timeout = {} }: RuledOptions, grant: Grant): Refusal | undefined {
  if (maxTokens !== undefined && grant.maxTokens !== undefined && maxTokens > grant.maxTokens) {
    return {
      reason: `maxTokens is ${maxTokens}, and at most ${grant.maxTokens} are granted`,
      grantLine: grantLine({ ...grant, maxTokens }),
    };
  }
  if (retries !== undefined && retries > grant.maxRetries) {
    return {
      reason: `retries is ${retries}, and at most ${grant.maxRetries} are granted`,
      grantLine: grantLine({ ...grant, maxRetries: retries }),
    };
  }
  const { maxTimeout = Infinity } = grant;
  const [long] = Object.entries(timeout).filter(([, wait]) => wait !== undefined && wait > maxTimeout);
  if (long === undefined) return undefined;
  return {
    reason: `timeout.${long[0]} is ${long[1]} ms, and at most ${maxTimeout} ms are granted`,
    grantLine: grantLine({ ...grant, maxTimeout: long[1] }),
  };
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

function grantLine({ models, maxTokens, maxRetries, maxTimeout }: Grant): string {
  const entries = [
    ...(models === undefined ? [] : [`models: [${models.map((model) => JSON.stringify(model)).join(", ")}]`]),
    ...(maxTokens === undefined ? [] : [`maxTokens: ${maxTokens}`]),
    ...(maxRetries === DEFAULT_RETRIES ? [] : [`maxRetries: ${maxRetries}`]),
    ...(maxTimeout === undefined ? [] : [`maxTimeout: ${maxTimeout}ms`]),
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
