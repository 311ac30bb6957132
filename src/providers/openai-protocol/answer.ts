import type OpenAI from "openai";
import type { AttemptLog, FinishReason, Generation, StreamEvent, ToolCall, Usage } from "../../contract/provider.ts";
import { parseArguments } from "../transport/plain-json.ts";
import { brokenStream, wrongAnswer, type CallSubject } from "../transport/provider-error.ts";
import { inputUsage, outputUsage } from "../transport/token-count.ts";

const FINISH_REASONS: Readonly<Record<string, FinishReason>> = {
  stop: "stop",
  length: "length",
  tool_calls: "tool-calls",
  function_call: "tool-calls",
  content_filter: "refusal",
};

/** A whole answer in our words. */
export function generationOf(
  completion: OpenAI.ChatCompletion,
  subject: CallSubject,
  attempts?: AttemptLog,
): Generation {
  const usage = usageOf(completion?.usage);
  attempts?.counted(usage);
  const choice = completion?.choices?.[0];
  if (choice?.message === undefined) throw wrongAnswer(subject, "no choices");
  const { message } = choice;
  const finishReason = finishReasonOf(choice.finish_reason);
  // Some servers leave the type out.
  const calls = (message.tool_calls ?? []).flatMap((call) => {
    const { id, function: called } = call as Partial<OpenAI.ChatCompletionMessageFunctionToolCall>;
    return called ? [{ id: id ?? "", name: called.name, text: called.arguments }] : [];
  });
  const toolCalls = toolCallsOf(calls, finishReason, subject);
  const { text, thinking } = splitContent(message.content);
  const refusal = typeof message.refusal === "string" ? message.refusal : "";
  return {
    text: text === "" ? refusal : text,
    thinking: thinking + reasoningOf(message),
    toolCalls,
    usage,
    finishReason: settle(finishReason, toolCalls.length, refusal),
    model: completion.model ?? subject.model ?? "",
  };
}

/** A tool call whose arguments arrive in pieces. */
interface PartialCall {
  id: string;
  name: string;
  text: string;
}

/** Chunks of a stream as events; tool calls come whole, before `finish`. */
export async function* eventsOf(
  chunks: AsyncIterable<OpenAI.ChatCompletionChunk>,
  subject: CallSubject,
  attempts?: AttemptLog,
): AsyncGenerator<StreamEvent, void, undefined> {
  const calls = new Map<number, PartialCall>();
  let finished: string | undefined;
  let usage: Usage = usageOf(undefined);
  let model = subject.model ?? "";
  let refusal = "";
  let seen = false;
  for await (const chunk of chunks) {
    seen = true;
    // Usage comes in a chunk of its own without choices, or, with some servers, in each chunk.
    if (chunk.usage) usage = usageOf(chunk.usage);
    if (chunk.model) model = chunk.model;
    const choice = chunk.choices?.[0];
    if (choice === undefined) continue;
    const { delta } = choice;
    const { text, thinking } = splitContent(delta?.content);
    const thought = thinking + reasoningOf(delta);
    if (thought !== "") yield { type: "thinking", text: thought };
    if (text !== "") yield { type: "text", text };
    if (typeof delta?.refusal === "string" && delta.refusal !== "") {
      refusal += delta.refusal;
      yield { type: "text", text: delta.refusal };
    }
    for (const piece of delta?.tool_calls ?? []) addPiece(calls, piece);
    if (choice.finish_reason) finished = choice.finish_reason;
  }
  if (!seen) throw wrongAnswer(subject, "an empty stream, or none in the form of this protocol");
  if (finished === undefined) throw brokenStream(subject);
  attempts?.counted(usage);
  const finishReason = finishReasonOf(finished);
  const whole = toolCallsOf([...calls.values()], finishReason, subject);
  for (const call of whole) yield { type: "tool-call", call };
  yield { type: "finish", usage, finishReason: settle(finishReason, whole.length, refusal), model };
}

function addPiece(calls: Map<number, PartialCall>, piece: OpenAI.ChatCompletionChunk.Choice.Delta.ToolCall): void {
  // Gemini's endpoint leaves the index out and sends each call whole.
  const index = piece.index ?? calls.size;
  const call = calls.get(index) ?? { id: "", name: "", text: "" };
  if (piece.id) call.id = piece.id;
  if (piece.function?.name) call.name = piece.function.name;
  call.text += piece.function?.arguments ?? "";
  calls.set(index, call);
}

/** The calls, but for one within whose arguments the answer was cut off. Those without an id get one, each its own. */
function toolCallsOf(calls: readonly PartialCall[], finishReason: FinishReason, subject: CallSubject): ToolCall[] {
  const taken = new Set(calls.map(({ id }) => id));
  return calls.flatMap(({ id, name, text }) => {
    const parsed = parseArguments(text ?? "");
    if (parsed !== undefined) return [{ id: id || freeId(name, taken), name, arguments: parsed }];
    if (finishReason === "length") return [];
    throw wrongAnswer(subject, `a call of the tool "${name}" whose arguments are not a JSON object`);
  });
}

/** The same for the same answer. */
function freeId(name: string, taken: Set<string>): string {
  let id = `call_${name}`;
  for (let number = 2; taken.has(id); number++) id = `call_${name}_${number}`;
  taken.add(id);
  return id;
}

/** Some servers say `stop` although they call a tool, and OpenAI does although it refuses. */
function settle(reason: FinishReason, toolCalls: number, refusal: string): FinishReason {
  if (refusal !== "") return "refusal";
  return toolCalls > 0 && (reason === "stop" || reason === "other") ? "tool-calls" : reason;
}

function finishReasonOf(reason: string | null | undefined): FinishReason {
  return FINISH_REASONS[reason ?? ""] ?? "other";
}

function usageOf(usage: OpenAI.CompletionUsage | null | undefined): Usage {
  return {
    ...inputUsage(usage?.prompt_tokens, { cached: usage?.prompt_tokens_details?.cached_tokens }),
    ...outputUsage(usage?.completion_tokens, usage?.completion_tokens_details?.reasoning_tokens),
  };
}

/** DeepSeek, vLLM and xAI write `reasoning_content`, Ollama, OpenRouter and Groq `reasoning`. */
function reasoningOf(message: unknown): string {
  const { reasoning_content: long, reasoning: short } = (message ?? {}) as Record<string, unknown>;
  if (typeof long === "string") return long;
  return typeof short === "string" ? short : "";
}

/** Content is text, or (Mistral's thinking models) a list of thinking and text parts. */
function splitContent(content: unknown): { text: string; thinking: string } {
  if (typeof content === "string") return { text: content, thinking: "" };
  if (!Array.isArray(content)) return { text: "", thinking: "" };
  let text = "";
  let thinking = "";
  for (const part of content as readonly Record<string, unknown>[]) {
    if (part["type"] === "thinking") thinking += splitContent(part["thinking"]).text;
    else if (typeof part["text"] === "string") text += part["text"];
  }
  return { text, thinking };
}
