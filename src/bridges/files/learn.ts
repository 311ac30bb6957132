import type { LearnedGrant } from "../../contract/bridge.ts";

const WRITES: ReadonlySet<string> = new Set(["write", "append", "remove", "makeFolder"]);

/** The folders that one call needs. */
export function learnPaths(name: string, args: Readonly<Record<string, unknown>>): LearnedGrant {
  const text = (key: string) => (typeof args[key] === "string" ? args[key] : ".");
  if (name === "scratch") return { scratch: true };
  if (name === "move") return { write: [folderOf(text("from")), folderOf(text("to"))] };
  if (name === "glob") return { read: [rootOf(text("pattern"))] };
  if (name === "list") return { read: [text("path")] };
  return WRITES.has(name) ? { write: [folderOf(text("path"))] } : { read: [folderOf(text("path"))] };
}

/** The folder that a path is in. */
function folderOf(path: string): string {
  const end = path.replace(/\/+$/, "").lastIndexOf("/");
  if (end < 0) return ".";
  return end === 0 ? "/" : path.slice(0, end);
}

/** The folder below which all paths of a pattern are. */
function rootOf(pattern: string): string {
  const plain = pattern.split("/");
  const wild = plain.findIndex((part) => /[*?[{]/.test(part));
  const parts = plain.slice(0, wild < 0 ? -1 : wild);
  return parts.length === 0 ? "." : parts.join("/") || "/";
}
