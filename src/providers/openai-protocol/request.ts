import type { ChatCompletionCreateParamsBase } from "openai/resources/chat/completions";
import type OpenAI from "openai";
import { SpellError } from "../../contract/errors.ts";
import type { Attachment, GenerateRequest, Message, MessagePart } from "../../contract/provider.ts";
import { providerFields } from "../transport/provider-fields.ts";
import { toJsonObject, type JsonObject, type Json } from "../transport/plain-json.ts";
import type { Quirks } from "./quirks.ts";

type ChatMessage = OpenAI.ChatCompletionMessageParam;
type ChatRequest = Omit<ChatCompletionCreateParamsBase, "stream">;

/** What `provider` may say at every server: fields that change nothing of where a request goes and who pays for it. */
const FIELDS = [
  "frequency_penalty",
  "logit_bias",
  "metadata",
  "parallel_tool_calls",
  "prediction",
  "presence_penalty",
  "prompt_cache_key",
  "prompt_cache_retention",
  "reasoning_effort",
  "safety_identifier",
  "store",
  "user",
  "verbosity",
] as const;

/** Below this many thinking tokens the effort is `low`, and below the second `medium`. */
const EFFORT_STEPS = [2048, 16384] as const;

/** A request in OpenAI's words, with one server's quirks. */
export function chatRequest(request: GenerateRequest, quirks: Quirks, title: string): ChatRequest {
  const messages = request.messages.flatMap((message) => chatMessages(message, quirks, title));
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
    ...providerFields(request.provider, [...FIELDS, ...quirks.fields], title),
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
function chatMessages(message: Message, quirks: Quirks, title: string): ChatMessage[] {
  const parts = partsOf(message);
  const text = joinedText(parts);
  switch (message.role) {
    case "system":
      return [{ role: "system", content: text }];
    case "user": {
      const said = parts.filter((part) => part.type !== "tool-result");
      return [...toolResults(parts), ...(said.length > 0 || parts.length === 0 ? [user(said, quirks, title)] : [])];
    }
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

function user(parts: readonly MessagePart[], quirks: Quirks, title: string): ChatMessage {
  const isText = parts.every(({ type }) => type === "text" || type === "thinking");
  if (isText) return { role: "user", content: joinedText(parts) };
  return {
    role: "user",
    content: parts.flatMap((part): OpenAI.ChatCompletionContentPart[] => {
      if (part.type === "text") return part.text === "" ? [] : [{ type: "text", text: part.text }];
      if (part.type === "image" || part.type === "file" || part.type === "audio") {
        return [attachment(part, quirks, title)];
      }
      return [];
    }),
  };
}

function attachment(part: Attachment, { takes }: Quirks, title: string): OpenAI.ChatCompletionContentPart {
  const { type, mime, name } = part;
  const format = AUDIO_FORMATS[mime];
  if (!takes.includes(type) || (type === "audio" && format === undefined)) {
    const kinds = takes.length === 0 ? "text only" : `${takes.map((kind) => PLURALS[kind]).join(" and ")} besides text`;
    throw new SpellError("provider.unsupported", `${title} takes ${kinds}, and no ${mime}`);
  }
  const data = part.bytes.toBase64();
  if (type === "audio") return { type: "input_audio", input_audio: { data, format: format ?? "wav" } };
  const url = `data:${mime};base64,${data}`;
  if (type === "image") return { type: "image_url", image_url: { url } };
  return { type: "file", file: { file_data: url, filename: name ?? "file.pdf" } };
}

const AUDIO_FORMATS: Readonly<Record<string, "wav" | "mp3">> = { "audio/wav": "wav", "audio/mpeg": "mp3" };
const PLURALS = { image: "images", file: "PDF files", audio: "sounds" } as const;

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

/** Texts apart from each other, as they are to Anthropic's models: not all servers take them as a list. */
function joinedText(parts: readonly MessagePart[]): string {
  return parts.flatMap((part) => (part.type === "text" && part.text !== "" ? [part.text] : [])).join("\n\n");
}
