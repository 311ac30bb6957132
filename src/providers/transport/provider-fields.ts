import { SpellError } from "../../contract/errors.ts";
import { nearest } from "../../contract/nearest.ts";
import type { ValueMap } from "../../contract/value.ts";
import { toJsonObject, type JsonObject } from "./plain-json.ts";

/** What a script adds to a request in the provider's own words, as far as it may. Throws `provider.options`. */
export function providerFields(given: ValueMap | undefined, known: readonly string[], title: string): JsonObject {
  if (given === undefined) return {};
  for (const key of Object.keys(given)) {
    if (known.includes(key)) continue;
    const hint = nearest(key, known);
    const offer = hint === undefined ? `it takes ${known.join(", ")}` : `did you mean "${hint}"?`;
    throw new SpellError("provider.options", `${title} is given no "${key.slice(0, 60)}" by scripts; ${offer}`);
  }
  return toJsonObject(given);
}
