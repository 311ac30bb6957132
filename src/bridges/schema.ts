import type { Bridge } from "../contract/bridge.ts";
import { once, z } from "../contract/schema.ts";
import { BUILDERS } from "./schema/builders.ts";
import { CHECK_FUNCTIONS } from "./schema/check-functions.ts";

/** JSON Schemas: checked, made and kept. */
export const schema = {
  name: "schema",
  doc: "Checks values by JSON Schemas (2020-12) and makes such schemas: from short forms, from examples, by builders. Nothing is ever fetched, and no schema can make a check take long.",
  capability: "pure",
  grant: once(() => z.strictObject({})),
  functions: { ...CHECK_FUNCTIONS, ...BUILDERS },
} satisfies Bridge;
