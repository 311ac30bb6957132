import { readLooseJson } from "../../contract/json-text.ts";
import type { GenerateRequest, Provider, ProviderDefinition, ProviderOptions } from "../../contract/provider.ts";
import { beginCall, callSubject, routedFetch } from "../transport/begin-call.ts";
import type { ErrorClasses } from "../transport/provider-error.ts";
import { eventsOf, generationOf } from "./answer.ts";
import { messageBatches } from "./batches.ts";
import { modelList } from "./model-list.ts";
import { messagesRequest } from "./request.ts";

type Sdk = typeof import("@anthropic-ai/sdk");
type CloseSchema = typeof import("@anthropic-ai/sdk/lib/transform-json-schema").transformJSONSchema;

/** The server that it is at. */
type MessagesServer = Omit<ProviderDefinition, "load">;

/** The SDK's own time limit, switched off in favour of ours: the greatest that a timer takes. */
const NO_TIMEOUT = 2 ** 31 - 1;

/** A provider of this protocol at one server. */
export function messagesProvider(
  server: MessagesServer,
  sdk: Sdk,
  closeSchema: CloseSchema,
  options: ProviderOptions,
): Provider {
  const classes = sdk as unknown as ErrorClasses;
  const begin = (model: string | undefined, signal: AbortSignal, request?: GenerateRequest) => {
    const subject = callSubject(server, options, model);
    return beginCall({ subject, options, classes, request }, signal);
  };
  const client = openClient(sdk, options.baseUrl ?? server.baseUrl, options);
  return {
    id: server.id,
    async generate(request, signal) {
      const call = begin(request.model, signal, request);
      return await call.run(async () => {
        const body = { ...messagesRequest(request, closeSchema), stream: false as const };
        return generationOf(await client.messages.create(body, call.options), call.subject, request.attempts);
      });
    },
    async *stream(request: GenerateRequest, signal: AbortSignal) {
      const call = begin(request.model, signal, request);
      yield* call.walk(async function* () {
        const body = { ...messagesRequest(request, closeSchema), stream: true as const };
        yield* eventsOf(await client.messages.create(body, call.options), call.subject, request.attempts);
      });
    },
    batches: messageBatches({
      client,
      begin: (signal) => begin(undefined, signal),
      body: (request) => messagesRequest(request, closeSchema),
    }),
    async models(signal) {
      const call = begin(undefined, signal);
      return await call.run(() => modelList(client, call));
    },
  };
}

/** As {@link routedFetch}. The SDK reads an answer by the response's `json`, which would round integers in tools' arguments. */
const exactFetch = (async (...request: Parameters<typeof routedFetch>) => {
  const response = await routedFetch(...request);
  return Object.assign(response, { json: async () => readLooseJson(await response.text()) });
}) as typeof fetch;

/** Everything that the SDK would take from the environment or a file of its own is said here. */
function openClient(sdk: Sdk, baseURL: string, { key, maxRetries }: ProviderOptions) {
  return new sdk.Anthropic({
    apiKey: key ?? "none",
    authToken: null,
    webhookKey: null,
    baseURL,
    fetch: exactFetch,
    maxRetries,
    timeout: NO_TIMEOUT,
    logLevel: "off",
  });
}
