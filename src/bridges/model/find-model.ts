import type { Catalogue, CatalogueModel } from "../../contract/catalogue.ts";
import { SpellError } from "../../contract/errors.ts";
import { nearest } from "../../contract/nearest.ts";

/** A date or `latest` at the end of a model's name: another edition of the same. */
const EDITION = /[-@](?:\d{8}|\d{4}-\d{2}-\d{2}|latest)$/;

/** The row of a name, or of the name without its edition. */
export function findModel({ models }: Catalogue, name: string): CatalogueModel | undefined {
  const exact = models.find((model) => model.name === name);
  if (exact !== undefined) return exact;
  const plain = name.replace(EDITION, "");
  return models.find((model) => model.name === plain || model.name.replace(EDITION, "") === plain);
}

/** The same, or `model.unknown` with the nearest names. */
export function requireModel(catalogue: Catalogue, name: string): CatalogueModel {
  const found = findModel(catalogue, name);
  if (found !== undefined) return found;
  const names = nearNames(catalogue, name);
  const advice = names.length === 0 ? "" : `; the nearest are ${names.join(", ")}`;
  const [source] = catalogue.sources;
  throw new SpellError("model.unknown", `The catalogue of ${source?.date ?? "no date"} has no "${name}"${advice}`, {
    details: { model: name, nearest: names },
  });
}

const MOST = 3;

/** The names that were most likely meant: the nearest of the same provider, else that model at other providers. */
export function nearNames({ models }: Catalogue, name: string): string[] {
  const slash = name.indexOf("/");
  const [provider, model] = slash < 0 ? ["", name] : [name.slice(0, slash), name.slice(slash + 1)];
  const own = models.filter((each) => each.provider === provider);
  const hints: string[] = [];
  let left = own.map((each) => each.model);
  while (hints.length < MOST) {
    const hint = nearest(model, left);
    if (hint === undefined) break;
    hints.push(`${provider}/${hint}`);
    left = left.filter((each) => each !== hint);
  }
  if (hints.length > 0) return hints;
  return models
    .filter((each) => each.model === model || each.model.endsWith(`/${model}`))
    .map((each) => each.name)
    .slice(0, MOST);
}
