import { SpellError } from "../../contract/errors.ts";
import type { HeaderField } from "../../contract/network.ts";
import { SecretText } from "../../contract/secret-text.ts";

/** One step on the way to an answer. */
export interface Step {
  readonly method: string;
  readonly url: URL;
  readonly headers: readonly HeaderField[];
  readonly body: Uint8Array | undefined;
}

const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

/** Headers that say nothing of who asks: the only ones that follow a redirect to somebody else. */
const HARMLESS = new Set([
  ...["accept", "accept-language", "cache-control", "content-language", "content-type"],
  ...["if-match", "if-modified-since", "if-none-match", "if-unmodified-since", "range", "user-agent"],
]);

/** The next step, as the fetch standard has it; undefined where the answer is none or leads nowhere. */
export function redirectedStep(step: Step, status: number, location: string | null): Step | undefined {
  if (!REDIRECTS.has(status) || location === null) return undefined;
  const url = URL.parse(location, step.url.href);
  if (url === null) throw new SpellError("http.answer", `"${step.url.host}" redirects to what is no address`);
  if (url.username !== "" || url.password !== "") {
    throw new SpellError("http.answer", `"${step.url.host}" redirects to an address with a user or password`);
  }
  const becomesGet =
    status === 303 ? step.method !== "GET" && step.method !== "HEAD" : status < 303 && step.method === "POST";
  const isElsewhere = url.origin !== step.url.origin;
  const headers = step.headers.filter(([name, value]) => {
    const lower = name.toLowerCase();
    if (becomesGet && lower.startsWith("content-")) return false;
    return !isElsewhere || (HARMLESS.has(lower) && !(value instanceof SecretText));
  });
  return becomesGet
    ? { method: "GET", url, headers, body: undefined }
    : { method: step.method, url, headers, body: step.body };
}
