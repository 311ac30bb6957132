import type { Bridge, GrantFinding, PrepareContext } from "../contract/bridge.ts";
import { shape, once, type Parsed, path, v } from "../contract/schema.ts";
import { BUILDERS } from "./schema/builders.ts";
import { CHECK_FUNCTIONS } from "./schema/check-functions.ts";
import { REPOSITORY_FUNCTIONS } from "./schema/repository/functions.ts";
import { isFilePath } from "./schema/repository/is-file-path.ts";

const grantSchema = once(() =>
  shape({
    store: v.optional(
      v.pipe(
        path(),
        v.description(
          "Where schemas are kept for later runs: a folder, or (a path that ends in .db, .sqlite or .sqlite3) a SQLite file, made where it is missing; as long as the run unless told",
        ),
      ),
    ),
  }),
);

/** The folder must be there; of a file, the folder that it is in. */
async function prepare({ grant, effects }: PrepareContext): Promise<readonly GrantFinding[]> {
  const { store } = grant as Parsed<ReturnType<typeof grantSchema>>;
  if (store === undefined) return [];
  if (isFilePath(store)) {
    const reason = await effects.schemaFiles.fault(store);
    const fix = "Correct the path; the file is made where its folder is there";
    return reason === undefined
      ? []
      : [{ severity: "error", path: "store", message: `the file ${JSON.stringify(store)} ${reason}`, fix }];
  }
  const limits = { scratch: false, maxFileBytes: 0, maxWrittenBytes: 0, maxFiles: 0 };
  const [fault] = await effects.files.under({ read: [store], write: [], ...limits }).faults();
  const fix = "Make the folder, or correct the path; relative ones begin in the folder of the profile's file";
  return fault === undefined
    ? []
    : [{ severity: "error", path: "store", message: `the folder ${JSON.stringify(store)} ${fault.reason}`, fix }];
}

/** JSON Schemas: checked, made and kept. */
export const schema = {
  name: "schema",
  doc: "Checks values by JSON Schemas (2020-12), makes such schemas (from short forms, from examples, by builders) and keeps them in versions. Nothing is ever fetched, and no schema can make a check take long.",
  capability: "pure",
  grant: grantSchema,
  prepare,
  functions: { ...CHECK_FUNCTIONS, ...BUILDERS, ...REPOSITORY_FUNCTIONS },
} satisfies Bridge;
