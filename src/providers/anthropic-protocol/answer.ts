import type Anthropic from "@anthropic-ai/sdk";
import type {
  AttemptLog,
  FinishReason,
  Generation,
  StreamEvent,
  Thought,
  ToolCall,
  Usage,
} from "../../contract/provider.ts";
import { isValueMap } from "../../contract/value.ts";
import { parseArguments } from "../transport/plain-json.ts";
import { brokenStream, wrongAnswer, type CallSubject } from "../transport/provider-error.ts";
import { inputUsage, outputUsage, tokenCount } from "../transport/token-count.ts";

const FINISH_REASONS: Readonly<Record<string, FinishReason>> = {
  end_turn: "stop",
  stop_sequence: "stop",
  max_tokens: "length",
  model_context_window_exceeded: "length",
  tool_use: "tool-calls",
  refusal: "refusal",
};

/** A whole answer in our words. */
export function generationOf(message: Anthropic.Message, subject: CallSubject, attempts?: AttemptLog): Generation {
  const usage = { ...promptUsage(message?.usage), ...answerUsage(message?.usage) };
  attempts?.counted(usage);
  if (!Array.isArray(message?.content)) throw wrongAnswer(subject, "no content");
  let text = "";
  let thinking = "";
  const thoughts: Thought[] = [];
  const toolCalls: ToolCall[] = [];
  for (const block of message.content) {
    if (block.type === "text") text += block.text;
    else if (block.type === "thinking") {
      thinking += block.thinking;
      thoughts.push(thoughtOf(block.thinking, block.signature));
    } else if (block.type === "redacted_thinking") {
      thoughts.push({ type: "thinking", text: "", redacted: block.data });
    } else if (block.type === "tool_use") {
      toolCalls.push(...toolCallOf(block, message.stop_reason, subject));
    }
  }
  return {
    text,
    thinking,
    ...(thoughts.length > 0 && { thoughts }),
    toolCalls,
    usage,
    finishReason: finishReasonOf(message.stop_reason),
    model: message.model ?? subject.model ?? "",
  };
}

/** A call, or none where the answer was cut off before its input was whole. */
function toolCallOf(
  { id, name, input }: Anthropic.ToolUseBlock,
  reason: string | null,
  subject: CallSubject,
): ToolCall[] {
  const given = input ?? {};
  if (isValueMap(given)) return [{ id, name, arguments: given }];
  if (finishReasonOf(reason) === "length") return [];
  throw wrongArguments(name, subject);
}

function wrongArguments(tool: string, subject: CallSubject): Error {
  return wrongAnswer(subject, `a call of the tool "${tool}" whose arguments are not a JSON object`);
}

function thoughtOf(text: string, signature: string | undefined): Thought {
  return { type: "thinking", text, ...(signature !== undefined && signature !== "" && { signature }) };
}

/** What is known of a stream so far. */
interface Progress {
  usage: Usage;
  model: string;
  stopReason: string | null;
  stopped: boolean;
  seen: boolean;
}

/** A block of a stream that is given whole: a tool call, or a thought with its proof. */
type OpenBlock =
  | { readonly type: "call"; readonly id: string; readonly name: string; text: string }
  | { readonly type: "thought"; text: string; signature: string; redacted?: string };

/** Raw events of a stream as ours; tool calls come whole, when their block ends. */
export async function* eventsOf(
  events: AsyncIterable<Anthropic.RawMessageStreamEvent>,
  subject: CallSubject,
  attempts?: AttemptLog,
): AsyncGenerator<StreamEvent, void, undefined> {
  const progress: Progress = {
    usage: { inputTokens: 0, outputTokens: 0 },
    model: subject.model ?? "",
    stopReason: null,
    stopped: false,
    seen: false,
  };
  const blocks = new Map<number, OpenBlock>();
  for await (const event of events) {
    progress.seen = true;
    if (event.type === "content_block_start") {
      const { content_block: block, index } = event;
      const open = openBlock(block);
      if (open !== undefined) blocks.set(index, open);
      else if (block.type === "text" && block.text !== "") yield { type: "text", text: block.text };
    } else if (event.type === "content_block_delta") {
      const { delta } = event;
      if (delta.type === "text_delta") yield { type: "text", text: delta.text };
      else if (delta.type === "thinking_delta") yield { type: "thinking", text: delta.thinking };
      extend(blocks.get(event.index), delta);
    } else note(progress, event);
  }
  if (!progress.seen) throw wrongAnswer(subject, "an empty stream, or none in the form of this protocol");
  if (!progress.stopped) throw brokenStream(subject);
  const { usage, model } = progress;
  attempts?.counted(usage);
  const finishReason = finishReasonOf(progress.stopReason);
  const open = [...blocks.values()];
  for (const call of toolCallsOf(open, finishReason, subject)) yield { type: "tool-call", call };
  const thoughts = open.flatMap((block): Thought[] => {
    if (block.type !== "thought") return [];
    const { text, signature, redacted } = block;
    return [redacted === undefined ? thoughtOf(text, signature) : { type: "thinking", text: "", redacted }];
  });
  yield { type: "finish", usage, finishReason, model, ...(thoughts.length > 0 && { thoughts }) };
}

function openBlock(block: Anthropic.RawContentBlockStartEvent["content_block"]): OpenBlock | undefined {
  if (block.type === "tool_use") return { type: "call", id: block.id, name: block.name, text: "" };
  if (block.type === "thinking") return { type: "thought", text: block.thinking ?? "", signature: "" };
  if (block.type === "redacted_thinking") return { type: "thought", text: "", signature: "", redacted: block.data };
  return undefined;
}

function extend(block: OpenBlock | undefined, delta: Anthropic.RawContentBlockDeltaEvent["delta"]): void {
  if (block?.type === "call" && delta.type === "input_json_delta") block.text += delta.partial_json;
  if (block?.type !== "thought") return;
  if (delta.type === "thinking_delta") block.text += delta.thinking;
  else if (delta.type === "signature_delta") block.signature += delta.signature;
}

function toolCallsOf(blocks: readonly OpenBlock[], finishReason: FinishReason, subject: CallSubject): ToolCall[] {
  return blocks.flatMap((block) => {
    if (block.type !== "call") return [];
    const parsed = parseArguments(block.text);
    if (parsed !== undefined) return [{ id: block.id, name: block.name, arguments: parsed }];
    if (finishReason === "length") return [];
    throw wrongArguments(block.name, subject);
  });
}

function note(progress: Progress, event: Anthropic.RawMessageStreamEvent): void {
  if (event.type === "message_start") {
    const { usage, model } = event.message;
    progress.usage = { ...promptUsage(usage), ...answerUsage(usage) };
    progress.model = model ?? progress.model;
  } else if (event.type === "message_delta") {
    progress.stopReason = event.delta.stop_reason ?? progress.stopReason;
    // Counts are of the whole answer so far.
    if (event.usage) progress.usage = { ...progress.usage, ...answerUsage(event.usage, progress.usage.outputTokens) };
  } else if (event.type === "message_stop") {
    progress.stopped = true;
  }
}

function finishReasonOf(reason: string | null): FinishReason {
  return FINISH_REASONS[reason ?? ""] ?? "other";
}

/** Tokens read from or written to the cache are tokens of the prompt too. */
function promptUsage(usage: Anthropic.Usage | undefined): Omit<Usage, "outputTokens"> {
  const cached = tokenCount(usage?.cache_read_input_tokens) ?? 0;
  const cacheWrite = tokenCount(usage?.cache_creation_input_tokens) ?? 0;
  return inputUsage((tokenCount(usage?.input_tokens) ?? 0) + cached + cacheWrite, { cached, cacheWrite });
}

function answerUsage(
  usage: Pick<Anthropic.MessageDeltaUsage, "output_tokens" | "output_tokens_details"> | undefined,
  before?: number,
): Pick<Usage, "outputTokens" | "thinkingTokens"> {
  return outputUsage(usage?.output_tokens, usage?.output_tokens_details?.thinking_tokens, before);
}
