import type { ValueMap, Value } from "./value.ts";

/** One part of a message. */
export type MessagePart =
  | { readonly type: "text"; readonly text: string }
  | { readonly type: "tool-call"; readonly id: string; readonly name: string; readonly arguments: ValueMap }
  | { readonly type: "tool-result"; readonly id: string; readonly text: string; readonly isError?: boolean };

/** One message of a conversation. Tool calls are parts of `assistant`, their results parts of `tool`. */
export interface Message {
  readonly role: "system" | "user" | "assistant" | "tool";
  readonly content: string | readonly MessagePart[];
}

/** A tool that the model may ask for. `parameters` is a JSON Schema (2020-12) of an object. */
export interface ToolDefinition {
  readonly name: string;
  readonly description: string;
  readonly parameters: ValueMap;
}

/** What a model is asked. Undefined means the provider's default. */
export interface GenerateRequest {
  /** The provider's own name of the model. */
  readonly model: string;
  readonly messages: readonly Message[];
  /** Tokens. */
  readonly maxTokens?: number;
  /** 0 to 2; providers with a smaller range are given their greatest. */
  readonly temperature?: number;
  readonly topP?: number;
  readonly stop?: readonly string[];
  readonly seed?: number;
  readonly tools?: readonly ToolDefinition[];
  /** `auto` unless told; `required`: some tool; a name: that tool. */
  readonly toolChoice?: "auto" | "none" | "required" | { readonly name: string };
  /** The answer's text must be JSON of this schema. */
  readonly schema?: { readonly name: string; readonly schema: ValueMap };
  /** Tokens that the model may think with, where it can. */
  readonly thinkingTokens?: number;
  /** Idempotency key, sent as a header: the same when the request is repeated after a crash. */
  readonly key?: string;
}

/** Tokens as the provider counted them; 0 where it did not say. */
export interface Usage {
  readonly inputTokens: number;
  readonly outputTokens: number;
}

/** Why the model stopped. */
export type FinishReason = "stop" | "length" | "tool-calls" | "refusal" | "other";

/** A tool call that the model asks for. */
export interface ToolCall {
  readonly id: string;
  readonly name: string;
  readonly arguments: ValueMap;
}

/** A whole answer. */
export interface Generation {
  readonly text: string;
  /** What the model thought, where it shows it; otherwise empty. */
  readonly thinking: string;
  readonly toolCalls: readonly ToolCall[];
  readonly usage: Usage;
  readonly finishReason: FinishReason;
  /** The model that answered, as the provider names it. */
  readonly model: string;
}

/** A piece of an answer. The last one is `finish`, which carries what a {@link Generation} has besides its text. */
export type StreamEvent =
  | { readonly type: "text"; readonly text: string }
  | { readonly type: "thinking"; readonly text: string }
  | { readonly type: "tool-call"; readonly call: ToolCall }
  | { readonly type: "finish"; readonly usage: Usage; readonly finishReason: FinishReason; readonly model: string };

/** A model that a provider offers. What is not known is absent. */
export interface ModelInfo {
  /** `provider/model`. */
  readonly name: string;
  readonly provider: string;
  readonly model: string;
  /** Tokens. */
  readonly contextLength?: number;
  /** RFC 3339. */
  readonly created?: string;
}

/**
 * A model server behind its official SDK. Every method rejects with a `provider.*` error, `call.cancelled`
 * when the signal is aborted, and leaves no socket open then.
 */
export interface Provider {
  readonly id: string;
  generate(request: GenerateRequest, signal: AbortSignal): Promise<Generation>;
  /** The request is sent when iteration begins; leaving the loop early closes the connection. */
  stream(request: GenerateRequest, signal: AbortSignal): AsyncIterable<StreamEvent>;
  models(signal: AbortSignal): Promise<readonly ModelInfo[]>;
  /** One vector a text. Absent where the provider has none. */
  embed?(
    request: { readonly model: string; readonly texts: readonly string[] },
    signal: AbortSignal,
  ): Promise<Embeddings>;
}

/** Vectors in the order of the texts. */
export interface Embeddings {
  readonly vectors: readonly (readonly number[])[];
  readonly usage: Usage;
  readonly model: string;
}

/** What a provider is made from. */
export interface ProviderOptions {
  /** The key, where the provider needs one. */
  readonly key: string | undefined;
  /** Instead of the usual address. */
  readonly baseUrl: string | undefined;
  readonly fetch: typeof fetch;
  readonly timeouts: ProviderTimeouts;
  /** For retries with back-off. */
  readonly maxRetries: number;
  /** The mock's script, parsed from YAML; absent for all others. */
  readonly script?: Value;
}

/** Milliseconds. A stream may take as long as it likes while each of its chunks is in time. */
export interface ProviderTimeouts {
  /** From the request to the answer's first byte. */
  readonly firstByte: number;
  /** Between two chunks of a stream. */
  readonly chunk: number;
}

/** One row of the list of providers. */
export interface ProviderDefinition {
  readonly id: string;
  /** Name for people. */
  readonly title: string;
  /** The variable that holds the key; absent where none is needed. */
  readonly keyVariable?: string;
  /** The variable that holds another address than the usual. */
  readonly baseUrlVariable?: string;
  /** The usual address; servers on this machine are used without a key when they answer there. */
  readonly baseUrl: string;
  readonly local?: true;
  /** The model that is meant when only the provider is named. */
  readonly defaultModel: string;
  /** Its id in the price data; absent where models cost nothing. */
  readonly prices?: string;
  /** Tokens that an answer may have where the request does not say; absent: as many as the model can. */
  readonly defaultMaxTokens?: number;
  /** Loads the SDK. */
  load(): Promise<(options: ProviderOptions) => Provider>;
}
