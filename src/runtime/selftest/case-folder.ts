import { randomBytes } from "node:crypto";
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

/** The name of the file that no spell may see, and what stands for a secret's value in it. */
const SECRET_FILE = "secret.txt";

/** Values that must never be seen, new for each test of a machine. */
export interface Canaries {
  /** A secret that the broker knows: in the environment, as a provider's key and as a secret of the profile. */
  readonly key: string;
  /** What is in the file outside; nobody knows it, so nothing would redact it. */
  readonly file: string;
}

/** New canaries. */
export function makeCanaries(): Canaries {
  return {
    key: `canary-key-${randomBytes(12).toString("hex")}`,
    file: `canary-file-${randomBytes(12).toString("hex")}`,
  };
}

/** The fixtures of one case: a granted folder, one beside it that is not, and what the run itself is given and writes. */
export interface CaseFolder {
  readonly path: string;
  /** The granted folder, where the run begins; it holds links that lead outside. */
  readonly root: string;
  readonly outside: string;
  /** Writes a file that the run is given. */
  write(name: string, text: string): string;
  /** What a case did that is to be seen in files: canaries in what was written, or anything outside. */
  faults(canaries: Canaries): string[];
  remove(): void;
}

/** Makes the fixtures in a temporary folder. */
export function makeCaseFolder(canaries: Canaries): CaseFolder {
  const path = realpathSync(mkdtempSync(join(tmpdir(), "llmspell-selftest-")));
  const [root, outside] = [join(path, "root"), join(path, "outside")];
  mkdirSync(join(root, "sub"), { recursive: true });
  mkdirSync(outside);
  writeFileSync(join(root, "ok.txt"), "ok\n");
  writeFileSync(join(outside, SECRET_FILE), canaries.file);
  symlinkSync(outside, join(root, "link_out"));
  symlinkSync(join(outside, SECRET_FILE), join(root, "link_file"));
  const given = new Set<string>();
  return {
    path,
    root,
    outside,
    write(name, text) {
      const file = join(path, name);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, text);
      given.add(file);
      return file;
    },
    faults(canaries) {
      const secret = join(outside, SECRET_FILE);
      const faults = filesIn(path).flatMap((file) => {
        if (given.has(file) || file === secret) return [];
        const text = readFileSync(file, "latin1");
        return Object.values(canaries).some((canary) => text.includes(canary))
          ? [`the canary is in ${file.slice(path.length + 1)}`]
          : [];
      });
      const isWhole = readFileSync(secret, "utf8") === canaries.file && readdirSync(outside).length === 1;
      return isWhole ? faults : [...faults, "something was written outside of the granted folder"];
    },
    remove: () => rmSync(path, { recursive: true, force: true }),
  };
}

/** Regular files; links are not followed, as `recursive` would. */
function filesIn(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return filesIn(path);
    return entry.isFile() ? [path] : [];
  });
}
