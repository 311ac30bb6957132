import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

/** The compiled binary that is measured: LLMSPELL_BINARY, or dist/llmspell of this checkout. */
export const BINARY = resolve(process.env["LLMSPELL_BINARY"] ?? join(import.meta.dir, "../dist/llmspell"));
if (!existsSync(BINARY)) throw new Error("There is no binary: run `bun build.ts` first, or set LLMSPELL_BINARY");

/** A new empty folder, away when this process ends. */
export function emptyFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "llmspell-bench-"));
  process.on("exit", () => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** A count from the command line's variables: `N=50 bun bench/start.ts`. */
export function count(variable: string, standard: number): number {
  const text = process.env[variable];
  const value = Number(text ?? standard);
  if (!Number.isInteger(value) || value < 1) throw new Error(`${variable} must be a whole number, not "${text}"`);
  return value;
}
