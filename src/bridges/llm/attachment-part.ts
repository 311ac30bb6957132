import { SpellError } from "../../contract/errors.ts";
import type { Attachment, MessagePart } from "../../contract/provider.ts";
import { formatBytes } from "../../contract/quantity.ts";
import type { GivenAttachment } from "./message-schemas.ts";
import { typeOfBytes } from "./type-of-bytes.ts";

/**
 * An attachment as a provider gets it, of the type that its bytes say. A `file` may be anything: images and sounds are
 * sent as such, and text as text. Throws `provider.attachment` for what is too large or of no known type.
 */
export async function attachmentPart(
  given: GivenAttachment,
  most: number,
  read: (source: GivenAttachment) => Promise<Uint8Array>,
): Promise<MessagePart> {
  const { type, cache } = given;
  const subject = subjectOf(given);
  const bytes =
    given.bytes === undefined
      ? await read(given).catch((error: unknown) => Promise.reject(unreadable(error, subject, most)))
      : toBytes(given.bytes);
  if (bytes.length > most) throw tooLarge(subject, most);
  const mime = typeOfBytes(bytes);
  if (mime === undefined) throw wrong(`${subject} is of an unknown type`);
  if (given.mime !== undefined && !isSame(given.mime, mime)) {
    throw wrong(`${subject} is said to be ${given.mime}, and is ${mime}`);
  }
  const kind = kindOf(mime);
  if (type !== "file" && type !== kind) throw wrong(`${subject} is no ${NAMES[type]}: it is ${mime}`);
  const name = given.name ?? baseName(given.path ?? given.url);
  if (mime === "text/plain") {
    const text = new TextDecoder().decode(bytes);
    const shown = name === undefined ? text : `File ${JSON.stringify(name)}:\n${text}`;
    return { type: "text", text: shown, ...(cache && { cache }) };
  }
  return { type: kind, mime, bytes, ...(name !== undefined && { name }), ...(cache && { cache }) };
}

function tooLarge(subject: string, most: number): SpellError {
  return wrong(`${subject} has more than ${formatBytes(most)}, the most that is granted`, {
    fix: "Make it smaller, or raise bridges.llm.maxAttachmentBytes in the profile",
  });
}

/** Why it could not be read. A call that reads it ends by `limits.answer` where it is larger: the script knows of no such call. */
function unreadable(error: unknown, subject: string, most: number): unknown {
  if (!(error instanceof SpellError) || error.code !== "limit.answer") return error;
  const limit = (error.details as { readonly value?: unknown } | undefined)?.value;
  if (typeof limit !== "number") return error;
  if (limit >= most) return tooLarge(subject, most);
  return wrong(`${subject} has more than ${formatBytes(limit)}, the most that a call may answer with`, {
    fix: "Make it smaller, or raise limits.answer in the profile",
  });
}

const NAMES = { image: "image", audio: "sound", file: "file" } as const;

function subjectOf(given: GivenAttachment): string {
  const sources = (["bytes", "path", "url"] as const).filter((key) => given[key] !== undefined);
  const kind = NAMES[given.type];
  if (sources.length !== 1) throw wrong(`A part of the type ${given.type} needs one of bytes, path and url`);
  const name = given.path ?? given.url ?? given.name;
  return name === undefined ? `The ${kind}` : `The ${kind} ${JSON.stringify(name)}`;
}

function kindOf(mime: string): Attachment["type"] {
  if (mime.startsWith("image/")) return "image";
  return mime.startsWith("audio/") ? "audio" : "file";
}

/** What stands after the semicolon, and which text it is, says nothing of the bytes. */
function isSame(said: string, found: string): boolean {
  const type = said.split(";", 1)[0]?.trim().toLowerCase() ?? "";
  if (found === "text/plain") return type.startsWith("text/") || type === "application/json";
  return (ALIASES[type] ?? type) === found;
}

const ALIASES: Readonly<Record<string, string>> = {
  "image/jpg": "image/jpeg",
  "audio/mp3": "audio/mpeg",
  "audio/x-wav": "audio/wav",
  "audio/wave": "audio/wav",
};

function baseName(path: string | undefined): string | undefined {
  const name = path?.split(/[?#]/, 1)[0]?.split(/[\\/]/).at(-1);
  return name === "" ? undefined : name?.slice(0, 200);
}

function toBytes(given: Uint8Array | string): Uint8Array {
  return typeof given === "string" ? new TextEncoder().encode(given) : given;
}

function wrong(message: string, options: { readonly fix?: string } = {}): SpellError {
  return new SpellError("provider.attachment", message, options);
}
