import { SpellError } from "../../contract/errors.ts";

/**
 * A fetch that goes to one origin and nowhere else: a redirect is an error, since it would take the key along or
 * send the request into the dark, and `file:`, `data:` and whatever else Bun's fetch reads is refused. The name is
 * resolved by the system, and the environment's proxy is used where there is one: whoever runs the spell chose both.
 */
export function originFetch(base: string, inner: typeof fetch): typeof fetch {
  // An address that is none, or the mock's, leads nowhere.
  const { origin = "", protocol } = URL.parse(base) ?? {};
  const isNetwork = protocol === "http:" || protocol === "https:";
  const guarded = async (input: Parameters<typeof fetch>[0], init?: RequestInit): Promise<Response> => {
    const url = typeof input === "string" ? input : input instanceof URL ? input.href : input.url;
    if (!isNetwork || !(url.startsWith(`${origin}/`) || URL.parse(url)?.origin === origin)) {
      throw new SpellError("provider.network", `A request for "${base}" was to go elsewhere`);
    }
    const response = await inner(input, { ...init, redirect: "manual" });
    if (response.status < 300 || response.status >= 400 || response.status === 304) return response;
    const location = response.headers.get("location") ?? "nowhere";
    await response.body?.cancel();
    throw new SpellError("provider.network", `The server at "${origin}" redirects to ${JSON.stringify(location)}`, {
      fix: "Set the provider's address to where it leads, if that is meant",
    });
  };
  return guarded as typeof fetch;
}
