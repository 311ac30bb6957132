import { SpellError } from "../../contract/errors.ts";
import type { FinishReason, GenerateRequest, Message, MessagePart, ToolCall } from "../../contract/provider.ts";
import { toJson } from "../transport/plain-json.ts";
import { answerByRule, quote } from "./answer-by-rule.ts";
import { answerToResults, orderedCalls, toolCall } from "./call-tools.ts";
import { cutToTokens } from "./count-mock-tokens.ts";
import { fillSchema } from "./fill-schema.ts";
import type { Fault, Reply } from "./script.ts";

/** An answer before it is given: its pieces in the order of a stream, and how fast they come. */
export interface Composition {
  readonly thinking: string;
  readonly pieces: readonly string[];
  readonly toolCalls: readonly ToolCall[];
  readonly finishReason: FinishReason;
  readonly delayMs: number;
  readonly pauseMs: number;
  readonly fault?: Fault;
  readonly retryAfterMs?: number;
}

/** The model that says what it is told. */
export const ECHO = "echo";

/** The text that a request is about: that of its last message, tool results included. */
export function promptOf(messages: readonly Message[]): string {
  const content = messages.findLast((message) => message.role !== "system")?.content ?? "";
  if (typeof content === "string") return content;
  return content.map((part) => (part.type === "tool-call" ? "" : partText(part))).join("\n");
}

/** What the mock sees of a part: it looks into no image, but says what it was shown. */
export function partText(part: MessagePart): string {
  switch (part.type) {
    case "text":
    case "tool-result":
    case "thinking":
      return part.text;
    case "tool-call":
      return part.name + JSON.stringify(toJson(part.arguments));
    default:
      return `[${part.mime}, ${part.bytes.length} bytes]`;
  }
}

/** What the rules make of a request that no script answers. */
export function composeByRule(request: GenerateRequest): Composition {
  const prompt = promptOf(request.messages);
  const toolCalls = orderedCalls(request, prompt);
  const thinking = (request.thinkingTokens ?? 0) > 0 ? `I am asked: ${quote(prompt)}` : "";
  const text = toolCalls.length > 0 ? "" : textFor(request, prompt);
  return finish(request, { text, thinking, toolCalls, delayMs: 0, pauseMs: 0 });
}

/** What a script says, in the form of the request. */
export function composeByScript(request: GenerateRequest, reply: Reply): Composition {
  const { text, chunks, thinking, tools, delayMs, pauseMs, fault, retryAfterMs, finishReason } = reply;
  const toolCalls = tools.map(({ name, arguments: given }, index) => {
    const tool = request.tools?.find((tool) => tool.name === name) ?? { name, parameters: {} };
    return toolCall(tool, given, request.messages.length, index);
  });
  const composed = finish(request, { text, chunks, thinking, toolCalls, delayMs, pauseMs });
  return {
    ...composed,
    ...(finishReason && { finishReason }),
    ...(fault && { fault }),
    ...(retryAfterMs !== undefined && { retryAfterMs }),
  };
}

function textFor(request: GenerateRequest, prompt: string): string {
  if (request.schema !== undefined) {
    const instance = fillSchema(toJson(request.schema.schema, Number));
    if (instance === undefined) {
      throw new SpellError(
        "provider.unsupported",
        `The mock model finds no instance of the schema "${request.schema.name}"`,
      );
    }
    return JSON.stringify(instance);
  }
  if (request.model === ECHO) return prompt;
  return answerToResults(request.messages) ?? answerByRule(prompt);
}

interface Draft {
  readonly text: string;
  readonly chunks?: readonly string[] | undefined;
  readonly thinking: string;
  readonly toolCalls: readonly ToolCall[];
  readonly delayMs: number;
  readonly pauseMs: number;
}

/** Cuts the draft's text at a stop text and at the greatest number of tokens, and takes it apart. */
function finish(request: GenerateRequest, { text, chunks, ...draft }: Draft): Composition {
  const stops = (request.stop ?? []).map((stop) => (stop === "" ? -1 : text.indexOf(stop))).filter((at) => at >= 0);
  const stopped = stops.length === 0 ? text : text.slice(0, Math.min(...stops));
  const { text: kept, cut } = cutToTokens(stopped, request.maxTokens ?? Infinity);
  const pieces = chunks !== undefined && kept === text ? chunks : (kept.match(/\S+\s*|\s+/g) ?? []);
  const finishReason = cut ? "length" : draft.toolCalls.length > 0 ? "tool-calls" : "stop";
  return { ...draft, pieces, finishReason };
}
