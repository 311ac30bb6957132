import type { Effects } from "../contract/effects.ts";
import { SpellError } from "../contract/errors.ts";
import { nearest } from "../contract/nearest.ts";

/** Throws `provider.unknown`, with the nearest right one, where a name (`provider` or `provider/model`) begins with no provider's id. */
export function requireTarget(name: string, { models }: Pick<Effects, "models">): void {
  const [id = ""] = name.split("/");
  const ids = models.providers().map((provider) => provider.id);
  if (ids.includes(id)) return;
  const hint = nearest(id, ids);
  const advice = hint === undefined ? `; the providers are ${ids.join(", ")}` : `; did you mean "${hint}"?`;
  throw new SpellError("provider.unknown", `There is no provider "${id}"${advice}`, {
    fix: "Name a model as provider/model",
  });
}
