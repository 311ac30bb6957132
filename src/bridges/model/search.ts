import type { CatalogueModel, ModelAbility } from "../../contract/catalogue.ts";

/** What a model must be. All that is given must hold. */
export interface ModelFilter {
  readonly text?: string | undefined;
  readonly provider?: string | undefined;
  readonly needs?: readonly ModelAbility[] | undefined;
  /** Models of which nobody says whether they can do what is needed. */
  readonly unknown?: boolean | undefined;
  readonly minContext?: number | undefined;
  readonly maxInputPrice?: number | undefined;
  readonly maxOutputPrice?: number | undefined;
  readonly deprecated?: boolean | undefined;
}

/** Why a model is not among those looked for; undefined where it is. */
export type Lack =
  | "text"
  | "provider"
  | "deprecated"
  | "ability"
  | "unknown ability"
  | "context"
  | "unknown context"
  | "price"
  | "unknown price";

/** Why a filter does not let a model through. What is not known is not taken for good. */
export function lackOf(model: CatalogueModel, filter: ModelFilter): Lack | undefined {
  const { text, provider, needs = [], minContext, maxInputPrice, maxOutputPrice, deprecated = false } = filter;
  if (provider !== undefined && model.provider !== provider) return "provider";
  if (text !== undefined && !matches(model, text)) return "text";
  if (!deprecated && model.deprecated === true) return "deprecated";
  if (needs.some((need) => model.abilities[need] === false)) return "ability";
  if (filter.unknown !== true && needs.some((need) => model.abilities[need] === undefined)) return "unknown ability";
  if (minContext !== undefined) {
    if (model.contextLength === undefined) return "unknown context";
    if (model.contextLength < minContext) return "context";
  }
  if (maxInputPrice === undefined && maxOutputPrice === undefined) return undefined;
  if (model.price === undefined) return "unknown price";
  const isDear = model.price.input > (maxInputPrice ?? Infinity) || model.price.output > (maxOutputPrice ?? Infinity);
  return isDear ? "price" : undefined;
}

/** Every word stands somewhere in the name, the title or the description. */
function matches({ name, title = "", description = "" }: CatalogueModel, text: string): boolean {
  const all = `${name} ${title} ${description}`.toLowerCase();
  return text
    .toLowerCase()
    .split(/\s+/)
    .every((word) => all.includes(word));
}

/** Those that a filter lets through; names that begin with its text, or hold it, come before mere descriptions. */
export function searchModels(models: readonly CatalogueModel[], filter: ModelFilter): CatalogueModel[] {
  const found = models.filter((model) => lackOf(model, filter) === undefined);
  const text = filter.text?.toLowerCase();
  if (text === undefined) return found;
  const rank = ({ model, name }: CatalogueModel) =>
    model.toLowerCase() === text
      ? 0
      : model.toLowerCase().startsWith(text)
        ? 1
        : name.toLowerCase().includes(text)
          ? 2
          : 3;
  return found.toSorted((a, b) => rank(a) - rank(b));
}
