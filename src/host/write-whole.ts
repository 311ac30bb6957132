import { rename, rm, writeFile } from "node:fs/promises";

/** Writes a file of the person's own as a whole: whoever reads it sees the old text or the new one. `mode`: who may. */
export async function writeWhole(path: string, text: string, mode?: number): Promise<void> {
  const temporary = `${path}.${process.pid}.tmp`;
  try {
    await writeFile(temporary, text, { flag: "wx", ...(mode === undefined ? {} : { mode }) });
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}
