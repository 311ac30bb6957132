import { poolsOf, type Pools } from "../bridges/pool/pools.ts";
import type { Clock, Models, ResolvedModel } from "../contract/effects.ts";
import type { GenerateRequest, Provider, StreamEvent, Usage } from "../contract/provider.ts";
import type { RunInfo } from "../contract/run.ts";
import { withOwn } from "./with-own.ts";

/** Letters that are taken for a token where nothing was counted yet. */
const LETTERS_A_TOKEN = 4;

/** The models as one run has them: every call passes the run's pools, and is measured. */
export function pooledModels(models: Models, run: RunInfo, clock: Clock): Models {
  const pools = poolsOf(run);
  return {
    resolve: (name) => pooled(models.resolve(name), pools, clock),
    providers: () => models.providers(),
    list: (provider, signal) => models.list(provider, signal),
    countTokens: (text, model) => models.countTokens(text, model),
  };
}

function pooled(resolved: ResolvedModel, pools: Pools, clock: Clock): ResolvedModel {
  const { provider, name } = resolved;
  const run = <T>(estimate: number, signal: AbortSignal, work: (signal: AbortSignal) => Promise<T & WithUsage>) =>
    pools.run<T>(name, { signal, estimate }, clock, async (inner) => {
      const value = await work(inner);
      return { value, tokens: tokensOf(value.usage) };
    });
  const own: { -readonly [K in keyof Provider]?: Provider[K] } = {
    generate: (request, signal) => run(estimateOf(request), signal, (inner) => provider.generate(request, inner)),
    stream: (request, signal) =>
      pooledStream(provider, request, (work) =>
        pools.run(name, { signal, estimate: estimateOf(request) }, clock, work),
      ),
    ...(provider.embed !== undefined && {
      embed: (request: Parameters<NonNullable<Provider["embed"]>>[0], signal: AbortSignal) =>
        run(lettersToTokens(request.texts), signal, async (inner) => {
          if (provider.embed === undefined) throw new TypeError("The provider lost its embeddings");
          return provider.embed(request, inner);
        }),
    }),
  };
  const { moderate } = provider;
  if (moderate !== undefined) {
    own.moderate = (request, signal) =>
      pools.run(name, { signal, estimate: lettersToTokens(request.texts) }, clock, async (inner) => {
        return { value: await moderate.call(provider, request, inner), tokens: 0 };
      });
  }
  return { ...resolved, provider: withOwn(provider, own) };
}

interface WithUsage {
  readonly usage: Usage;
}

type Enter = (work: (signal: AbortSignal) => Promise<{ value: null; tokens: number }>) => Promise<null>;

/** A stream has its place from when it is first read until it ends. */
async function* pooledStream(provider: Provider, request: GenerateRequest, enter: Enter): AsyncGenerator<StreamEvent> {
  const entered = Promise.withResolvers<AbortSignal>();
  const over = Promise.withResolvers<number>();
  // Where nobody waits for it, its end is no fault of the process.
  over.promise.catch(() => {});
  const place = enter(async (own) => {
    entered.resolve(own);
    return { value: null, tokens: await over.promise };
  });
  place.catch((error: unknown) => entered.reject(error));
  const own = await entered.promise;
  let tokens = 0;
  try {
    for await (const event of provider.stream(request, own)) {
      if (event.type === "finish") tokens = tokensOf(event.usage);
      yield event;
    }
  } catch (error) {
    over.reject(error);
    throw await place.catch((reason: unknown) => reason);
  } finally {
    over.resolve(tokens);
  }
  await place;
}

function tokensOf({ inputTokens, outputTokens }: Usage): number {
  return inputTokens + outputTokens;
}

/** As providers reckon: the prompt, and as long an answer as is asked for. */
function estimateOf({ messages, maxTokens = 0 }: GenerateRequest): number {
  const texts = messages.flatMap(({ content }) =>
    typeof content === "string" ? [content] : content.map((part) => (part.type === "text" ? part.text : "")),
  );
  return lettersToTokens(texts) + maxTokens;
}

function lettersToTokens(texts: readonly string[]): number {
  return Math.ceil(texts.reduce((sum, { length }) => sum + length, 0) / LETTERS_A_TOKEN);
}
