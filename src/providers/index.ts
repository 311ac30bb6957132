/**
 * The model providers: THE LIST, one line a provider or family of them. Here live the adapters between
 * {@link ProviderDefinition} and the official SDKs, which are loaded only when a provider is used. What may
 * not live here: keys (they come in `ProviderOptions`), environment variables, files, the global fetch, and
 * any knowledge of one provider in another. What the protocols share lies in the folders beside: `transport`
 * (time limits, cancellation, errors), `openai-protocol`, `anthropic-protocol`.
 */
import type { ProviderDefinition } from "../contract/provider.ts";
import { anthropic } from "./anthropic.ts";
import { compatible } from "./compatible.ts";
import { mock } from "./mock/mock.ts";
import { openai } from "./openai.ts";

/** Every provider, in the order in which a default is looked for; the mock is always last. */
export const PROVIDERS: readonly ProviderDefinition[] = [anthropic, openai, ...compatible, mock];

export { makeCatalogue } from "./catalogue.ts";
export { SOURCES } from "./catalogue-sources.ts";
export { factsOf } from "./facts.ts";
export { priceOf } from "./prices.ts";
export { countTokens } from "./tokens.ts";
