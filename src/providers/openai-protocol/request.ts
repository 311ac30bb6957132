import type { ChatCompletionCreateParamsBase } from "openai/resources/chat/completions";
import type OpenAI from "openai";
import { SpellError } from "../../contract/errors.ts";
import type { GenerateRequest, Message, MessagePart } from "../../contract/provider.ts";
import { toJsonObject, type JsonObject, type Json } from "../transport/plain-json.ts";
import type { Quirks } from "./quirks.ts";

type ChatMessage = OpenAI.ChatCompletionMessageParam;
type ChatRequest = Omit<ChatCompletionCreateParamsBase, "stream">;

/** Below this many thinking tokens the effort is `low`, and below the second `medium`. */
const EFFORT_STEPS = [2048, 16384] as const;

/** A request in OpenAI's words, with one server's quirks. */
export function chatRequest(request: GenerateRequest, quirks: Quirks): ChatRequest {
  const messages = request.messages.flatMap(chatMessages);
  const { schema } = request;
  if (schema !== undefined && quirks.schema === "json_object") {
    const text = JSON.stringify(toJsonObject(schema.schema));
    messages.unshift({ role: "system", content: `Answer only with JSON of this JSON Schema: ${text}` });
  }
  return {
    model: request.model,
    messages,
    ...(request.maxTokens !== undefined && { [quirks.maxTokens]: request.maxTokens }),
    ...(request.temperature !== undefined && { temperature: request.temperature }),
    ...(request.topP !== undefined && { top_p: request.topP }),
    ...(request.stop !== undefined && request.stop.length > 0 && { stop: [...request.stop] }),
    ...(request.seed !== undefined && quirks.seed !== undefined && { [quirks.seed]: request.seed }),
    ...(schema !== undefined && { response_format: responseFormat(schema, quirks) }),
    ...toolFields(request, quirks),
    ...thinkingFields(request.thinkingTokens, quirks),
  };
}

/** How hard a model should think for about so many tokens. */
export function effortFor(thinkingTokens: number): "low" | "medium" | "high" {
  if (thinkingTokens < EFFORT_STEPS[0]) return "low";
  return thinkingTokens < EFFORT_STEPS[1] ? "medium" : "high";
}

function thinkingFields(thinkingTokens: number | undefined, quirks: Quirks): object {
  if (thinkingTokens === undefined || quirks.thinking === undefined) return {};
  if (quirks.thinking === "reasoning") return { reasoning: { max_tokens: thinkingTokens } };
  return { reasoning_effort: effortFor(thinkingTokens) };
}

function toolFields(request: GenerateRequest, quirks: Quirks): object {
  const { tools, toolChoice } = request;
  if (tools === undefined || tools.length === 0) return {};
  const choice =
    typeof toolChoice === "object"
      ? { type: "function", function: { name: toolChoice.name } }
      : toolChoice === "required"
        ? quirks.requiredTool
        : toolChoice;
  return {
    tools: tools.map(({ name, description, parameters }) => ({
      type: "function",
      function: { name, description, parameters: toJsonObject(parameters) },
    })),
    ...(choice !== undefined && { tool_choice: choice }),
  };
}

function responseFormat(
  { name, schema }: NonNullable<GenerateRequest["schema"]>,
  quirks: Quirks,
): NonNullable<ChatRequest["response_format"]> {
  if (quirks.schema === "json_object") return { type: "json_object" };
  const json = toJsonObject(schema);
  const safeName = name.replace(/[^a-zA-Z0-9_-]/g, "_").slice(0, 64) || "answer";
  return { type: "json_schema", json_schema: { name: safeName, schema: { ...json }, strict: isStrictSchema(json) } };
}

/** Whether OpenAI's strict mode takes a schema: every object closed, every property required. */
export function isStrictSchema(schema: Json): boolean {
  if (Array.isArray(schema)) return schema.every(isStrictSchema);
  if (typeof schema !== "object" || schema === null) return true;
  const { properties, required, additionalProperties } = schema as JsonObject;
  if (properties !== undefined || (schema as JsonObject)["type"] === "object") {
    const names = Object.keys((properties ?? {}) as JsonObject);
    if (additionalProperties !== false) return false;
    if (!names.every((name) => Array.isArray(required) && required.includes(name))) return false;
  }
  return Object.values(schema).every(isStrictSchema);
}

/** One message may become several: each tool result is a message of its own. */
function chatMessages(message: Message): ChatMessage[] {
  const parts = partsOf(message);
  const text = joinedText(parts);
  switch (message.role) {
    case "system":
      return [{ role: "system", content: text }];
    case "user":
      return [...toolResults(parts), ...(text === "" && parts.length > 0 && !hasText(parts) ? [] : [user(text)])];
    case "assistant":
      return [assistant(parts, text)];
    case "tool": {
      const results = toolResults(parts);
      if (results.length === 0) {
        throw new SpellError("provider.request", "A message of the role tool must have tool-result parts");
      }
      return results;
    }
  }
}

function user(content: string): ChatMessage {
  return { role: "user", content };
}

function assistant(parts: readonly MessagePart[], text: string): ChatMessage {
  const calls = parts.filter((part) => part.type === "tool-call");
  if (calls.length === 0) return { role: "assistant", content: text };
  return {
    role: "assistant",
    content: text === "" ? null : text,
    tool_calls: calls.map((call) => ({
      id: call.id,
      type: "function",
      function: { name: call.name, arguments: JSON.stringify(toJsonObject(call.arguments)) },
    })),
  };
}

function toolResults(parts: readonly MessagePart[]): ChatMessage[] {
  return parts
    .filter((part) => part.type === "tool-result")
    .map((part) => ({
      role: "tool",
      tool_call_id: part.id,
      // The protocol has no field for a failure.
      content: part.isError === true ? `Error: ${part.text}` : part.text,
    }));
}

function partsOf(message: Message): readonly MessagePart[] {
  return typeof message.content === "string" ? [{ type: "text", text: message.content }] : message.content;
}

function hasText(parts: readonly MessagePart[]): boolean {
  return parts.some((part) => part.type === "text");
}

function joinedText(parts: readonly MessagePart[]): string {
  return parts.map((part) => (part.type === "text" ? part.text : "")).join("");
}
