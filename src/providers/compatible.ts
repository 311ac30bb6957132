import type { ProviderDefinition } from "../contract/provider.ts";
import { COMMON_QUIRKS, type Quirks } from "./openai-protocol/quirks.ts";

/** One row: a server that speaks OpenAI's chat completions, and how it departs from them. */
interface Row extends Omit<ProviderDefinition, "load"> {
  readonly quirks?: Partial<Quirks>;
}

/** What servers of one's own know of sampling and templates. */
const LOCAL_FIELDS = [
  "cache_prompt",
  "chat_template_kwargs",
  "grammar",
  "keep_alive",
  "min_p",
  "repeat_penalty",
  "repetition_penalty",
  "top_k",
  "ttl",
] as const;

const ROWS: readonly Row[] = [
  {
    id: "ollama",
    title: "Ollama",
    local: true,
    baseUrl: "http://localhost:11434/v1",
    baseUrlVariable: "OLLAMA_BASE_URL",
    defaultModel: "llama3.2",
    quirks: { thinking: "reasoning_effort", fields: LOCAL_FIELDS },
  },
  {
    id: "llamacpp",
    title: "llama.cpp",
    local: true,
    baseUrl: "http://localhost:8080/v1",
    baseUrlVariable: "LLAMACPP_BASE_URL",
    defaultModel: "default",
    quirks: { takes: ["image", "audio"], fields: LOCAL_FIELDS },
  },
  {
    id: "lmstudio",
    title: "LM Studio",
    local: true,
    baseUrl: "http://localhost:1234/v1",
    baseUrlVariable: "LMSTUDIO_BASE_URL",
    defaultModel: "default",
    quirks: { fields: LOCAL_FIELDS },
  },
  {
    id: "vllm",
    title: "vLLM",
    local: true,
    baseUrl: "http://localhost:8000/v1",
    baseUrlVariable: "VLLM_BASE_URL",
    defaultModel: "default",
    quirks: { thinking: "reasoning_effort", takes: ["image", "audio"], fields: LOCAL_FIELDS },
  },
  {
    id: "openrouter",
    prices: "openrouter",
    title: "OpenRouter",
    baseUrl: "https://openrouter.ai/api/v1",
    keyVariable: "OPENROUTER_API_KEY",
    baseUrlVariable: "OPENROUTER_BASE_URL",
    defaultModel: "openrouter/auto",
    quirks: {
      thinking: "reasoning",
      takes: ["image", "file", "audio"],
      fields: ["top_k", "min_p", "repetition_penalty"],
    },
  },
  {
    id: "groq",
    prices: "groq",
    title: "Groq",
    baseUrl: "https://api.groq.com/openai/v1",
    keyVariable: "GROQ_API_KEY",
    baseUrlVariable: "GROQ_BASE_URL",
    defaultModel: "openai/gpt-oss-20b",
    quirks: { maxTokens: "max_completion_tokens", thinking: "reasoning_effort", embeddings: false },
  },
  {
    id: "mistral",
    prices: "mistral",
    title: "Mistral",
    baseUrl: "https://api.mistral.ai/v1",
    keyVariable: "MISTRAL_API_KEY",
    baseUrlVariable: "MISTRAL_BASE_URL",
    defaultModel: "mistral-small-latest",
    // Usage comes unasked for in its last chunk, and unknown fields are refused with 422.
    quirks: {
      streamUsage: false,
      seed: "random_seed",
      requiredTool: "any",
      fields: ["safe_prompt"],
      moderation: "mistral-moderation-latest",
    },
  },
  {
    id: "gemini",
    prices: "google",
    title: "Google Gemini",
    baseUrl: "https://generativelanguage.googleapis.com/v1beta/openai",
    keyVariable: "GEMINI_API_KEY",
    baseUrlVariable: "GEMINI_BASE_URL",
    defaultModel: "gemini-2.5-flash",
    quirks: { thinking: "reasoning_effort", takes: ["image", "audio"] },
  },
  {
    id: "deepseek",
    prices: "deepseek",
    title: "DeepSeek",
    baseUrl: "https://api.deepseek.com/v1",
    keyVariable: "DEEPSEEK_API_KEY",
    baseUrlVariable: "DEEPSEEK_BASE_URL",
    defaultModel: "deepseek-chat",
    quirks: { schema: "json_object", embeddings: false, takes: [] },
  },
  {
    id: "xai",
    prices: "x-ai",
    title: "xAI",
    baseUrl: "https://api.x.ai/v1",
    keyVariable: "XAI_API_KEY",
    baseUrlVariable: "XAI_BASE_URL",
    defaultModel: "grok-4",
    quirks: { maxTokens: "max_completion_tokens", embeddings: false },
  },
  {
    id: "together",
    prices: "together",
    title: "Together AI",
    baseUrl: "https://api.together.xyz/v1",
    keyVariable: "TOGETHER_API_KEY",
    baseUrlVariable: "TOGETHER_BASE_URL",
    defaultModel: "meta-llama/Llama-3.3-70B-Instruct-Turbo",
    quirks: { fields: ["top_k", "min_p", "repetition_penalty"] },
  },
];

/** How each of them departs from the protocol, by id. */
export const quirksOf: ReadonlyMap<string, Quirks> = new Map(
  ROWS.map(({ id, quirks }) => [id, { ...COMMON_QUIRKS, ...quirks }]),
);

/** Every server that speaks OpenAI's protocol; a new one is a row of the table above. */
export const compatible: readonly ProviderDefinition[] = ROWS.map(({ quirks, ...definition }) => ({
  ...definition,
  async load() {
    const { loadChatProvider } = await import("./openai-protocol/chat-provider.ts");
    return loadChatProvider({ ...definition, quirks: { ...COMMON_QUIRKS, ...quirks } });
  },
}));
