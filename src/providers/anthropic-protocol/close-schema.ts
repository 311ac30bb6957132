import { exactNumber } from "../../contract/json-text.ts";
import type { ValueMap } from "../../contract/value.ts";
import { toJsonObject } from "../transport/plain-json.ts";

/** The SDK's own adaptation of a JSON Schema. It copies the schema by way of JSON, and tells of some keywords in a text. */
export type CloseSchema = (schema: Record<string, unknown>) => Record<string, unknown>;

/** Stands before the digits of a wide integer on its way through the SDK: a sign of nobody's language. */
const MARK = "\u{F0000}";
const MARKED = new RegExp(`^${MARK}(-?\\d+)$`, "u");
const QUOTED = new RegExp(`"${MARK}(-?\\d+)"`, "gu");

/** A schema as the SDK adapts it, whose wide integers keep their digits. */
export function closedSchema(schema: ValueMap, close: CloseSchema): Record<string, unknown> {
  const closed = close({ ...toJsonObject(schema, (wide) => `${MARK}${wide}`) });
  return JSON.parse(JSON.stringify(closed), (_key, item: unknown) => {
    if (typeof item !== "string") return item;
    const [, digits] = MARKED.exec(item) ?? [];
    return digits === undefined ? item.replaceAll(QUOTED, "$1") : exactNumber(BigInt(digits));
  }) as Record<string, unknown>;
}
