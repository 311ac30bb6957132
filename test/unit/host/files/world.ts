import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SpellError } from "../../../../src/contract/errors.ts";
import type { FileAccess, GrantedFiles } from "../../../../src/contract/files.ts";
import { openFiles } from "../../../../src/host/index.ts";

/** A signal that is never aborted. */
export const NEVER = new AbortController().signal;

const ACCESS: FileAccess = {
  read: ["."],
  write: ["."],
  scratch: false,
  maxFileBytes: 1000,
  maxWrittenBytes: 10_000,
  maxFiles: 50,
};

/** A granted folder with links that lead out of it, and the folder beside it. */
export interface World {
  readonly root: string;
  readonly outside: string;
  readonly files: GrantedFiles;
  /** The same folder under another grant. */
  readonly under: (access: Partial<FileAccess>) => GrantedFiles;
  readonly close: () => void;
}

/** Makes files; names that end in `/` are folders, values that begin with `→` links. */
export function makeFiles(folder: string, entries: Readonly<Record<string, string>>): void {
  for (const [name, content] of Object.entries(entries)) {
    const path = join(folder, name);
    mkdirSync(name.endsWith("/") ? path : join(path, ".."), { recursive: true });
    if (content.startsWith("→")) symlinkSync(content.slice(1), path);
    else if (!name.endsWith("/")) writeFileSync(path, content);
  }
}

/** Opens a new world; `byPath` as on systems that have no paths of descriptors. */
export function openWorld(byPath: boolean): World {
  const base = mkdtempSync(join(tmpdir(), "llmspell-files-"));
  const [root, outside] = [join(base, "root"), join(base, "outside")];
  makeFiles(base, {
    "root/ok.txt": "fine",
    "root/sub/inner.txt": "inner",
    "root/link_in": "→sub",
    "root/link_up": "→sub/../ok.txt",
    "root/link_out": "→../outside",
    "root/link_file": "→../outside/secret.txt",
    "root/link_absolute": `→${outside}/secret.txt`,
    "root/link_chain": "→link_out",
    "root/link_dead": "→../outside/nothing.txt",
    "root/link_new": "→made.txt",
    "root/link_loop": "→link_loop",
    "root/link_proc": "→/proc/self/environ",
    "outside/secret.txt": "secret",
    "root-evil/secret.txt": "secret",
  });
  const { files, close } = openFiles({ folder: root, byPath, keep: ["profiles/wiki.yaml", "linked.yaml"] });
  const under = (access: Partial<FileAccess>) => files.under({ ...ACCESS, ...access });
  return {
    ...{ root, outside, under },
    files: files.under(ACCESS),
    close() {
      close();
      rmSync(base, { recursive: true, force: true });
    },
  };
}

/** `code: message` of what a call rejects with; `done` where it does not. */
export async function faultOf(call: Promise<unknown>): Promise<string> {
  const error: unknown = await call.then(
    () => "done",
    (reason: unknown) => reason,
  );
  return error instanceof SpellError ? `${error.code}: ${error.message}` : String(error);
}

/** A text as bytes. */
export function bytesOf(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}
