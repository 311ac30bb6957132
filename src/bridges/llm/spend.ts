import type { CallContext } from "../../contract/bridge.ts";
import { SpellError } from "../../contract/errors.ts";
import type { ResolvedModel } from "../../contract/effects.ts";
import type { AttemptLog, GenerateRequest, Usage } from "../../contract/provider.ts";
import type { Price, Reservation, Spending, Spent } from "../../contract/spending.ts";
import { chargeFor, lettersOf, type Cost } from "./answer-value.ts";
import type { Grant } from "./grant.ts";
import { attachmentTokens, textsOf } from "./texts-of.ts";

/** Tokens that an answer is taken to have at most where nothing says how many: more than any model gives unasked. */
const LONG_ANSWER = 32_768;
/** How long an answer may be where the budget is too low for a {@link LONG_ANSWER}: what any model takes. */
const SHORT_ANSWER = 4096;
/** Tokens that a message or tool has besides its text. */
const OVERHEAD = 16;

/** A call to a model whose worst case is put aside. */
export interface PaidCall {
  /** The request, whose answer the budget may have made shorter, and whose attempts are counted. */
  readonly request: GenerateRequest & { readonly attempts: AttemptLog };
  /** Tokens that were put aside. */
  readonly tokens: number;
  /** Says how it ended, with the letters that were read where the provider does not count tokens. The first time counts. */
  settle(usage: Usage, outputLetters: number): Cost;
  /**
   * It ends without its answer, but for the letters that came. What the provider took by then is paid for as far as it is
   * known, and a question that left and was not refused by its length. Nothing where it has ended.
   */
  abandon(outputLetters?: number): void;
}

/**
 * Puts the worst case of a request aside. Rejects with `limit.tokens` or `limit.usd` where there is not enough, with
 * `limit.price` where nobody knows what it costs, and with `provider.context` where the model does not take as much.
 */
export async function payFor(given: GenerateRequest, model: ResolvedModel, call: CallContext): Promise<PaidCall> {
  const price = await model.price();
  requirePrice(price, model, call);
  const input = await inputTokens(given, model, price, call);
  const request = shortened(given, model, input, price, call.budget.left());
  const output = outputTokens(request, model);
  const worst = { tokens: input + output, usd: costOf(price, input, output) };
  const reservation = await call.budget.reserve(worst, call.signal);
  const attempts = new Attempts();
  return {
    request: { ...request, attempts },
    tokens: worst.tokens,
    ...settling({ reservation, price, letters: lettersOf(request), attempts }),
  };
}

/** A batch whose worst case is put aside. */
export interface PaidBatch {
  readonly requests: readonly GenerateRequest[];
  /** It was handed over: its worst case counts as spent, as its answers may be fetched by another run. */
  settle(): void;
  cancel(): void;
}

/** As {@link payFor}, for all requests of a batch together. */
export async function payForBatch(
  given: readonly GenerateRequest[],
  model: ResolvedModel,
  call: CallContext,
): Promise<PaidBatch> {
  const price = await model.price();
  requirePrice(price, model, call);
  const requests = given.map((request) => ({ ...request, maxTokens: request.maxTokens ?? SHORT_ANSWER }));
  const worst = { tokens: 0, usd: 0 };
  for (const request of requests) {
    const [input, output] = [await inputTokens(request, model, price, call), outputTokens(request, model)];
    worst.tokens += input + output;
    worst.usd += costOf(price, input, output);
  }
  const reservation = await call.budget.reserve(worst, call.signal);
  const unpriced = price.known ? {} : { unpriced: worst.tokens };
  return {
    requests,
    settle: () => reservation.settle({ ...worst, ...unpriced }),
    cancel: () => reservation.settle({ tokens: 0, usd: 0 }),
  };
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
  return input + output <= left.tokens && costOf(price, input, output) <= left.usd;
}

function costOf(price: Price, inputTokens: number, outputTokens: number): number {
  return price.cost({ inputTokens, outputTokens });
}

/** A budget in dollars holds nothing where nobody knows the price. */
function requirePrice({ known }: Price, { name }: ResolvedModel, { budget, grant }: CallContext): void {
  if (known || budget.left().usd === Number.POSITIVE_INFINITY) return;
  if ((grant as Grant).unknownPrices === "count-tokens") return;
  throw new SpellError("limit.price", `Nobody knows what "${name}" costs, and the run has a budget in dollars`, {
    details: { model: name },
  });
}

const NOT_COUNTED: Usage = { inputTokens: 0, outputTokens: 0 };

/** What became of a request so far. */
class Attempts implements AttemptLog {
  /** How often a model was asked, for all that is known. */
  asked = 0;
  usage = NOT_COUNTED;

  sent(): void {
    this.asked++;
  }

  refused(): void {
    this.asked--;
  }

  counted(usage: Usage): void {
    this.usage = usage;
  }
}

/** What is needed to pay for a request. */
interface OpenBill {
  readonly reservation: Reservation;
  readonly price: Price;
  /** Of the question. */
  readonly letters: number;
  readonly attempts: Attempts;
}

function settling({ reservation, price, letters, attempts }: OpenBill): Pick<PaidCall, "settle" | "abandon"> {
  let cost: Cost | undefined;
  const end = (spent: Spent): Cost => {
    if (cost === undefined) reservation.settle(price.known ? spent : { ...spent, unpriced: spent.tokens });
    return (cost ??= { usd: spent.usd, known: price.known, asOf: price.asOf });
  };
  /** The last time that the model was asked by its usage, all before it by the length of the question. */
  const pay = (usage: Usage, outputLetters: number): Cost => {
    const { inputTokens, outputTokens, ...parts } = chargeFor(usage, letters, outputLetters);
    const lost = chargeFor(NOT_COUNTED, letters, 0);
    const times = Math.max(0, attempts.asked - 1);
    return end({
      tokens: inputTokens + outputTokens + times * lost.inputTokens,
      usd: price.cost({ inputTokens, outputTokens, ...parts }) + times * price.cost(lost),
      outputTokens,
    });
  };
  return {
    settle: pay,
    abandon(outputLetters = 0) {
      if (attempts.asked > 0 || outputLetters > 0) pay(attempts.usage, outputLetters);
      else end({ tokens: 0, usd: 0 });
    },
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
  const overhead = texts.length * OVERHEAD + attachmentTokens(request);
  const bound = texts.reduce((sum, text) => sum + byteLength(text), overhead);
  const output = request.maxTokens ?? 0;
  const { contextLength = Number.POSITIVE_INFINITY } = price;
  if (bound <= contextLength && affordable(bound, output, price, call.budget.left())) return bound;
  const { tokens, exact } = await call.effects.models.countTokens(texts.join("\n"), model.name);
  if (tokens > contextLength * (exact ? 1 : DOUBT)) throw tooLong(tokens, exact, contextLength, model);
  return Math.min(bound, Math.ceil(tokens * (exact ? 1 : DOUBT)) + overhead);
}

function tooLong(tokens: number, exact: boolean, contextLength: number, { name }: ResolvedModel): SpellError {
  const counted = `${exact ? "" : "about "}${tokens}`;
  return new SpellError(
    "provider.context",
    `The question has ${counted} tokens, and "${name}" takes ${contextLength}`,
    {
      details: { tokens, exact, contextLength },
    },
  );
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
