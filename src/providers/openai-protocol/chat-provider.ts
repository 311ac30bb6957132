import type OpenAI from "openai";
import type {
  Embeddings,
  GenerateRequest,
  ModerateRequest,
  Provider,
  ProviderOptions,
} from "../../contract/provider.ts";
import { beginCall, type Call, type CallSettings, callSubject, routedFetch } from "../transport/begin-call.ts";
import type { ErrorClasses } from "../transport/provider-error.ts";
import { inputUsage } from "../transport/token-count.ts";
import { eventsOf, generationOf } from "./answer.ts";
import { chatBatches } from "./batches.ts";
import { moderationsOf } from "./moderate.ts";
import { modelList } from "./model-info.ts";
import type { Quirks } from "./quirks.ts";
import { chatRequest } from "./request.ts";
import { vectorsOf } from "./vectors.ts";

/** A server that speaks OpenAI's chat completions. */
export interface ChatServer {
  readonly id: string;
  readonly title: string;
  readonly baseUrl: string;
  readonly keyVariable?: string;
  readonly local?: true;
  readonly quirks: Quirks;
}

/** The SDK's own time limit, switched off in favour of ours: the greatest that a timer takes. */
const NO_TIMEOUT = 2 ** 31 - 1;

type Sdk = typeof import("openai");

/** Loads the SDK and makes providers of one server. */
export async function loadChatProvider(server: ChatServer): Promise<(options: ProviderOptions) => Provider> {
  const sdk = await import("openai");
  return (options) => chatProvider(sdk, server, options);
}

function chatProvider(sdk: Sdk, server: ChatServer, options: ProviderOptions): Provider {
  const { quirks } = server;
  const classes = sdk as unknown as ErrorClasses;
  const begin = (model: string | undefined, signal: AbortSignal, request?: CallSettings["request"]) => {
    const subject = callSubject(server, options, model);
    return beginCall({ subject, options, classes, request }, signal);
  };
  const client = openClient(sdk, options.baseUrl ?? server.baseUrl, options);
  const provider: Provider = {
    id: server.id,
    async generate(request, signal) {
      const call = begin(request.model, signal, request);
      return await call.run(async () => {
        const body = { ...chatRequest(request, quirks, server.title), stream: false as const };
        return generationOf(await client.chat.completions.create(body, call.options), call.subject, request.attempts);
      });
    },
    async *stream(request: GenerateRequest, signal: AbortSignal) {
      const call = begin(request.model, signal, request);
      yield* call.walk(async function* () {
        const usage = quirks.streamUsage ? { stream_options: { include_usage: true } } : {};
        const body = { ...chatRequest(request, quirks, server.title), stream: true as const, ...usage };
        yield* eventsOf(await client.chat.completions.create(body, call.options), call.subject, request.attempts);
      });
    },
    async models(signal) {
      const call = begin(undefined, signal);
      // The SDK's own list takes anything for an empty one.
      return await call.run(async () => modelList(await client.get<unknown>("/models", call.options), call.subject));
    },
  };
  const { moderation } = quirks;
  return {
    ...provider,
    ...(quirks.embeddings && { embed: embedder(client, begin) }),
    ...(moderation !== undefined && {
      async moderate({ model = moderation, texts }: ModerateRequest, signal: AbortSignal) {
        const call = begin(model, signal);
        return await call.run(async () =>
          moderationsOf(await client.moderations.create({ model, input: [...texts] }, call.options)),
        );
      },
    }),
    ...(quirks.batches && {
      batches: chatBatches({
        client,
        begin: (signal) => begin(undefined, signal),
        body: (request) => chatRequest(request, quirks, server.title),
      }),
    }),
  };
}

type Begin = (model: string | undefined, signal: AbortSignal, request?: CallSettings["request"]) => Call;

function embedder(client: OpenAI, begin: Begin): NonNullable<Provider["embed"]> {
  return async (request, signal): Promise<Embeddings> => {
    const { model, texts, dimensions } = request;
    const call = begin(model, signal, request);
    return await call.run(async () => {
      const body = {
        model,
        input: [...texts],
        encoding_format: "float" as const,
        ...(dimensions !== undefined && { dimensions }),
      };
      const answer = await client.embeddings.create(body, call.options);
      const vectors = vectorsOf(answer?.data, texts.length, call.subject);
      const usage = { ...inputUsage(answer.usage?.prompt_tokens, {}), outputTokens: 0 };
      return { vectors, usage, model: answer.model ?? model };
    });
  };
}

/** Everything that the SDK would take from the environment is said here, so that one server's settings never reach another. */
function openClient(sdk: Sdk, baseURL: string, { key, maxRetries }: ProviderOptions) {
  return new sdk.OpenAI({
    // Local servers take any key; the SDK wants one.
    apiKey: key ?? "none",
    adminAPIKey: null,
    organization: null,
    project: null,
    webhookSecret: null,
    baseURL,
    fetch: routedFetch,
    maxRetries,
    timeout: NO_TIMEOUT,
    logLevel: "off",
  });
}
