import type { Catalogue, CatalogueModel, ListPrice, ModelAbility } from "../contract/catalogue.ts";
import type { ProviderDefinition } from "../contract/provider.ts";
import { modelsDevOf, SOURCES, type ModelsDevModel } from "./catalogue-sources.ts";

type Prices = typeof import("@pydantic/genai-prices");
type PricedModel = NonNullable<ReturnType<Prices["findProvider"]>>["models"][number];

/** Puts the embedded catalogue together: a row for each name in the price data, and for each that only models.dev has. */
export async function makeCatalogue(providers: readonly ProviderDefinition[]): Promise<Catalogue> {
  const prices = await import("@pydantic/genai-prices");
  const lists = await Promise.all(
    providers.map(async (provider) => modelsOf(provider, prices, await modelsDevOf(provider.id))),
  );
  return { models: lists.flat(), sources: SOURCES };
}

function modelsOf(
  { id, prices: priceId }: ProviderDefinition,
  prices: Prices,
  described: readonly ModelsDevModel[],
): CatalogueModel[] {
  if (priceId === undefined) return [];
  const priced = prices.findProvider({ providerId: priceId })?.models ?? [];
  const names = new Set(priced.map((model) => model.id));
  const matched = new Map<string, ModelsDevModel>();
  const rest: ModelsDevModel[] = [];
  for (const model of described) {
    const own = names.has(model.id) ? model.id : undefined;
    const known = own ?? prices.calcPrice(THOUSAND, model.id, { providerId: priceId })?.model.id;
    if (known === undefined) rest.push(model);
    else if (isBetter(known, model.id, matched.get(known)?.id)) matched.set(known, model);
  }
  return [
    ...priced.map((model) => fromPrices(id, priceId, model, prices, matched.get(model.id))),
    ...rest.map((model) => fromDescription(id, model)),
  ];
}

const THOUSAND = { input_tokens: 1000, output_tokens: 1000 };

/** Of several descriptions that a price is for, the one of that very name, else the one whose name says least more. */
function isBetter(name: string, candidate: string, before: string | undefined): boolean {
  return before === undefined || candidate === name || (before !== name && candidate.length < before.length);
}

function fromPrices(
  provider: string,
  priceId: string,
  model: PricedModel,
  prices: Prices,
  described: ModelsDevModel | undefined,
): CatalogueModel {
  const { id, name, description, context_window: window, deprecated } = model;
  const found = prices.calcPrice(THOUSAND, id, { providerId: priceId });
  // A pattern may match another model's name: a price of that other one is not this one's.
  const price = found?.model.id === id ? listPrice(found.model_price, Array.isArray(model.prices)) : undefined;
  const more = described === undefined ? undefined : fromDescription(provider, described);
  return {
    abilities: {},
    ...more,
    name: `${provider}/${id}`,
    provider,
    model: id,
    ...(name !== undefined && { title: name }),
    ...(description !== undefined && { description }),
    ...(window !== undefined && { contextLength: window }),
    ...(deprecated === undefined ? {} : { deprecated }),
    ...(price !== undefined && { price }),
    sources: ["genai-prices", ...(more === undefined ? [] : more.sources)],
  };
}

function listPrice(price: Readonly<Record<string, unknown>>, varies: boolean): ListPrice | undefined {
  const input = amount(price["input_mtok"]);
  const output = amount(price["output_mtok"]);
  if (input === undefined && output === undefined) return undefined;
  const cached = amount(price["cache_read_mtok"]);
  const isTiered = [price["input_mtok"], price["output_mtok"]].some((each) => typeof each === "object");
  return {
    input: input ?? 0,
    output: output ?? 0,
    ...(cached !== undefined && { cachedInput: cached }),
    ...(isTiered || varies ? { varies: true } : {}),
  };
}

/** A number, or what short inputs cost. */
function amount(price: unknown): number | undefined {
  if (typeof price === "number") return price;
  const base = (price as { readonly base?: unknown } | undefined)?.base;
  return typeof base === "number" ? base : undefined;
}

function fromDescription(provider: string, model: ModelsDevModel): CatalogueModel {
  const { id, name, knowledge, release_date: released, limit = {}, cost } = model;
  return {
    name: `${provider}/${id}`,
    provider,
    model: id,
    ...(name !== undefined && { title: name }),
    ...(limit.context !== undefined && { contextLength: limit.context }),
    ...(limit.output !== undefined && { maxOutput: limit.output }),
    abilities: abilitiesOf(model),
    ...(knowledge !== undefined && { cutOff: knowledge }),
    ...(released !== undefined && { released }),
    ...(cost?.input !== undefined && cost.output !== undefined
      ? {
          price: {
            input: cost.input,
            output: cost.output,
            ...(cost.cache_read !== undefined && { cachedInput: cost.cache_read }),
          },
        }
      : {}),
    sources: ["models.dev"],
  };
}

function abilitiesOf(model: ModelsDevModel): CatalogueModel["abilities"] {
  const input = model.modalities?.input;
  const takes = (kind: string) => input?.includes(kind);
  const all: readonly (readonly [ModelAbility, boolean | undefined])[] = [
    ["tools", model.tool_call],
    ["vision", takes("image")],
    ["audio", takes("audio")],
    ["video", takes("video")],
    ["files", takes("pdf") ?? model.attachment],
    ["thinking", model.reasoning],
    ["temperature", model.temperature],
    ["openWeights", model.open_weights],
  ];
  return Object.fromEntries(all.filter(([, can]) => can !== undefined));
}
