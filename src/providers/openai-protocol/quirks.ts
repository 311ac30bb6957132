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
}

/** What most servers understand. */
export const COMMON_QUIRKS: Quirks = {
  maxTokens: "max_tokens",
  streamUsage: true,
  schema: "json_schema",
  seed: "seed",
  requiredTool: "required",
  embeddings: true,
};
