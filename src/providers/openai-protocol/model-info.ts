import type { ModelInfo } from "../../contract/provider.ts";
import { type CallSubject, wrongAnswer } from "../transport/provider-error.ts";

/** A list of models is cut here: OpenRouter has hundreds, a hostile server any number. */
const MAX_MODELS = 2000;

/** Where servers write how many tokens a model takes: OpenRouter, Groq, Mistral, vLLM, LM Studio. */
const CONTEXT_FIELDS = [
  "context_length",
  "context_window",
  "max_context_length",
  "max_model_len",
  "loaded_context_length",
] as const;

/** What a server lists. Together gives the list alone. */
export function modelList(body: unknown, subject: CallSubject): ModelInfo[] {
  const list = Array.isArray(body) ? body : (body as { readonly data?: unknown } | null)?.data;
  if (!Array.isArray(list)) throw wrongAnswer(subject, "something that is no list of models");
  return (list as readonly unknown[]).slice(0, MAX_MODELS).map((listed) => {
    if (isListed(listed)) return modelInfo(subject.id, listed);
    throw wrongAnswer(subject, "a list that has something else than models in it");
  });
}

interface Listed {
  readonly id: string;
  readonly created?: number;
}

function isListed(item: unknown): item is Listed {
  return typeof (item as { readonly id?: unknown } | null)?.id === "string";
}

function modelInfo(provider: string, listed: Listed): ModelInfo {
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
