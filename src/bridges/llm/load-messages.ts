import type { CallContext } from "../../contract/bridge.ts";
import type { Message, MessagePart } from "../../contract/provider.ts";
import type { Value } from "../../contract/value.ts";
import { attachmentPart } from "./attachment-part.ts";
import type { Grant } from "./grant.ts";
import type { GivenAttachment, GivenMessage, GivenPart } from "./message-schemas.ts";

/** What of a call reading attachments takes. */
export type LoadContext = Pick<CallContext, "within" | "signal" | "grant">;

/** A conversation with its attachments read: paths by the rules of `files`, addresses by those of `http`. */
export async function loadMessages(given: readonly GivenMessage[], call: LoadContext): Promise<readonly Message[]> {
  if (given.every(({ content }) => typeof content === "string" || !content.some(isAttachment))) {
    return given as readonly Message[];
  }
  const loaded: Message[] = [];
  for (const { role, content } of given) {
    const parts: MessagePart[] = [];
    if (typeof content === "string") parts.push({ type: "text", text: content });
    else for (const part of content) parts.push(isAttachment(part) ? await load(part, call) : (part as MessagePart));
    loaded.push({ role, content: parts });
  }
  return loaded;
}

function isAttachment(part: GivenPart): part is GivenAttachment {
  return part.type === "image" || part.type === "file" || part.type === "audio";
}

async function load(part: GivenAttachment, call: LoadContext): Promise<MessagePart> {
  const most = (call.grant as Grant).maxAttachmentBytes;
  return attachmentPart(part, most, (source) => read(source, most, call));
}

/** One byte more than there may be is enough to know. */
async function read({ path, url }: GivenAttachment, most: number, call: LoadContext): Promise<Uint8Array> {
  if (path !== undefined) {
    return (await call.within(
      `read-${path}`,
      ["files", "readBytes"],
      [path, { length: most + 1 }],
      call.signal,
    )) as Uint8Array;
  }
  const answer = await call.within(`get-${url}`, ["http", "get"], [url ?? "", { as: "bytes" }], call.signal);
  const { ok, status, bytes } = answer as Readonly<Record<string, Value>>;
  if (ok === true && bytes instanceof Uint8Array) return bytes;
  const { SpellError } = await import("../../contract/errors.ts");
  throw new SpellError("provider.attachment", `Cannot get "${url}": it answered with status ${String(status)}`);
}
