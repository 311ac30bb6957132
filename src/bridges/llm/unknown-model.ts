import type { CallContext } from "../../contract/bridge.ts";
import { SpellError } from "../../contract/errors.ts";
import { nearest } from "../../contract/nearest.ts";
import { isValueMap } from "../../contract/value.ts";

/**
 * An error about a model that its provider does not have, with the nearest name that is known; any other as it is, and
 * one about a name that is known itself: it was not mistyped, this server does not offer it.
 */
export async function withNearestModel(
  error: unknown,
  name: string,
  { effects }: Pick<CallContext, "effects">,
): Promise<unknown> {
  if (!(error instanceof SpellError) || error.code !== "provider.model") return error;
  const provider = name.slice(0, name.indexOf("/") + 1);
  const { models } = await effects.facts.catalogue();
  const names = models.flatMap((model) => (model.name.startsWith(provider) ? [model.name.slice(provider.length)] : []));
  const own = name.slice(provider.length);
  const hint = names.includes(own) ? undefined : nearest(own, names);
  if (hint === undefined) return error;
  const { message, details } = error;
  return new SpellError("provider.model", `${message}; did you mean "${provider}${hint}"?`, {
    cause: error,
    details: { ...(isValueMap(details) ? details : {}), nearest: `${provider}${hint}` },
  });
}
