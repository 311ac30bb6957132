/**
 * What is known of models without asking anybody: a catalogue that is embedded with the date of its data, and what
 * earlier runs on this machine saw. What nobody knows is absent, never guessed.
 */

/** What a model can do. Absent where no source says it. */
export type ModelAbility =
  | "tools"
  | "vision"
  | "audio"
  | "video"
  | "files"
  | "thinking"
  | "temperature"
  | "openWeights";

/** A model of the catalogue. */
export interface CatalogueModel {
  /** `provider/model`. */
  readonly name: string;
  /** The provider's id here. */
  readonly provider: string;
  readonly model: string;
  readonly title?: string;
  readonly description?: string;
  /** Tokens that it takes. */
  readonly contextLength?: number;
  /** Tokens of its longest answer. */
  readonly maxOutput?: number;
  /** True, false, or absent where nobody says. */
  readonly abilities: Readonly<Partial<Record<ModelAbility, boolean>>>;
  /** What it knows ends there: `2025-01` or `2025-01-31`. */
  readonly cutOff?: string;
  /** `2025-08-07`. */
  readonly released?: string;
  /** Only where a source says so. */
  readonly deprecated?: boolean;
  readonly price?: ListPrice;
  /** The ids of the {@link CatalogueSource}s that say something of it. */
  readonly sources: readonly string[];
}

/** US dollars for a million tokens. */
export interface ListPrice {
  readonly input: number;
  readonly output: number;
  /** Of the input: what the provider had in its cache. */
  readonly cachedInput?: number;
  /** Long inputs cost more than this, or prices differ by the time of day. */
  readonly varies?: true;
}

/** Where facts come from. */
export interface CatalogueSource {
  readonly id: string;
  readonly title: string;
  /** The package, its version and its licence. */
  readonly package: string;
  readonly version: string;
  readonly licence: string;
  /** The day that the data are from. */
  readonly date: string;
  /** What is taken from it. */
  readonly gives: string;
}

/** All of it. */
export interface Catalogue {
  readonly models: readonly CatalogueModel[];
  readonly sources: readonly CatalogueSource[];
}

/** What a provider's protocol can do, and what it holds a question to. */
export interface ProviderFacts {
  readonly id: string;
  readonly title: string;
  /** `openai`, `anthropic` or `mock`. */
  readonly protocol: string;
  /** It runs on this machine, and costs nothing. */
  readonly isLocal: boolean;
  /** The names, never the values, of the variables that hold its key and its address. */
  readonly keyVariable?: string;
  readonly addressVariable?: string;
  readonly address: string;
  readonly defaultModel: string;
  /** How an answer is held to a schema: by the provider, as any JSON, or by being asked for it. */
  readonly schema: "native" | "json" | "prompt";
  /** How it is told to think: a budget of tokens, an effort, or not at all. */
  readonly thinking: "budget" | "effort" | "none";
  readonly seed: boolean;
  readonly embeddings: boolean;
  readonly maxTemperature: number;
  /** Tokens of an answer where the question does not say; absent: as many as the model can. */
  readonly defaultMaxTokens?: number;
}

/** One call to a model, as the journal has it: figures, no texts. */
export interface ObservedCall {
  /** Milliseconds since the epoch. */
  readonly time: number;
  readonly run: string;
  readonly spell: string;
  /** `provider/model`; `?` where the record does not say. */
  readonly model: string;
  /** `complete`, `stream`, `embed`, …; `group` for one of a group's. */
  readonly kind: string;
  /** From question to answer; absent in records that do not have it. */
  readonly ms?: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly usd: number;
  /** Why it failed; absent where it did not. */
  readonly code?: string;
}

/** What can be known of models without asking them. */
export interface ModelFacts {
  catalogue(): Promise<Catalogue>;
  providers(): Promise<readonly ProviderFacts[]>;
  /** The calls of the runs of this machine that began at `since` (milliseconds since the epoch) or later, the oldest first. */
  observed(since: number): Promise<readonly ObservedCall[]>;
}
