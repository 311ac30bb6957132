import type { Profile } from "../contract/profile.ts";
import { isValueMap } from "../contract/value.ts";
import { writtenQuantity } from "./explain.ts";

/** The profile in effect as YAML that extends nothing and, given the same catalogue, resolves to the same profile. */
export async function profileToYaml(profile: Profile): Promise<string> {
  const { stringify } = await import("yaml");
  const { name, description, origins: _, ...sections } = profile;
  const document = {
    ...(description === "" ? {} : { description }),
    ...(written("", sections) as object),
  };
  const comment = `# Profile ${name.replaceAll(/[\r\n]/g, " ")}, as it is in effect\n`;
  return comment + stringify(document, { lineWidth: 0, aliasDuplicateObjects: false, version: "1.2", schema: "core" });
}

/** A value as it is written: numbers with their units, nothing that is undefined. */
function written(path: string, value: unknown): unknown {
  if (Array.isArray(value)) return value.map((item, index) => written(`${path}.${index}`, item));
  if (!isValueMap(value)) return writtenQuantity(path, value) ?? value;
  const entries = Object.entries(value).filter(([, item]) => item !== undefined);
  return Object.fromEntries(entries.map(([key, item]) => [key, written(path === "" ? key : `${path}.${key}`, item)]));
}
