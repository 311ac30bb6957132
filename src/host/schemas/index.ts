/**
 * Schemas that are kept in SQLite files, which all processes share. The files are the person's: a profile names them,
 * and nothing that a spell says leads to another.
 */
import { stat } from "node:fs/promises";
import { dirname } from "node:path";
import type { SchemaFile, SchemaFiles } from "../../contract/schema-files.ts";
import { absolutePath } from "../files/roots.ts";
import type { SqliteSchemas } from "./sqlite-schemas.ts";

/** The files of schemas of one run. SQLite is loaded with the first; `close` lets go of all. */
export function openSchemaFiles(): { readonly schemaFiles: SchemaFiles; readonly close: () => void } {
  const opened = new Map<string, Promise<SqliteSchemas>>();
  const open = async (file: string): Promise<SqliteSchemas> => {
    const { openSchemaFile } = await import("./open-schema-file.ts");
    return openSchemaFile(file);
  };
  const schemaFiles: SchemaFiles = {
    async open(path): Promise<SchemaFile> {
      const file = absolutePath(path, process.cwd());
      const known = opened.get(file) ?? open(file);
      opened.set(file, known);
      try {
        return await known;
      } catch (error) {
        // What is put right meanwhile can be opened later.
        opened.delete(file);
        throw error;
      }
    },
    async fault(path) {
      const file = absolutePath(path, process.cwd());
      const folder = await kindOf(dirname(file));
      if (folder === undefined) return "is in a folder that does not exist";
      if (folder !== "folder") return "is in no folder";
      const kind = await kindOf(file);
      return kind === "folder" ? "is a folder" : kind === "other" ? "is no file" : undefined;
    },
  };
  const close = (): void => {
    for (const file of opened.values()) {
      file.then(
        (schemas) => schemas.close(),
        () => {},
      );
    }
    opened.clear();
  };
  return { schemaFiles, close };
}

async function kindOf(path: string): Promise<"file" | "folder" | "other" | undefined> {
  const found = await stat(path).catch(() => undefined);
  if (found === undefined) return undefined;
  return found.isDirectory() ? "folder" : found.isFile() ? "file" : "other";
}
