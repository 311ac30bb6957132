import type { LearnedGrant } from "../../contract/bridge.ts";

/** The rule that one request needs: its method and its address without the query. */
export function learnRequest(name: string, args: Readonly<Record<string, unknown>>): LearnedGrant {
  const url = typeof args["url"] === "string" ? URL.parse(args["url"]) : null;
  if (url === null) return {};
  return { allow: [`${methodOf(name, args)} ${url.protocol}//${url.host}${url.pathname}`] };
}

function methodOf(name: string, args: Readonly<Record<string, unknown>>): string {
  if (name === "post") return "POST";
  const options = args["options"] as { readonly method?: string } | undefined;
  const method = typeof args["method"] === "string" ? args["method"] : options?.method;
  return (method ?? "GET").toUpperCase();
}
