import type { GenerateRequest, Generation, MessagePart, Usage } from "../../contract/provider.ts";
import type { Value } from "../../contract/value.ts";

/** Letters that are taken for a token where the provider does not count. */
const LETTERS_A_TOKEN = 4;

/** An answer as the script gets it: without what is empty. */
export function answerValue(answer: Omit<Generation, "toolCalls"> & Partial<Generation>, provider: string): Value {
  const { text, model, usage, finishReason, toolCalls = [], thinking } = answer;
  return {
    text,
    model,
    provider,
    usage: { inputTokens: usage.inputTokens, outputTokens: usage.outputTokens },
    finishReason,
    ...(toolCalls.length > 0 && {
      toolCalls: toolCalls.map(({ id, name, arguments: given }) => ({ id, name, arguments: given })),
    }),
    ...(thinking !== "" && { thinking }),
  };
}

/** The tokens that a call is charged with: as the provider counted them, or by length where it did not. */
export function chargeFor(usage: Usage, inputLetters: number, outputLetters: number): number {
  const counted = usage.inputTokens + usage.outputTokens;
  return counted > 0 ? counted : Math.ceil((inputLetters + outputLetters) / LETTERS_A_TOKEN);
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
  return part.type === "tool-call" ? part.name.length : part.text.length;
}
