import { stringify } from "../../contract/json-text.ts";
import type { GenerateRequest, MessagePart } from "../../contract/provider.ts";

/** Tokens that an image is taken for: what most models make of a large one. */
const IMAGE_TOKENS = 6000;
/** Bytes of a compressed sound that are taken for a token. */
const AUDIO_BYTES = 100;
/** A document may be made of a few bytes a token, and has no more tokens than most models take. */
const MAX_FILE_TOKENS = 200_000;

/** All texts that a model is sent, tools and schema included. */
export function textsOf({ messages, tools = [], schema }: GenerateRequest): string[] {
  const ofMessages = messages.flatMap(({ content }) =>
    typeof content === "string" ? [content] : content.map(partText),
  );
  const ofTools = tools.map((tool) => stringify(tool));
  return [...ofMessages, ...ofTools, ...(schema === undefined ? [] : [stringify(schema)])];
}

function partText(part: MessagePart): string {
  if ("text" in part) return part.text;
  return part.type === "tool-call" ? `${part.name}${stringify(part.arguments)}` : (part.name ?? "");
}

/** Tokens that the attachments of a request are taken for; nobody but the provider can count them. */
export function attachmentTokens({ messages }: GenerateRequest): number {
  let tokens = 0;
  for (const { content } of messages) {
    if (typeof content !== "string") for (const part of content) tokens += partTokens(part);
  }
  return tokens;
}

function partTokens(part: MessagePart): number {
  if (part.type === "image") return IMAGE_TOKENS;
  if (part.type === "audio") return Math.ceil(part.bytes.length / AUDIO_BYTES);
  return part.type === "file" ? Math.min(part.bytes.length, MAX_FILE_TOKENS) : 0;
}
