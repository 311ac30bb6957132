import { realpath } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import type { Subject } from "./file-errors.ts";
import { refuseAlways } from "./refusals.ts";
import { isWithin } from "./roots.ts";

/** Names that would govern later runs, wherever they stand. */
const NAMES: ReadonlySet<string> = new Set(["llmspell.yaml", "llmspell.approvals.yaml"]);

/**
 * The files that say what spells may do: a spell that could write them would choose its own rights the next time.
 * Compared without regard to case, as some file systems do.
 */
export class KeptFiles {
  #paths: Promise<readonly string[]> | undefined;

  constructor(
    private readonly files: readonly string[],
    private readonly currentFolder: string,
  ) {}

  /** Refuses to change such a file, or a folder that holds one. `path` is real but for its last name. */
  async check(path: string, subject: Subject): Promise<void> {
    this.#paths ??= Promise.all(this.files.map((file) => this.#placesOf(file))).then((all) => all.flat());
    const kept = await this.#paths;
    const isKept = NAMES.has(basename(path).toLowerCase()) || kept.some((file) => isWithin(file, path.toLowerCase()));
    if (isKept) throw refuseAlways(subject, "it is, or holds, a file that says what spells may do");
  }

  /** The file, and the link by which it is named where it is one. */
  async #placesOf(file: string): Promise<readonly string[]> {
    const path = resolve(this.currentFolder, file);
    const folder = await realpath(dirname(path)).catch(() => dirname(path));
    const named = join(folder, basename(path));
    const real = await realpath(path).catch(() => named);
    return [named.toLowerCase(), real.toLowerCase()];
  }
}
