import type { Attachment } from "../../contract/provider.ts";

/** How one server departs from OpenAI's chat completions, as data. */
export interface Quirks {
  /** The field for the greatest number of tokens of an answer. */
  readonly maxTokens: "max_tokens" | "max_completion_tokens";
  /** Whether `stream_options: {include_usage: true}` is understood; some servers answer 400 to it. */
  readonly streamUsage: boolean;
  /** How an answer is held to a schema; `json_object` servers get the schema in a system message. */
  readonly schema: "json_schema" | "json_object";
  /** The field for a seed; absent where there is none. */
  readonly seed?: "seed" | "random_seed";
  /** How `thinkingTokens` is passed on; absent where it cannot be. */
  readonly thinking?: "reasoning_effort" | "reasoning";
  /** What a demanded tool call is called. */
  readonly requiredTool: "required" | "any";
  /** Whether the server offers `/embeddings`. */
  readonly embeddings: boolean;
  /** What messages may hold besides text. */
  readonly takes: readonly Attachment["type"][];
  /** Fields that `provider` may say besides those that all servers have. */
  readonly fields: readonly string[];
  /** The model that judges texts, where the server offers `/moderations`. */
  readonly moderation?: string;
  /** Whether the server offers `/batches` and `/files`. */
  readonly batches: boolean;
}

/** What most servers understand. */
export const COMMON_QUIRKS: Quirks = {
  maxTokens: "max_tokens",
  streamUsage: true,
  schema: "json_schema",
  seed: "seed",
  requiredTool: "required",
  embeddings: true,
  takes: ["image"],
  fields: [],
  batches: false,
};
