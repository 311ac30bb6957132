import type { ProviderDefinition } from "../contract/provider.ts";
import type { ChatServer } from "./openai-protocol/chat-provider.ts";
import { COMMON_QUIRKS } from "./openai-protocol/quirks.ts";

// Chat completions and not Responses: it is the one protocol of all compatible servers, so openai and
// compatible share their code and tests; it keeps no conversation on the server; and a provider's contract
// (whole messages in, one answer out) needs nothing that only Responses has.
const server: ChatServer = {
  id: "openai",
  title: "OpenAI",
  baseUrl: "https://api.openai.com/v1",
  keyVariable: "OPENAI_API_KEY",
  // Its reasoning models refuse max_tokens.
  quirks: {
    ...COMMON_QUIRKS,
    maxTokens: "max_completion_tokens",
    thinking: "reasoning_effort",
    takes: ["image", "file", "audio"],
    moderation: "omni-moderation-latest",
    batches: true,
  },
};

/** OpenAI's models. */
export const openai = {
  id: server.id,
  title: server.title,
  baseUrl: server.baseUrl,
  keyVariable: "OPENAI_API_KEY",
  baseUrlVariable: "OPENAI_BASE_URL",
  defaultModel: "gpt-5-mini",
  prices: "openai",
  load: async () => (await import("./openai-protocol/chat-provider.ts")).loadChatProvider(server),
} satisfies ProviderDefinition;
