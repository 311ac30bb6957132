import type { Price } from "../contract/spending.ts";

/** US dollars for a token of a model that nobody knows: those of the dearest known one. */
const UNKNOWN = { input: 150 / 1e6, output: 600 / 1e6 };

/** What a model on this machine asks for. */
export const FREE: Price = { known: true, cost: () => 0 };

/**
 * The price of a model, from the data of genai-prices (embedded; its version is their date). `provider` is the id there;
 * models of a machine of one's own have none and are free.
 */
export async function priceOf(provider: string | undefined, model: string): Promise<Price> {
  if (provider === undefined) return FREE;
  const { calcPrice } = await import("@pydantic/genai-prices");
  const cost = (inputTokens: number, outputTokens: number) =>
    calcPrice({ input_tokens: inputTokens, output_tokens: outputTokens }, model, { providerId: provider })?.total_price;
  const known = cost(1000, 1000) !== undefined;
  return {
    known,
    cost: (input, output) =>
      (known ? cost(input, output) : undefined) ?? input * UNKNOWN.input + output * UNKNOWN.output,
  };
}
