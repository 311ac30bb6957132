import type { Profile } from "../contract/profile.ts";
import { isValueMap } from "../contract/value.ts";
import { writtenQuantity } from "./explain.ts";

/** The profile in effect as YAML that extends nothing and, given the same catalogue, resolves to the same profile. */
export async function profileToYaml(profile: Profile): Promise<string> {
  const { Document, visit, Scalar } = await import("yaml");
  const { name, description, origins: _, ...sections } = profile;
  const document = {
    ...(description === "" ? {} : { description }),
    ...(written("", sections) as object),
  };
  const comment = `# Profile ${name.replaceAll(/[\r\n]/g, " ")}, as it is in effect\n`;
  const tree = new Document(document, { aliasDuplicateObjects: false, version: "1.2", schema: "core" });
  visit(tree, {
    Scalar: (_key, node) => {
      if (typeof node.value === "string" && node.value.search(STEERING) >= 0) node.type = Scalar.QUOTE_DOUBLE;
    },
  });
  return escaped(comment) + escaped(tree.toString({ lineWidth: 0 }));
}

/** What steers a terminal or turns the direction of text, but for lines and tabs. */
// oxlint-disable-next-line no-control-regex -- exactly these are meant
const STEERING = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g;

/** Those signs as YAML writes them between double quotes. */
function escaped(text: string): string {
  return text.replace(STEERING, (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

/** A value as it is written: numbers with their units, nothing that is undefined. */
function written(path: string, value: unknown): unknown {
  if (Array.isArray(value)) return value.map((item, index) => written(`${path}.${index}`, item));
  if (!isValueMap(value)) return writtenQuantity(path, value) ?? value;
  const entries = Object.entries(value).filter(([, item]) => item !== undefined);
  return Object.fromEntries(entries.map(([key, item]) => [key, written(path === "" ? key : `${path}.${key}`, item)]));
}
