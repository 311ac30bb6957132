import { statSync } from "node:fs";
import { realpath, writeFile } from "node:fs/promises";
import { writeWhole } from "../host/index.ts";
import { writeFault } from "./write-fault.ts";

/** Writes a result to the file that the person named: all of it or, where that is a file on a disk, nothing. */
export async function writeResult(path: string, text: string): Promise<void> {
  try {
    const info = statSync(path, { throwIfNoEntry: false });
    if (info === undefined) await writeWhole(path, text);
    else if (info.isFile()) await writeWhole(await realpath(path), text, info.mode & 0o777);
    else await writeFile(path, text);
  } catch (error) {
    throw writeFault(`"${path}"`, error);
  }
}
