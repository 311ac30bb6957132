import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";

/** The example spells as texts by path (`hello/main.lua`), without their tests. Runs while the binary is built, not in it. */
export function readSpells(): Record<string, string> {
  const root = join(import.meta.dir, "../../spells");
  const files = readdirSync(root, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const paths = files.map((entry) => relative(root, join(entry.parentPath, entry.name)).replaceAll("\\", "/"));
  const own = paths.filter((path) => !/^[^/]+\/tests\//.test(path));
  return Object.fromEntries(own.sort().map((path) => [path, readFileSync(join(root, path), "utf8")]));
}
