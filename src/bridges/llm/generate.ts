import type { CallContext } from "../../contract/bridge.ts";
import type { ResolvedModel } from "../../contract/effects.ts";
import type { GenerateRequest } from "../../contract/provider.ts";
import type { ValueMap } from "../../contract/value.ts";
import { AnswerStream } from "./answer-stream.ts";
import { answerValue } from "./answer-value.ts";
import { buildRequest } from "./build-request.ts";
import { cachedAnswer } from "./cached-answer.ts";
import { loadMessages } from "./load-messages.ts";
import type { GivenMessage } from "./message-schemas.ts";
import { tell } from "./pieces.ts";
import type { GenerateOptions } from "./schemas.ts";
import { payFor } from "./spend.ts";
import { withNearestModel } from "./unknown-model.ts";

/** Asks, waits for the whole answer and charges its tokens; or gives what was answered before, where that is wanted. */
export async function generate(
  given: string | readonly GivenMessage[],
  options: GenerateOptions = {},
  call: CallContext,
): Promise<ValueMap> {
  const resolved = call.effects.models.resolve(options.model);
  const conversation = await loadMessages(asConversation(given), call);
  const request = buildRequest(resolved.model, conversation, options, call);
  return cachedAnswer(request, resolved, options, call, () => ask(request, resolved, options, call));
}

/** A prompt is a conversation of one message. */
export function asConversation(prompt: string | readonly GivenMessage[]): readonly GivenMessage[] {
  return typeof prompt === "string" ? [{ role: "user", content: prompt }] : prompt;
}

async function ask(
  request: GenerateRequest,
  resolved: ResolvedModel,
  { onText, onEvent }: GenerateOptions,
  call: CallContext,
): Promise<ValueMap> {
  const { provider } = resolved;
  const paid = await payFor(request, resolved, call);
  if (onText !== undefined || onEvent !== undefined) {
    const stream = new AnswerStream(provider, paid, (error) => withNearestModel(error, resolved.name, call));
    await tell(stream, { onText, onEvent }, call);
    return stream.result(call);
  }
  call.signal.addEventListener("abort", () => paid.abandon(), { once: true });
  try {
    const answer = await provider.generate(paid.request, call.signal);
    const cost = paid.settle(answer.usage, answer.text.length + answer.thinking.length);
    return answerValue(answer, provider.id, cost);
  } catch (error) {
    throw await withNearestModel(error, resolved.name, call);
  } finally {
    paid.abandon();
  }
}
