import type { ModelInfo } from "../../contract/provider.ts";

/** Where servers write how many tokens a model takes: OpenRouter, Groq, Mistral, vLLM, LM Studio. */
const CONTEXT_FIELDS = [
  "context_length",
  "context_window",
  "max_context_length",
  "max_model_len",
  "loaded_context_length",
] as const;

/** One model of a server's list. */
export function modelInfo(provider: string, listed: { readonly id: string; readonly created?: number }): ModelInfo {
  // Gemini's endpoint lists models/gemini-… and takes the name without the folder.
  const model = listed.id.replace(/^models\//, "");
  const fields = listed as unknown as Readonly<Record<string, unknown>>;
  const contextLength = CONTEXT_FIELDS.map((field) => fields[field]).find(
    (length): length is number => typeof length === "number" && Number.isSafeInteger(length) && length > 0,
  );
  const created = rfc3339(listed.created);
  return {
    name: `${provider}/${model}`,
    provider,
    model,
    ...(contextLength !== undefined && { contextLength }),
    ...(created !== undefined && { created }),
  };
}

/** Seconds since 1970 as RFC 3339; some servers write 0 for "unknown". */
function rfc3339(seconds: number | undefined): string | undefined {
  if (typeof seconds !== "number" || seconds <= 0 || seconds > 8.64e12) return undefined;
  return new Date(seconds * 1000).toISOString();
}
