import type { CallContext } from "../../contract/bridge.ts";
import type { ResolvedModel } from "../../contract/effects.ts";
import type { GenerateRequest, MessagePart, Usage } from "../../contract/provider.ts";
import type { Price, Reservation, Spending } from "../../contract/spending.ts";
import { chargeFor, lettersOf } from "./answer-value.ts";

/** Tokens that an answer is taken to have at most where nothing says how many: more than any model gives unasked. */
const LONG_ANSWER = 32_768;
/** How long an answer may be where the budget is too low for a {@link LONG_ANSWER}: what any model takes. */
const SHORT_ANSWER = 4096;
/** Tokens that a message or tool has besides its text. */
const OVERHEAD = 16;

/** A call to a model whose worst case is put aside. */
export interface PaidCall {
  /** The request, whose answer the budget may have made shorter. */
  readonly request: GenerateRequest;
  /** Tokens that were put aside. */
  readonly tokens: number;
  /** Says how it ended, with the letters that were read where the provider does not count tokens. */
  settle(usage: Usage, outputLetters: number): void;
  /** Nothing was sent, or nothing came of it. */
  cancel(): void;
}

/** Puts the worst case of a request aside. Rejects with `limit.tokens` or `limit.usd` where there is not enough. */
export async function payFor(given: GenerateRequest, model: ResolvedModel, call: CallContext): Promise<PaidCall> {
  const price = await model.price();
  const input = await inputTokens(given, model, price, call);
  const request = shortened(given, model, input, price, call.budget.left());
  const output = outputTokens(request, model);
  const worst = { tokens: input + output, usd: price.cost(input, output) };
  const reservation = await call.budget.reserve(worst, call.signal);
  return { request, tokens: worst.tokens, ...settling(reservation, price, lettersOf(request)) };
}

/** An answer may have as many tokens as are asked for or, where nobody says, as the provider gives. Thinking counts. */
function outputTokens({ maxTokens, thinkingTokens = 0 }: GenerateRequest, { defaultMaxTokens }: ResolvedModel): number {
  return maxTokens ?? (defaultMaxTokens ?? LONG_ANSWER) + thinkingTokens;
}

/** Where nobody says how long an answer may be and the budget is too low for a long one, it must be a short one. */
function shortened(
  request: GenerateRequest,
  model: ResolvedModel,
  input: number,
  price: Price,
  left: Spending,
): GenerateRequest {
  const output = outputTokens(request, model);
  if (request.maxTokens !== undefined || affordable(input, output, price, left)) return request;
  for (let tokens = Math.min(SHORT_ANSWER, output - 1); tokens >= 256; tokens >>= 1) {
    if (affordable(input, tokens, price, left)) return { ...request, maxTokens: tokens };
  }
  return { ...request, maxTokens: Math.min(SHORT_ANSWER, output) };
}

function affordable(input: number, output: number, price: Price, left: Spending): boolean {
  return input + output <= left.tokens && price.cost(input, output) <= left.usd;
}

function settling(reservation: Reservation, price: Price, inputLetters: number): Pick<PaidCall, "settle" | "cancel"> {
  let open = true;
  const end = (spent: Spending) => {
    if (open) reservation.settle(spent);
    open = false;
  };
  return {
    settle(usage, outputLetters) {
      const counted = usage.inputTokens + usage.outputTokens > 0;
      const output = counted ? usage.outputTokens : Math.ceil(outputLetters / 4);
      const tokens = chargeFor(usage, inputLetters, outputLetters);
      end({ tokens, usd: price.cost(counted ? usage.inputTokens : tokens - output, output) });
    },
    cancel: () => end({ tokens: 0, usd: 0 }),
  };
}

/** How much an estimate of another tokenizer may be too low. */
const DOUBT = 1.5;

/**
 * Tokens that a request has at most. No tokenizer makes more of a text than it has bytes; most make a quarter. So
 * they are counted where the bound would be too much for the budget.
 */
async function inputTokens(
  request: GenerateRequest,
  model: ResolvedModel,
  price: Price,
  call: CallContext,
): Promise<number> {
  const texts = textsOf(request);
  const overhead = texts.length * OVERHEAD;
  const bound = texts.reduce((sum, text) => sum + byteLength(text), overhead);
  const output = request.maxTokens ?? 0;
  if (affordable(bound, output, price, call.budget.left())) return bound;
  const { tokens, exact } = await call.effects.models.countTokens(texts.join("\n"), model.name);
  return Math.min(bound, Math.ceil(tokens * (exact ? 1 : DOUBT)) + overhead);
}

function textsOf({ messages, tools = [], schema }: GenerateRequest): string[] {
  const ofMessages = messages.flatMap(({ content }) =>
    typeof content === "string" ? [content] : content.map(partText),
  );
  const ofTools = tools.map((tool) => JSON.stringify(tool));
  return [...ofMessages, ...ofTools, ...(schema === undefined ? [] : [JSON.stringify(schema)])];
}

function partText(part: MessagePart): string {
  return part.type === "tool-call" ? `${part.name}${JSON.stringify(part.arguments)}` : part.text;
}

/** Bytes of a text in UTF-8. */
function byteLength(text: string): number {
  let bytes = text.length;
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code > 0x7ff) bytes += code >= 0xd800 && code <= 0xdfff ? 1 : 2;
    else if (code > 0x7f) bytes += 1;
  }
  return bytes;
}
