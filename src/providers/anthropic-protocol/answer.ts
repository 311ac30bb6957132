import type Anthropic from "@anthropic-ai/sdk";
import type { FinishReason, Generation, StreamEvent, ToolCall, Usage } from "../../contract/provider.ts";
import type { ValueMap } from "../../contract/value.ts";
import { parseArguments } from "../transport/plain-json.ts";
import { brokenStream, wrongAnswer, type CallSubject } from "../transport/provider-error.ts";

const FINISH_REASONS: Readonly<Record<string, FinishReason>> = {
  end_turn: "stop",
  stop_sequence: "stop",
  max_tokens: "length",
  model_context_window_exceeded: "length",
  tool_use: "tool-calls",
  refusal: "refusal",
};

/** A whole answer in our words. */
export function generationOf(message: Anthropic.Message, subject: CallSubject): Generation {
  if (!Array.isArray(message?.content)) throw wrongAnswer(subject, "no content");
  let text = "";
  let thinking = "";
  const toolCalls: ToolCall[] = [];
  for (const block of message.content) {
    if (block.type === "text") text += block.text;
    else if (block.type === "thinking") thinking += block.thinking;
    else if (block.type === "tool_use") {
      toolCalls.push({ id: block.id, name: block.name, arguments: (block.input ?? {}) as ValueMap });
    }
  }
  return {
    text,
    thinking,
    toolCalls,
    usage: { inputTokens: inputTokens(message.usage), outputTokens: message.usage?.output_tokens ?? 0 },
    finishReason: finishReasonOf(message.stop_reason),
    model: message.model ?? subject.model ?? "",
  };
}

/** What is known of a stream so far. */
interface Progress {
  input: number;
  output: number;
  model: string;
  stopReason: string | null;
  stopped: boolean;
  seen: boolean;
}

/** Raw events of a stream as ours; tool calls come whole, when their block ends. */
export async function* eventsOf(
  events: AsyncIterable<Anthropic.RawMessageStreamEvent>,
  subject: CallSubject,
): AsyncGenerator<StreamEvent, void, undefined> {
  const progress: Progress = {
    input: 0,
    output: 0,
    model: subject.model ?? "",
    stopReason: null,
    stopped: false,
    seen: false,
  };
  const calls = new Map<number, { id: string; name: string; text: string }>();
  for await (const event of events) {
    progress.seen = true;
    switch (event.type) {
      case "content_block_start":
        if (event.content_block.type === "tool_use") {
          calls.set(event.index, { id: event.content_block.id, name: event.content_block.name, text: "" });
        } else if (event.content_block.type === "text" && event.content_block.text !== "") {
          yield { type: "text", text: event.content_block.text };
        }
        break;
      case "content_block_delta": {
        const { delta } = event;
        if (delta.type === "text_delta") yield { type: "text", text: delta.text };
        else if (delta.type === "thinking_delta") yield { type: "thinking", text: delta.thinking };
        else if (delta.type === "input_json_delta") {
          const call = calls.get(event.index);
          if (call !== undefined) call.text += delta.partial_json;
        }
        break;
      }
      default:
        note(progress, event);
    }
  }
  if (!progress.seen) throw wrongAnswer(subject, "an empty stream, or none in the form of this protocol");
  if (!progress.stopped) throw brokenStream(subject);
  const finishReason = finishReasonOf(progress.stopReason);
  for (const call of calls.values()) {
    const parsed = parseArguments(call.text);
    if (parsed !== undefined) {
      yield { type: "tool-call", call: { id: call.id, name: call.name, arguments: parsed } };
    } else if (finishReason !== "length") {
      throw wrongAnswer(subject, `a call of the tool "${call.name}" whose arguments are not a JSON object`);
    }
  }
  const usage: Usage = { inputTokens: progress.input, outputTokens: progress.output };
  yield { type: "finish", usage, finishReason, model: progress.model };
}

function note(progress: Progress, event: Anthropic.RawMessageStreamEvent): void {
  if (event.type === "message_start") {
    progress.input = inputTokens(event.message.usage);
    progress.output = event.message.usage?.output_tokens ?? 0;
    progress.model = event.message.model ?? progress.model;
  } else if (event.type === "message_delta") {
    progress.stopReason = event.delta.stop_reason ?? progress.stopReason;
    // Counts are of the whole answer so far.
    progress.output = event.usage?.output_tokens ?? progress.output;
  } else if (event.type === "message_stop") {
    progress.stopped = true;
  }
}

function finishReasonOf(reason: string | null): FinishReason {
  return FINISH_REASONS[reason ?? ""] ?? "other";
}

/** Tokens read from or written to the cache are tokens of the prompt too. */
function inputTokens(usage: Anthropic.Usage | undefined): number {
  const cached = (usage?.cache_read_input_tokens ?? 0) + (usage?.cache_creation_input_tokens ?? 0);
  return (usage?.input_tokens ?? 0) + cached;
}
