import { SpellError } from "../../contract/errors.ts";

/** An address as scripts give it: whole, and without user or password. Throws `call.arguments`. */
export function parseUrl(text: string): URL {
  const url = URL.parse(text);
  if (url === null) {
    throw new SpellError("call.arguments", `${quote(text)} is no whole address`, {
      fix: 'Write it with its scheme, such as "https://example.org/page"',
    });
  }
  if (url.username === "" && url.password === "") return url;
  throw new SpellError("call.arguments", "An address must not hold a user or password", {
    fix: "Send them in the header Authorization; secret.basic makes it of a secret",
  });
}

function quote(text: string): string {
  return JSON.stringify(text.length > 100 ? `${text.slice(0, 99)}…` : text);
}
