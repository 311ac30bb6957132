import { bytes, once, z } from "../../contract/schema.ts";
import { isValueMap, type ValueMap } from "../../contract/value.ts";

const cache = () =>
  z.literal(true).optional().describe("The provider may keep everything up to here, and take less for it");

const textPart = once(() => z.strictObject({ type: z.literal("text"), text: z.string(), cache: cache() }));

/** What a model is told before everything else. */
export const systemText = once(() => z.union([z.string(), z.array(textPart())]));

/** An image, file or sound: its bytes, a path that `files` grants, or an address that `http` grants. */
const attachment = once(() => ({
  bytes: bytes().optional(),
  path: z.string().min(1).optional(),
  url: z.string().min(1).optional(),
  mime: z.string().min(1).optional(),
  name: z.string().min(1).max(200).optional(),
  cache: cache(),
}));

const part = once(() =>
  z.discriminatedUnion("type", [
    textPart(),
    z.strictObject({ type: z.literal("image"), ...attachment() }),
    z.strictObject({ type: z.literal("file"), ...attachment() }),
    z.strictObject({ type: z.literal("audio"), ...attachment() }),
    z.strictObject({
      type: z.literal("thinking"),
      text: z.string(),
      signature: z.string().optional(),
      redacted: z.string().optional(),
    }),
    z.strictObject({
      type: z.literal("tool-call"),
      id: z.string(),
      name: z.string(),
      arguments: z.custom<ValueMap>(isValueMap).meta({ description: "the arguments, by name" }),
    }),
    z.strictObject({
      type: z.literal("tool-result"),
      id: z.string(),
      text: z.string(),
      isError: z.boolean().optional(),
      cache: cache(),
    }),
  ]),
);

/** A conversation. */
export const messages = once(() =>
  z
    .array(
      z.strictObject({
        role: z.enum(["system", "user", "assistant", "tool"]),
        content: z.union([z.string(), z.array(part())]),
      }),
    )
    .min(1),
);

/** A conversation as scripts give it: attachments are named, not read. */
export type GivenMessage = z.output<ReturnType<typeof messages>>[number];

/** One part of it. */
export type GivenPart = Exclude<GivenMessage["content"], string>[number];

/** A part that names an attachment. */
export type GivenAttachment = Extract<GivenPart, { type: "image" | "file" | "audio" }>;
