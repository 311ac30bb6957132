import type { GenerateRequest, Generation, MessagePart, Usage } from "../../contract/provider.ts";
import type { PricedTokens } from "../../contract/spending.ts";
import { fromFloat, type Value, type ValueMap } from "../../contract/value.ts";

/** Letters that are taken for a token where the provider does not count. */
const LETTERS_A_TOKEN = 4;

/** What a call cost. */
export interface Cost {
  readonly usd: number;
  readonly known: boolean;
  readonly asOf: string | undefined;
}

/** An answer as the script gets it: without what is empty. */
export function answerValue(answer: Generation, provider: string, cost: Cost): ValueMap {
  const { text, model, usage, finishReason, toolCalls, thinking } = answer;
  return {
    text,
    model,
    provider,
    usage: usageValue(usage),
    cost: costValue(cost),
    finishReason,
    ...(toolCalls.length > 0 && {
      toolCalls: toolCalls.map(({ id, name, arguments: given }) => ({ id, name, arguments: given })),
    }),
    ...(thinking !== "" && { thinking }),
    message: messageValue(answer),
  };
}

/** What goes back to the model when the conversation goes on: a text, or thoughts, text and tool calls as parts. */
function messageValue({ text, toolCalls, thoughts = [] }: Generation): Value {
  if (toolCalls.length === 0 && thoughts.length === 0) return { role: "assistant", content: text };
  const content: Value[] = thoughts.map(({ text: thought, signature, redacted }) => ({
    type: "thinking",
    text: thought,
    ...(signature !== undefined && { signature }),
    ...(redacted !== undefined && { redacted }),
  }));
  if (text !== "") content.push({ type: "text", text });
  for (const { id, name, arguments: given } of toolCalls) {
    content.push({ type: "tool-call", id, name, arguments: given });
  }
  return { role: "assistant", content };
}

/** Tokens as scripts get them. */
export function usageValue(usage: Usage): ValueMap {
  const { inputTokens, outputTokens, cachedTokens, cacheWriteTokens, thinkingTokens } = usage;
  return {
    inputTokens,
    outputTokens,
    ...(cachedTokens !== undefined && { cachedTokens }),
    ...(cacheWriteTokens !== undefined && { cacheWriteTokens }),
    ...(thinkingTokens !== undefined && { thinkingTokens }),
  };
}

/** A cost as scripts get it. */
export function costValue({ usd, known, asOf }: Cost): ValueMap {
  return { usd: fromFloat(usd), known, ...(asOf !== undefined && { asOf }) };
}

/** The tokens that a call is charged with: as the provider counted them, and by length those that it did not count. */
export function chargeFor(usage: Usage, inputLetters: number, outputLetters: number): PricedTokens {
  const output = Math.ceil(outputLetters / LETTERS_A_TOKEN);
  const input = Math.ceil((inputLetters + outputLetters) / LETTERS_A_TOKEN) - output;
  return { ...usage, inputTokens: usage.inputTokens || input, outputTokens: usage.outputTokens || output };
}

/** How many letters a model is sent. */
export function lettersOf({ messages }: GenerateRequest): number {
  let letters = 0;
  for (const { content } of messages) {
    if (typeof content === "string") letters += content.length;
    else for (const part of content) letters += partLetters(part);
  }
  return letters;
}

function partLetters(part: MessagePart): number {
  if ("text" in part) return part.text.length;
  return part.type === "tool-call" ? part.name.length : 0;
}
