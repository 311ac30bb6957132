import type { ProviderDefinition, ProviderOptions } from "../contract/provider.ts";
import { DEFAULT_MAX_TOKENS } from "./anthropic-protocol/default-max-tokens.ts";

const server = {
  id: "anthropic",
  title: "Anthropic",
  baseUrl: "https://api.anthropic.com",
  keyVariable: "ANTHROPIC_API_KEY",
  baseUrlVariable: "ANTHROPIC_BASE_URL",
  defaultModel: "claude-sonnet-5",
  prices: "anthropic",
  defaultMaxTokens: DEFAULT_MAX_TOKENS,
} satisfies Omit<ProviderDefinition, "load">;

/** Anthropic's Claude models. */
export const anthropic = {
  ...server,
  async load() {
    const [sdk, { transformJSONSchema }, { messagesProvider }] = await Promise.all([
      import("@anthropic-ai/sdk"),
      import("@anthropic-ai/sdk/lib/transform-json-schema"),
      import("./anthropic-protocol/messages-provider.ts"),
    ]);
    return (options: ProviderOptions) => messagesProvider(server, sdk, transformJSONSchema, options);
  },
} satisfies ProviderDefinition;
