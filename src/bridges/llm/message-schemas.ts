import { bytes, literal, map, shape, once, oneOf, type Parsed, v } from "../../contract/schema.ts";

const cache = () =>
  v.optional(v.pipe(literal(true), v.description("The provider may keep everything up to here, and take less for it")));

const textPart = once(() => shape({ type: literal("text"), text: v.string(), cache: cache() }));

/** What a model is told before everything else. */
export const systemText = once(() => v.union([v.string(), v.array(textPart())]));

/** An image, file or sound: its bytes, a path that `files` grants, or an address that `http` grants. */
const attachment = once(() => ({
  bytes: v.optional(bytes()),
  path: v.optional(v.pipe(v.string(), v.minLength(1))),
  url: v.optional(v.pipe(v.string(), v.minLength(1))),
  mime: v.optional(v.pipe(v.string(), v.minLength(1))),
  name: v.optional(v.pipe(v.string(), v.minLength(1), v.maxLength(200))),
  cache: cache(),
}));

const part = once(() =>
  v.variant("type", [
    textPart(),
    shape({ type: literal("image"), ...attachment() }),
    shape({ type: literal("file"), ...attachment() }),
    shape({ type: literal("audio"), ...attachment() }),
    shape({
      type: literal("thinking"),
      text: v.string(),
      signature: v.optional(v.string()),
      redacted: v.optional(v.string()),
    }),
    shape({
      type: literal("tool-call"),
      id: v.string(),
      name: v.string(),
      arguments: map("the arguments, by name"),
    }),
    shape({
      type: literal("tool-result"),
      id: v.string(),
      text: v.string(),
      isError: v.optional(v.boolean()),
      cache: cache(),
    }),
  ]),
);

/** A conversation. */
export const messages = once(() =>
  v.pipe(
    v.array(
      shape({
        role: oneOf(["system", "user", "assistant", "tool"]),
        content: v.union([v.string(), v.array(part())]),
      }),
    ),
    v.minLength(1),
  ),
);

/** A conversation as scripts give it: attachments are named, not read. */
export type GivenMessage = Parsed<ReturnType<typeof messages>>[number];

/** One part of it. */
export type GivenPart = Exclude<GivenMessage["content"], string>[number];

/** A part that names an attachment. */
export type GivenAttachment = Extract<GivenPart, { type: "image" | "file" | "audio" }>;
