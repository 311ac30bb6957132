import type { Catalogue, CatalogueModel } from "../../contract/catalogue.ts";
import type { ModelInfo } from "../../contract/provider.ts";

/** What providers list themselves comes into the catalogue: models that it lacks, and context lengths that it does not know. */
export function withListed(catalogue: Catalogue, listed: readonly ModelInfo[]): Catalogue {
  const models = new Map(catalogue.models.map((model) => [model.name, model]));
  for (const info of listed) models.set(info.name, joined(models.get(info.name), info));
  return { ...catalogue, models: [...models.values()] };
}

function joined(known: CatalogueModel | undefined, info: ModelInfo): CatalogueModel {
  const { name, provider, model, contextLength, created } = info;
  return {
    abilities: {},
    ...(contextLength === undefined ? {} : { contextLength }),
    ...(created === undefined ? {} : { released: created.slice(0, "2026-01-01".length) }),
    ...known,
    name,
    provider,
    model,
    sources: [...(known?.sources ?? []), "provider"],
  };
}
