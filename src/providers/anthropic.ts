import type {
  GenerateRequest,
  ModelInfo,
  Provider,
  ProviderDefinition,
  ProviderOptions,
} from "../contract/provider.ts";
import { eventsOf, generationOf } from "./anthropic-protocol/answer.ts";
import { messageBatches } from "./anthropic-protocol/batches.ts";
import { DEFAULT_MAX_TOKENS, messagesRequest } from "./anthropic-protocol/request.ts";
import { beginCall, callSubject, routedFetch } from "./transport/begin-call.ts";
import type { ErrorClasses } from "./transport/provider-error.ts";

type Sdk = typeof import("@anthropic-ai/sdk");
type CloseSchema = typeof import("@anthropic-ai/sdk/lib/transform-json-schema").transformJSONSchema;

const MAX_MODELS = 2000;

/** The SDK's own time limit, switched off in favour of ours: the greatest that a timer takes. */
const NO_TIMEOUT = 2 ** 31 - 1;

/** Anthropic's Claude models. */
export const anthropic = {
  id: "anthropic",
  title: "Anthropic",
  baseUrl: "https://api.anthropic.com",
  keyVariable: "ANTHROPIC_API_KEY",
  baseUrlVariable: "ANTHROPIC_BASE_URL",
  defaultModel: "claude-sonnet-5",
  prices: "anthropic",
  defaultMaxTokens: DEFAULT_MAX_TOKENS,
  async load() {
    const [sdk, { transformJSONSchema }] = await Promise.all([
      import("@anthropic-ai/sdk"),
      import("@anthropic-ai/sdk/lib/transform-json-schema"),
    ]);
    return (options: ProviderOptions) => messagesProvider(sdk, transformJSONSchema, options);
  },
} satisfies ProviderDefinition;

function messagesProvider(sdk: Sdk, closeSchema: CloseSchema, options: ProviderOptions): Provider {
  const classes = sdk as unknown as ErrorClasses;
  const begin = (model: string | undefined, signal: AbortSignal, request?: GenerateRequest) => {
    const subject = callSubject(anthropic, options, model);
    return beginCall({ subject, options, classes, request }, signal);
  };
  const client = openClient(sdk, options.baseUrl ?? anthropic.baseUrl, options);
  return {
    id: anthropic.id,
    async generate(request, signal) {
      const call = begin(request.model, signal, request);
      return await call.run(async () => {
        const body = { ...messagesRequest(request, closeSchema), stream: false as const };
        return generationOf(await client.messages.create(body, call.options), call.subject);
      });
    },
    async *stream(request: GenerateRequest, signal: AbortSignal) {
      const call = begin(request.model, signal, request);
      yield* call.walk(async function* () {
        const body = { ...messagesRequest(request, closeSchema), stream: true as const };
        yield* eventsOf(await client.messages.create(body, call.options), call.subject);
      });
    },
    batches: messageBatches({
      client,
      begin: (signal) => begin(undefined, signal),
      body: (request) => messagesRequest(request, closeSchema),
    }),
    async models(signal) {
      const call = begin(undefined, signal);
      return await call.run(async () => {
        const models: ModelInfo[] = [];
        for await (const { id, created_at: created, max_input_tokens: contextLength } of client.models.list(
          { limit: 1000 },
          call.options,
        )) {
          models.push({
            name: `${anthropic.id}/${id}`,
            provider: anthropic.id,
            model: id,
            ...(typeof contextLength === "number" && { contextLength }),
            ...(created && { created }),
          });
          if (models.length >= MAX_MODELS) break;
        }
        return models;
      });
    },
  };
}

/** Everything that the SDK would take from the environment or a file of its own is said here. */
function openClient(sdk: Sdk, baseURL: string, { key, maxRetries }: ProviderOptions) {
  return new sdk.Anthropic({
    apiKey: key ?? "none",
    authToken: null,
    webhookKey: null,
    baseURL,
    fetch: routedFetch,
    maxRetries,
    timeout: NO_TIMEOUT,
    logLevel: "off",
  });
}
