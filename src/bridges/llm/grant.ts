import type { Refusal, RuleContext } from "../../contract/bridge.ts";
import { duration, integer, shape, once, oneOf, type Parsed, size, v } from "../../contract/schema.ts";

const MIB = 1024 * 1024;
const DEFAULT_RETRIES = 5;

/** What a profile may say of models. */
export const grantSchema = once(() =>
  shape({
    models: v.optional(
      v.pipe(
        v.array(v.pipe(v.string(), v.minLength(1))),
        v.description("Globs of `provider/model`, such as `anthropic/*`; all models unless told"),
      ),
    ),
    maxTokens: v.optional(v.pipe(integer(1), v.description("The longest answer that may be asked for, in tokens"))),
    maxAttachmentBytes: v.optional(
      v.pipe(size(), v.description("The most bytes of one image, file or sound that is sent")),
      8 * MIB,
    ),
    maxTimeout: v.optional(v.pipe(duration(), v.description("The longest time that a call may ask to wait"))),
    maxRetries: v.optional(
      v.pipe(integer(0), v.description("How often a call may ask to be tried again")),
      DEFAULT_RETRIES,
    ),
    unknownPrices: v.optional(
      v.pipe(
        oneOf(["refuse", "count-tokens"]),
        v.description(
          "What a budget in dollars does with models whose price nobody knows: refuse them, or count their tokens alone",
        ),
      ),
      "refuse",
    ),
    cache: v.optional(
      v.pipe(
        shape({
          scope: v.optional(
            v.pipe(oneOf(["run", "shared"]), v.description("Whose questions: of one run, or of all runs here")),
            "run",
          ),
          ttl: v.optional(v.pipe(duration(), v.description("How long an answer is kept")), "1h"),
          maxBytes: v.optional(
            v.pipe(size(), v.description("How much is kept; what was not used for longest goes first")),
            50 * MIB,
          ),
        }),
        v.description("Answers the same question from what was answered before, unless a call says `cache: false`"),
      ),
    ),
  }),
);

/** A parsed grant. */
export type Grant = Parsed<ReturnType<typeof grantSchema>>;

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
