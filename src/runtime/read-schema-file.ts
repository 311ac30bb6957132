import { SpellError } from "../contract/errors.ts";
import { value } from "../contract/schema.ts";
import { isValueMap, type ValueMap } from "../contract/value.ts";
import { readText } from "../host/index.ts";
import { readYaml } from "../profile/index.ts";

/** Largest file, in bytes. */
const MAX_SCHEMA = 1024 * 1024;

/** A JSON Schema from a file that holds JSON or YAML. */
export async function readSchemaFile(file: string): Promise<ValueMap> {
  const text = await readText(file, MAX_SCHEMA, "usage");
  if (text === undefined) throw new SpellError("usage", `There is no file "${file}"`);
  const schema = (await readYaml({ file, text }, value(), "usage")).value;
  if (!isValueMap(schema)) throw new SpellError("usage", `"${file}" holds no JSON Schema of a map`);
  return schema;
}
