import { DEFAULT_MAX_TOKENS } from "./default-max-tokens.ts";
import type Anthropic from "@anthropic-ai/sdk";
import { SpellError } from "../../contract/errors.ts";
import type { Attachment, GenerateRequest, Message, MessagePart, Thought } from "../../contract/provider.ts";
import { providerFields } from "../transport/provider-fields.ts";
import { closedSchema, type CloseSchema } from "./close-schema.ts";
import { toJsonObject, type JsonObject } from "../transport/plain-json.ts";

type Block = Anthropic.ContentBlockParam;
type Body = Omit<Anthropic.MessageCreateParamsNonStreaming, "stream">;

/** The least that a model may be given to think with. */
const LEAST_THINKING = 1024;

/** Models that take a budget to think with; later ones decide themselves and are told how hard to try. */
const BUDGET_MODELS = /^claude-(3|(opus|sonnet|haiku)-4(-[0-5])?(-\d{8})?$)/;

/** Below this many thinking tokens the effort is `low`, and below the second `medium`. */
const EFFORT_STEPS = [2048, 16384] as const;

/** What `provider` may say: fields that change nothing of where a request goes, who pays for it and what it costs. */
const FIELDS = ["inference_geo", "metadata", "service_tier", "top_k"] as const;

const IMAGES = ["image/png", "image/jpeg", "image/gif", "image/webp"] as const;

/** A request in Anthropic's words. `closeSchema` is the SDK's own adaptation of a JSON Schema. */
export function messagesRequest(request: GenerateRequest, closeSchema: CloseSchema): Body {
  const system = request.messages
    .filter((message) => message.role === "system")
    .flatMap((message) => partsOf(message).flatMap((part) => (part.type === "text" ? textBlock(part) : [])));
  const isCached = system.some((block) => block.cache_control !== undefined);
  const { thinking, effort, extraTokens } = thinkingFields(request);
  const format = request.schema && {
    type: "json_schema" as const,
    schema: closedSchema(request.schema.schema, closeSchema),
  };
  return {
    model: request.model,
    max_tokens: request.maxTokens ?? DEFAULT_MAX_TOKENS + extraTokens,
    messages: conversation(request.messages),
    ...(system.length > 0 && { system: isCached ? system : system.map(({ text }) => text).join("\n\n") }),
    // Their range ends at 1.
    ...(request.temperature !== undefined && { temperature: Math.min(request.temperature, 1) }),
    ...(request.topP !== undefined && { top_p: request.topP }),
    ...(request.stop !== undefined && request.stop.length > 0 && { stop_sequences: [...request.stop] }),
    ...toolFields(request),
    ...(thinking && { thinking }),
    ...((format || effort) && { output_config: { ...(format && { format }), ...(effort && { effort }) } }),
    ...providerFields(request.provider, FIELDS, "Anthropic"),
  };
}

interface Thinking {
  readonly thinking?: Anthropic.ThinkingConfigParam;
  readonly effort?: "low" | "medium" | "high";
  readonly extraTokens: number;
}

function thinkingFields({ model, thinkingTokens, maxTokens, messages }: GenerateRequest): Thinking {
  if (thinkingTokens === undefined || thinkingTokens === 0) return { extraTokens: 0 };
  // After a tool call the model's earlier thoughts must be sent back with their signatures; where the script left
  // them out, it goes on without thinking.
  if (messages.at(-1)?.role === "tool" && !hasThoughts(messages)) return { extraTokens: 0 };
  if (!BUDGET_MODELS.test(model)) {
    const effort =
      thinkingTokens < EFFORT_STEPS[0] ? "low" : thinkingTokens < EFFORT_STEPS[1] ? "medium" : ("high" as const);
    return { thinking: { type: "adaptive", display: "summarized" }, effort, extraTokens: thinkingTokens };
  }
  const budget = Math.max(LEAST_THINKING, thinkingTokens);
  if (maxTokens !== undefined && budget >= maxTokens) {
    throw new SpellError(
      "provider.request",
      `"${model}" counts its thinking as part of the answer: maxTokens (${maxTokens}) must be over thinkingTokens (${budget})`,
    );
  }
  return { thinking: { type: "enabled", budget_tokens: budget }, extraTokens: budget };
}

function hasThoughts(messages: readonly Message[]): boolean {
  const last = messages.findLast(({ role }) => role === "assistant");
  return last !== undefined && partsOf(last).some((part) => part.type === "thinking" && thoughtBlock(part).length > 0);
}

function toolFields({ tools, toolChoice }: GenerateRequest): Partial<Body> {
  if (tools === undefined || tools.length === 0) return {};
  return {
    tools: tools.map(({ name, description, parameters }) => ({
      name,
      description,
      input_schema: objectSchema(toJsonObject(parameters)),
    })),
    ...(toolChoice !== undefined && { tool_choice: choiceOf(toolChoice) }),
  };
}

function choiceOf(choice: NonNullable<GenerateRequest["toolChoice"]>): Anthropic.ToolChoice {
  if (typeof choice === "object") return { type: "tool", name: choice.name };
  return { type: choice === "required" ? "any" : choice };
}

function objectSchema(schema: JsonObject): Anthropic.Tool.InputSchema {
  return { ...schema, type: "object" } as Anthropic.Tool.InputSchema;
}

/** User and assistant in turns: neighbours of one role are joined, and tool results belong to the user. */
function conversation(messages: readonly Message[]): Anthropic.MessageParam[] {
  const turns: { role: "user" | "assistant"; content: Block[] }[] = [];
  for (const message of messages) {
    if (message.role === "system") continue;
    const role = message.role === "assistant" ? "assistant" : "user";
    const blocks = partsOf(message).flatMap(blockOf);
    const last = turns.at(-1);
    if (last?.role === role) last.content.push(...blocks);
    else turns.push({ role, content: blocks });
  }
  for (const turn of turns) {
    // Results must stand before any text of the same turn.
    turn.content.sort((a, b) => Number(b.type === "tool_result") - Number(a.type === "tool_result"));
  }
  return turns.filter((turn) => turn.content.length > 0);
}

function blockOf(part: MessagePart): Block[] {
  switch (part.type) {
    case "text":
      return textBlock(part);
    case "thinking":
      return thoughtBlock(part);
    case "image":
    case "file":
    case "audio":
      return [attachmentBlock(part)];
    case "tool-call":
      return [{ type: "tool_use", id: part.id, name: part.name, input: toJsonObject(part.arguments) }];
    case "tool-result":
      return [
        {
          type: "tool_result",
          tool_use_id: part.id,
          content: part.text,
          ...(part.isError !== undefined && { is_error: part.isError }),
          ...cached(part),
        },
      ];
  }
}

/** Empty blocks are refused. */
function textBlock(part: Extract<MessagePart, { type: "text" }>): Anthropic.TextBlockParam[] {
  return part.text === "" ? [] : [{ type: "text", text: part.text, ...cached(part) }];
}

/** A thought without its proof is refused: it is left out. */
function thoughtBlock({ text, signature, redacted }: Thought): Block[] {
  if (redacted !== undefined) return [{ type: "redacted_thinking", data: redacted }];
  return signature === undefined ? [] : [{ type: "thinking", thinking: text, signature }];
}

function attachmentBlock(part: Attachment): Block {
  const { mime, name } = part;
  const data = part.bytes.toBase64();
  const image = IMAGES.find((known) => known === mime);
  if (image !== undefined) {
    return { type: "image", source: { type: "base64", media_type: image, data }, ...cached(part) };
  }
  if (mime === "application/pdf") {
    const source = { type: "base64" as const, media_type: "application/pdf" as const, data };
    return { type: "document", source, ...(name !== undefined && { title: name }), ...cached(part) };
  }
  throw new SpellError("provider.unsupported", `Anthropic takes images and PDF files, and no ${mime}`);
}

function cached({ cache }: { readonly cache?: true }): { readonly cache_control?: Anthropic.CacheControlEphemeral } {
  return cache === true ? { cache_control: { type: "ephemeral" } } : {};
}

function partsOf(message: Message): readonly MessagePart[] {
  return typeof message.content === "string" ? [{ type: "text", text: message.content }] : message.content;
}
