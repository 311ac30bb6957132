import type { CallContext, Refusal } from "../../contract/bridge.ts";
import { SpellError } from "../../contract/errors.ts";
import type { HeaderField } from "../../contract/network.ts";
import { SecretText } from "../../contract/secret-text.ts";
import { ResourceHandle } from "../../contract/value.ts";
import type { Grant } from "./grant.ts";

/** Headers as scripts give them. */
export type GivenHeaders = Readonly<Record<string, string | ResourceHandle>>;

/** What belongs to the connection, or would make one request two, or is off. */
const OURS = new Set([
  ...["accept-encoding", "connection", "content-length", "cookie", "cookie2", "expect", "host", "http2-settings"],
  ...["keep-alive", "set-cookie", "te", "trailer", "transfer-encoding", "upgrade", "via"],
]);
const NAME = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
// A line's end would begin another header.
const VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;

/** The headers of a request, secrets still sealed. Throws `call.arguments`. */
export function readHeaders(given: GivenHeaders, call: CallContext): HeaderField[] {
  const seen = new Set<string>();
  return Object.entries(given).map(([name, value]): HeaderField => {
    const lower = name.toLowerCase();
    const quoted = JSON.stringify(name.slice(0, 80));
    if (!NAME.test(name)) throw wrong(`${quoted} is no name of a header`);
    if (OURS.has(lower) || lower.startsWith("proxy-") || lower.startsWith("sec-")) {
      throw wrong(`The header ${quoted} cannot be set by a spell`);
    }
    if (seen.has(lower)) throw wrong(`The header ${quoted} is given twice`);
    seen.add(lower);
    if (value instanceof ResourceHandle) return [name, secretOf(value, name, call)];
    if (!VALUE.test(value)) throw wrong(`The header ${quoted} holds a letter that no header can hold`);
    return [name, value.trim()];
  });
}

function secretOf(handle: ResourceHandle, name: string, call: CallContext): SecretText {
  const resource = call.resource(handle);
  if (resource instanceof SecretText) return resource;
  throw wrong(`The header ${JSON.stringify(name)} must be text or a secret`);
}

function wrong(message: string): SpellError {
  return new SpellError("call.arguments", message, { fix: "See llmspell bridges http" });
}

/** The grant's own rule for headers. */
export function refuseHeaders(grant: Grant, given: GivenHeaders | undefined): Refusal | undefined {
  const denied = new Set(grant.headers.deny.map((name) => name.toLowerCase()));
  const found = Object.keys(given ?? {}).find((name) => denied.has(name.toLowerCase()));
  if (found === undefined) return undefined;
  const left = grant.headers.deny.filter((name) => name.toLowerCase() !== found.toLowerCase());
  return {
    reason: `The header ${JSON.stringify(found)} is denied`,
    grantLine: `http: { headers: { deny: [${left.map((name) => JSON.stringify(name)).join(", ")}] } }`,
  };
}
