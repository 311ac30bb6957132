import type { Price, PricedTokens } from "../contract/spending.ts";
import { SOURCES } from "./catalogue-sources.ts";

/** The day of the price data. */
const AS_OF = SOURCES.find(({ id }) => id === "genai-prices")?.date ?? "";

/** What a model on this machine asks for. */
export const FREE: Price = { known: true, cost: () => 0 };

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
  return {
    known: true,
    asOf: AS_OF,
    ...(contextLength !== undefined && { contextLength }),
    cost: (tokens) => calculate(tokens)?.total_price ?? 0,
  };
}
