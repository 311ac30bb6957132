import { SpellError, type SourcePosition } from "../contract/errors.ts";
import type { Models, ProviderState, ResolvedModel } from "../contract/effects.ts";
import { nearest } from "../contract/nearest.ts";
import type { Batches, ModelInfo, Provider, ProviderDefinition, ProviderTimeouts } from "../contract/provider.ts";
import type { Price } from "../contract/spending.ts";
import type { Value } from "../contract/value.ts";
import { originFetch, type Environment } from "../host/index.ts";
import { countTokens, priceOf, PROVIDERS } from "../providers/index.ts";
import { keyFault, providerKey } from "./provider-key.ts";

/** How the models of a process are chosen and reached. */
export interface ModelSettings {
  readonly environment: Environment;
  /** The default model (`--model`, or the project's): `provider/model` or a provider's id. */
  readonly model: string | undefined;
  /** The mock's script, parsed. */
  readonly mockScript: Value | undefined;
  readonly timeouts: ProviderTimeouts;
  readonly maxRetries: number;
  readonly fetch: typeof fetch;
  /** Whether a server accepts connections at an address. */
  readonly portAnswers: (url: string, timeoutMs: number) => Promise<boolean>;
  /** Told once when nothing but the mock can answer. */
  readonly onMock: () => void;
}

/** How long a server on this machine may take to accept a connection, in ms: one that is not there refuses at once. */
const PROBE_TIMEOUT = 500;
/** How long one that is there may take to name its models: this machine may be busy. */
const ANSWER_TIMEOUT = 3000;

const MOCK = "mock";

/** The providers of this process. Call {@link prepare} before a default is asked for. */
export class ModelCatalogue implements Models {
  readonly #settings: ModelSettings;
  readonly #made = new Map<string, Provider>();
  readonly #prices = new Map<string, Promise<Price>>();
  readonly #loaded = new Map<string, Awaited<ReturnType<ProviderDefinition["load"]>>>();
  /** Local servers that answered, with their first model. */
  readonly #local = new Map<string, string>();
  #toldMock = false;

  constructor(settings: ModelSettings) {
    this.#settings = settings;
  }

  /** Looks for what could be the default model, and loads the SDKs that may be needed; cheap where a model is named. */
  async prepare(): Promise<void> {
    const { model } = this.#settings;
    if (model === undefined && this.#keyed() === undefined) await this.#probe();
    await this.#load(this.#defaultProvider());
  }

  /** Loads a provider's SDK, so that {@link resolve} can make it at once. */
  async #load(id: string): Promise<void> {
    const definition = definitionOf(id);
    if (!this.#loaded.has(id)) this.#loaded.set(id, await definition.load());
  }

  #keyed(): ProviderDefinition | undefined {
    return PROVIDERS.find((definition) => this.#key(definition) !== undefined);
  }

  #key({ keyVariable }: ProviderDefinition): string | undefined {
    return providerKey(this.#settings.environment, keyVariable);
  }

  async #probe(): Promise<void> {
    const servers = PROVIDERS.filter(({ local, id }) => local && id !== MOCK);
    await Promise.all(
      servers.map(async (definition) => {
        try {
          const base = this.#baseUrl(definition) ?? definition.baseUrl;
          if (!(await this.#settings.portAnswers(base, PROBE_TIMEOUT))) return;
          const url = `${base}/models`;
          const response = await originFetch(base, this.#settings.fetch)(url, {
            signal: AbortSignal.timeout(ANSWER_TIMEOUT),
          });
          const body = (await response.json()) as { data?: { id?: unknown }[] };
          const first = body.data?.[0]?.id;
          if (typeof first === "string") this.#local.set(definition.id, first);
        } catch {
          // Nobody is there.
        }
      }),
    );
  }

  #defaultProvider(): string {
    const { model } = this.#settings;
    if (model !== undefined) return splitModel(model).provider;
    const local = PROVIDERS.find(({ id }) => this.#local.has(id));
    return this.#keyed()?.id ?? local?.id ?? MOCK;
  }

  #baseUrl(definition: ProviderDefinition): string | undefined {
    return definition.baseUrlVariable === undefined
      ? undefined
      : this.#settings.environment(definition.baseUrlVariable);
  }

  resolve(name: string | undefined): ResolvedModel {
    const wanted = name ?? this.#settings.model;
    const { definition, chosen } = this.#choose(wanted);
    const { id } = definition;
    if (id === MOCK && wanted === undefined && !this.#toldMock) {
      this.#toldMock = true;
      this.#settings.onMock();
    }
    return {
      provider: this.#provider(definition),
      model: chosen,
      name: `${id}/${chosen}`,
      defaultMaxTokens: definition.defaultMaxTokens,
      server: () => this.#server(definition),
      price: () => this.#price(definition, chosen),
    };
  }

  #choose(wanted: string | undefined): { definition: ProviderDefinition; chosen: string } {
    const { provider: id, model } = splitModel(wanted ?? this.#defaultProvider());
    const definition = definitionOf(id);
    return { definition, chosen: model ?? this.#local.get(id) ?? definition.defaultModel };
  }

  /** The name of the model that is meant where none is named, whether its provider can be used or not. */
  defaultName(): string {
    const { definition, chosen } = this.#choose(this.#settings.model);
    return `${definition.id}/${chosen}`;
  }

  /** A digest, so that no key is where this is kept. */
  #server(definition: ProviderDefinition): string {
    const { id, baseUrl } = definition;
    const parts = [id, this.#baseUrl(definition) ?? baseUrl, this.#key(definition) ?? ""];
    return new Bun.CryptoHasher("sha256").update(JSON.stringify(parts)).digest("hex");
  }

  #price({ prices }: ProviderDefinition, model: string): Promise<Price> {
    const key = `${prices ?? ""}/${model}`;
    const known = this.#prices.get(key) ?? priceOf(prices, model);
    this.#prices.set(key, known);
    return known;
  }

  #provider(definition: ProviderDefinition): Provider {
    const known = this.#made.get(definition.id);
    if (known !== undefined) return known;
    const provider = this.#make(definition);
    this.#made.set(definition.id, provider);
    return provider;
  }

  #make(definition: ProviderDefinition): Provider {
    const { fetch, timeouts, maxRetries, mockScript } = this.#settings;
    const { keyVariable, title } = definition;
    const key = this.#key(definition);
    const fault = key === undefined ? undefined : keyFault(key);
    if (fault !== undefined) {
      throw new SpellError("provider.key", `The key in ${keyVariable} has ${fault} in it, and cannot be sent`, {
        fix: `Copy the key into ${keyVariable} again`,
        details: { provider: definition.id, variable: keyVariable ?? "" },
      });
    }
    if (keyVariable !== undefined && key === undefined && !definition.local) {
      throw new SpellError("provider.key", `${title} needs a key in ${keyVariable}`, {
        fix: `Set ${keyVariable} in the environment, or in a file given by --env-file`,
        details: { provider: definition.id, variable: keyVariable },
      });
    }
    const baseUrl = this.#baseUrl(definition);
    const options = {
      key,
      baseUrl,
      fetch: originFetch(baseUrl ?? definition.baseUrl, fetch),
      timeouts,
      maxRetries,
      ...(definition.id === MOCK && mockScript !== undefined ? { script: mockScript } : {}),
    };
    const make = this.#loaded.get(definition.id);
    return make === undefined ? new LazyProvider(definition, options) : make(options);
  }

  providers(): readonly ProviderState[] {
    return PROVIDERS.map((definition) => {
      const { id, title, defaultModel } = definition;
      const reason = this.#whyNot(definition);
      const common = { id, title, defaultModel: this.#local.get(id) ?? defaultModel };
      return reason === undefined ? { ...common, usable: true } : { ...common, usable: false, reason };
    });
  }

  #whyNot(definition: ProviderDefinition): string | undefined {
    const { id, local, keyVariable } = definition;
    if (id === MOCK || this.#local.has(id)) return undefined;
    const key = this.#key(definition);
    const fault = key === undefined ? undefined : keyFault(key);
    if (fault !== undefined) return `the key in ${keyVariable} has ${fault} in it`;
    if (key !== undefined) return undefined;
    if (local) return this.#baseUrl(definition) === undefined ? `nothing answers at ${definition.baseUrl}` : undefined;
    return `${keyVariable} is not set`;
  }

  async list(provider: string | undefined, signal: AbortSignal): Promise<readonly ModelInfo[]> {
    if (provider !== undefined) return this.#provider(definitionOf(provider)).models(signal);
    await this.#probe();
    const usable = this.providers().filter((state) => state.usable);
    const lists = await Promise.all(
      usable.map(async ({ id }) =>
        this.#provider(definitionOf(id))
          .models(signal)
          .catch((): readonly ModelInfo[] => []),
      ),
    );
    return lists.flat();
  }

  countTokens(text: string, model: string | undefined): Promise<{ readonly tokens: number; readonly exact: boolean }> {
    return countTokens(text, model ?? this.#settings.model ?? "");
  }
}

/** A provider whose SDK is loaded at its first use: one that a script names itself. */
class LazyProvider implements Provider {
  readonly id: string;
  #inner: Promise<Provider> | undefined;

  constructor(
    private readonly definition: ProviderDefinition,
    private readonly options: Parameters<Awaited<ReturnType<ProviderDefinition["load"]>>>[0],
  ) {
    this.id = definition.id;
  }

  #open(): Promise<Provider> {
    this.#inner ??= this.definition.load().then((make) => make(this.options));
    return this.#inner;
  }

  async generate(...args: Parameters<Provider["generate"]>): ReturnType<Provider["generate"]> {
    return (await this.#open()).generate(...args);
  }

  async *stream(...args: Parameters<Provider["stream"]>): ReturnType<Provider["stream"]> {
    yield* (await this.#open()).stream(...args);
  }

  async models(signal: AbortSignal): ReturnType<Provider["models"]> {
    return (await this.#open()).models(signal);
  }

  async embed(...args: Parameters<NonNullable<Provider["embed"]>>): ReturnType<NonNullable<Provider["embed"]>> {
    const inner = await this.#open();
    if (inner.embed !== undefined) return inner.embed(...args);
    throw new SpellError("provider.unsupported", `${this.definition.title} offers no embeddings`);
  }

  async moderate(
    ...args: Parameters<NonNullable<Provider["moderate"]>>
  ): ReturnType<NonNullable<Provider["moderate"]>> {
    const inner = await this.#open();
    if (inner.moderate !== undefined) return inner.moderate(...args);
    throw new SpellError("provider.unsupported", `${this.definition.title} judges no texts`);
  }

  readonly batches: Batches = {
    submit: async (...args) => (await this.#batches()).submit(...args),
    state: async (...args) => (await this.#batches()).state(...args),
    results: async (...args) => (await this.#batches()).results(...args),
    cancel: async (...args) => (await this.#batches()).cancel(...args),
  };

  async #batches(): Promise<Batches> {
    const { batches } = await this.#open();
    if (batches !== undefined) return batches;
    throw new SpellError("provider.unsupported", `${this.definition.title} has no batches`);
  }
}

function splitModel(name: string): { provider: string; model: string | undefined } {
  const slash = name.indexOf("/");
  return slash < 0
    ? { provider: name, model: undefined }
    : { provider: name.slice(0, slash), model: name.slice(slash + 1) };
}

function definitionOf(id: string): ProviderDefinition {
  const found = PROVIDERS.find((definition) => definition.id === id);
  if (found === undefined) throw unknownProvider(id);
  return found;
}

/** Throws `provider.unknown` where nobody has a model, with the place that names it. */
export function requireProvider(model: string, position: SourcePosition | undefined): void {
  const { provider } = splitModel(model);
  if (!PROVIDERS.some(({ id }) => id === provider)) throw unknownProvider(provider, position);
}

function unknownProvider(id: string, position?: SourcePosition): SpellError {
  const ids = PROVIDERS.map((definition) => definition.id);
  const hint = nearest(id, ids);
  const advice = hint === undefined ? `; the providers are ${ids.join(", ")}` : `; did you mean "${hint}"?`;
  return new SpellError("provider.unknown", `There is no provider "${id}"${advice}`, {
    ...(position === undefined ? {} : { position }),
    fix: "Name a model as provider/model",
  });
}
