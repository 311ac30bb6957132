import type { ValueMap, Value } from "./value.ts";

/** An image, a document or a sound, as bytes. `mime` is what the bytes are, `name` that of its file. */
export interface Attachment {
  readonly type: "image" | "file" | "audio";
  readonly mime: string;
  readonly bytes: Uint8Array;
  readonly name?: string;
  readonly cache?: true;
}

/**
 * What a model thought, to be given back to it after the result of a tool: `signature` is the provider's proof of it.
 * `redacted` stands for thoughts that the provider keeps to itself.
 */
export interface Thought {
  readonly type: "thinking";
  readonly text: string;
  readonly signature?: string;
  readonly redacted?: string;
}

/** One part of a message. Everything up to a part with `cache` may be kept by the provider, where it must be told so. */
export type MessagePart =
  | { readonly type: "text"; readonly text: string; readonly cache?: true }
  | Attachment
  | Thought
  | { readonly type: "tool-call"; readonly id: string; readonly name: string; readonly arguments: ValueMap }
  | {
      readonly type: "tool-result";
      readonly id: string;
      readonly text: string;
      readonly isError?: boolean;
      readonly cache?: true;
    };

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
  /** Fields of the protocol that only some providers have; each adapter says which it takes. */
  readonly provider?: ValueMap;
  /** Instead of the provider's own. */
  readonly timeouts?: Partial<ProviderTimeouts>;
  readonly maxRetries?: number;
  readonly attempts?: AttemptLog;
  /** Milliseconds that the asker waits: where a server asks for a longer pause, it is not asked again. */
  readonly timeLeft?: number;
}

/** Told what becomes of a request while it happens, so that it is paid for whatever comes of it. */
export interface AttemptLog {
  /** It leaves for the server: the first time, or once more. */
  sent(): void;
  /** What left last reached nobody, or was refused before any answer. */
  refused(): void;
  /** What the server says that all of it took. */
  counted(usage: Usage): void;
}

/** Tokens as the provider counted them; 0 where it did not say. The optional ones are part of the others. */
export interface Usage {
  readonly inputTokens: number;
  readonly outputTokens: number;
  /** Of the input: read from the provider's cache. */
  readonly cachedTokens?: number;
  /** Of the input: written to the provider's cache. */
  readonly cacheWriteTokens?: number;
  /** Of the output: thought. */
  readonly thinkingTokens?: number;
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
  /** The same with the provider's proof, where it must be given back. */
  readonly thoughts?: readonly Thought[];
  readonly toolCalls: readonly ToolCall[];
  readonly usage: Usage;
  readonly finishReason: FinishReason;
  /** The model that answered, as the provider names it. */
  readonly model: string;
}

/** The last piece of a stream: what a {@link Generation} has besides its text. */
export interface FinishEvent extends Pick<Generation, "usage" | "finishReason" | "model" | "thoughts"> {
  readonly type: "finish";
}

/** A piece of an answer. The last one is `finish`. */
export type StreamEvent =
  | { readonly type: "text"; readonly text: string }
  | { readonly type: "thinking"; readonly text: string }
  | { readonly type: "tool-call"; readonly call: ToolCall }
  | FinishEvent;

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
  embed?(request: EmbedRequest, signal: AbortSignal): Promise<Embeddings>;
  /** Absent where the provider judges nothing. */
  moderate?(request: ModerateRequest, signal: AbortSignal): Promise<Moderations>;
  /** Absent where the provider has no batches. */
  readonly batches?: Batches;
}

/** Texts for a model. */
export interface TextsRequest {
  readonly model: string;
  readonly texts: readonly string[];
}

/** Texts that are judged, by the provider's usual model unless told. */
export interface ModerateRequest {
  readonly model?: string;
  readonly texts: readonly string[];
}

/** Texts that become vectors, of `dimensions` numbers where the model can choose. */
export interface EmbedRequest extends TextsRequest {
  readonly dimensions?: number;
  readonly attempts?: AttemptLog;
}

/** What a provider thinks of texts, in their order. */
export interface Moderations {
  readonly model: string;
  readonly results: readonly {
    readonly flagged: boolean;
    /** From 0 to 1 by the provider's own names. */
    readonly scores: Readonly<Record<string, number>>;
    /** The names of those that made it flagged. */
    readonly categories: readonly string[];
  }[];
}

/** Many requests that a provider answers later, for less. All are for one model. */
export interface Batches {
  submit(requests: readonly GenerateRequest[], signal: AbortSignal): Promise<BatchState>;
  state(id: string, signal: AbortSignal): Promise<BatchState>;
  /** In the order of the requests. Only once the batch has ended. */
  results(id: string, signal: AbortSignal): Promise<readonly BatchResult[]>;
  cancel(id: string, signal: AbortSignal): Promise<BatchState>;
}

/** How far a batch is. */
export interface BatchState {
  readonly id: string;
  readonly status: "running" | "cancelling" | "done" | "failed";
  readonly total: number;
  readonly succeeded: number;
  readonly failed: number;
}

/** What came of one request of a batch. */
export type BatchResult = { readonly generation: Generation } | { readonly error: string };

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
  /** From the request, connecting included, to the answer's first byte. */
  readonly firstByte: number;
  /** Between two chunks of a stream. */
  readonly chunk: number;
  /** The whole call, with all its attempts; as long as it takes unless told. */
  readonly total?: number;
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
