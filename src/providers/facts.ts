import type { ProviderFacts } from "../contract/catalogue.ts";
import type { ProviderDefinition } from "../contract/provider.ts";
import { quirksOf } from "./compatible.ts";
import { COMMON_QUIRKS, type Quirks } from "./openai-protocol/quirks.ts";

type Features = Pick<ProviderFacts, "protocol" | "schema" | "thinking" | "seed" | "embeddings" | "maxTemperature">;

/** What a provider's protocol can do, from the same table by which it is spoken. */
export function factsOf(definition: ProviderDefinition): ProviderFacts {
  const { id, title, local, keyVariable, baseUrlVariable, baseUrl, defaultModel, defaultMaxTokens } = definition;
  return {
    id,
    title,
    isLocal: local === true,
    ...(keyVariable !== undefined && { keyVariable }),
    ...(baseUrlVariable !== undefined && { addressVariable: baseUrlVariable }),
    address: baseUrl,
    defaultModel,
    ...(defaultMaxTokens !== undefined && { defaultMaxTokens }),
    ...(OWN[id] ?? featuresOf(quirksOf.get(id) ?? OPENAI)),
  };
}

const OPENAI: Quirks = { ...COMMON_QUIRKS, thinking: "reasoning_effort" };

function featuresOf({ schema, thinking, seed, embeddings }: Quirks): Features {
  return {
    protocol: "openai",
    schema: schema === "json_schema" ? "native" : "json",
    thinking: thinking === undefined ? "none" : thinking === "reasoning" ? "budget" : "effort",
    seed: seed !== undefined,
    embeddings,
    maxTemperature: 2,
  };
}

/** Those that speak no OpenAI. */
const OWN: Readonly<Record<string, Features>> = {
  anthropic: {
    protocol: "anthropic",
    schema: "native",
    thinking: "budget",
    seed: false,
    embeddings: false,
    maxTemperature: 1,
  },
  mock: { protocol: "mock", schema: "native", thinking: "none", seed: false, embeddings: true, maxTemperature: 2 },
};
