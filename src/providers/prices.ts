import type { Price, PricedTokens } from "../contract/spending.ts";
import { SOURCES } from "./catalogue-sources.ts";

/** The day of the price data. */
const AS_OF = SOURCES.find(({ id }) => id === "genai-prices")?.date ?? "";

/** What a model on this machine asks for. */
export const FREE: Price = { known: true, cost: () => 0 };

type ModelPrice = Readonly<
  Record<string, number | { readonly base: number; readonly tiers: readonly { readonly start: number }[] } | undefined>
>;

/**
 * The price of what costs so much a token and nothing else: below the first tier, and nothing of a cache. The library
 * takes 0.1 ms for it, three times a call. Undefined where that is not all.
 */
function plainPrice({ input_mtok: input, output_mtok: output }: ModelPrice) {
  if (input === undefined || output === undefined) return undefined;
  const base = (price: NonNullable<ModelPrice[string]>) => (typeof price === "number" ? price : price.base);
  const starts = [input, output].flatMap((price) =>
    typeof price === "number" ? [] : price.tiers.map(({ start }) => start),
  );
  const most = Math.min(...starts, Number.POSITIVE_INFINITY);
  const [inputPrice, outputPrice] = [base(input) / 1e6, base(output) / 1e6];
  return ({ inputTokens, outputTokens, cachedTokens = 0, cacheWriteTokens = 0 }: PricedTokens) => {
    if (inputTokens + outputTokens >= most || cachedTokens + cacheWriteTokens > 0) return undefined;
    return inputTokens * inputPrice + outputTokens * outputPrice;
  };
}

/**
 * The price of a model, from the embedded data of genai-prices. `provider` is the id there; models of a machine of
 * one's own have none and are free.
 */
export async function priceOf(provider: string | undefined, model: string): Promise<Price> {
  if (provider === undefined) return FREE;
  const { calcPrice } = await import("@pydantic/genai-prices");
  const calculate = ({ inputTokens, outputTokens, cachedTokens = 0, cacheWriteTokens = 0 }: PricedTokens) =>
    calcPrice(
      {
        input_tokens: inputTokens,
        output_tokens: outputTokens,
        ...(cachedTokens > 0 && { cache_read_tokens: cachedTokens }),
        ...(cacheWriteTokens > 0 && { cache_write_tokens: cacheWriteTokens }),
      },
      model,
      { providerId: provider },
    );
  const found = calculate({ inputTokens: 1000, outputTokens: 1000 });
  if (!found) return { known: false, asOf: AS_OF, cost: () => 0 };
  const contextLength = found.model.context_window;
  const plain = plainPrice(found.model_price);
  return {
    known: true,
    asOf: AS_OF,
    ...(contextLength !== undefined && { contextLength }),
    cost: (tokens) => plain?.(tokens) ?? calculate(tokens)?.total_price ?? 0,
  };
}
