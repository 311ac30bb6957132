import { readFileSync, statSync } from "node:fs";
import type { Failure } from "../contract/errors.ts";

/** Larger files are not shown from. */
const MAX_BYTES = 2 * 1024 * 1024;

/** Files whose lines hold secrets. */
const SECRET: ReadonlySet<string> = new Set(["environment.file"]);

/** The sources with the file that a failure's place is in, where nobody has read that one yet (a profile, a spell.yaml). */
export function withSourceOf(failure: Failure, sources: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  const { position, code } = failure;
  if (position === undefined || sources.has(position.file) || SECRET.has(code)) return sources;
  try {
    const info = statSync(position.file);
    if (!info.isFile() || info.size > MAX_BYTES) return sources;
    return new Map([...sources, [position.file, readFileSync(position.file, "utf8")]]);
  } catch {
    return sources;
  }
}
