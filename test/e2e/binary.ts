/**
 * The compiled binary as a person has it: copied alone into an empty folder, with almost no environment. It is built
 * once where it is older than the sources. Everything made here is in one temporary folder, gone when the process ends.
 */
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

const ROOT = join(import.meta.dir, "../..");
const TEMPORARY = mkdtempSync(join(tmpdir(), "llmspell-e2e-"));
// bun test runs no exit hooks; this shell's input ends when the tests do, however they end.
Bun.spawn(["sh", "-c", 'read _; rm -rf "$1"', "sh", TEMPORARY], { stdin: "pipe", detached: true }).unref();

/** For setDefaultTimeout in each file of tests, in ms: a busy machine is no fault of the binary's. */
export const TEST_TIME = 90_000;

/** How long one run may take before it is killed and the test fails, in ms. */
const PATIENCE = 60_000;

/** The binary's path. */
export const BINARY = prepareBinary();

function prepareBinary(): string {
  const built = Bun.spawnSync([process.execPath, "build.ts", "--if-changed"], { cwd: ROOT, stderr: "pipe" });
  if (!built.success) throw new Error(`the build failed: ${built.stderr.toString()}`);
  const folder = join(TEMPORARY, "bin");
  mkdirSync(folder);
  copyFileSync(join(ROOT, "dist/llmspell"), join(folder, "llmspell"));
  return join(folder, "llmspell");
}

/** A new folder with these files. */
export function makeFolder(files: Readonly<Record<string, string | Uint8Array>> = {}): string {
  const folder = mkdtempSync(join(TEMPORARY, "work-"));
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  return folder;
}

/** An address where nobody is. */
export const NOWHERE = "http://127.0.0.1:9/v1";

/** What the binary is given: no keys, and none of the model servers that this machine may run. */
export function environment(more: Readonly<Record<string, string>> = {}): Record<string, string> {
  return {
    PATH: process.env["PATH"] ?? "",
    HOME: TEMPORARY,
    OLLAMA_BASE_URL: NOWHERE,
    LLAMACPP_BASE_URL: NOWHERE,
    LMSTUDIO_BASE_URL: NOWHERE,
    VLLM_BASE_URL: NOWHERE,
    ...more,
  };
}

/** How a run of the binary goes. */
export interface RunOptions {
  /** Empty unless told; `closed` closes the descriptor. */
  readonly stdin?: string | Uint8Array;
  readonly env?: Readonly<Record<string, string>>;
  /** An empty folder unless told. */
  readonly cwd?: string;
}

/** How it went. */
export interface RunResult {
  readonly stdout: string;
  readonly stderr: string;
  readonly status: number | null;
}

/** Starts the binary; the caller waits for its end. */
export function startBinary(args: readonly string[], options: RunOptions = {}) {
  return Bun.spawn([BINARY, ...args], {
    cwd: options.cwd ?? makeFolder(),
    env: environment(options.env),
    stdin: "pipe",
    stdout: "pipe",
    stderr: "pipe",
    timeout: PATIENCE,
    killSignal: "SIGKILL",
  });
}

/** Runs the binary to its end. */
export async function runBinary(args: readonly string[], options: RunOptions = {}): Promise<RunResult> {
  const child = startBinary(args, options);
  try {
    child.stdin.write(options.stdin ?? "");
    await child.stdin.end();
  } catch {
    // A program that reads nothing may be gone by now.
  }
  const [stdout, stderr] = await Promise.all([child.stdout.text(), child.stderr.text()]);
  return { stdout, stderr, status: await child.exited };
}

/** The processes of this very binary that are still there; zombies are not. */
export function leftOver(): string[] {
  return processesWith(dirname(BINARY));
}

/** The processes whose command line has a text in it. */
export function processesWith(text: string): string[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        const command = readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ");
        return command.includes(text) ? [`${pid} ${command}`] : [];
      } catch {
        return [];
      }
    });
}

/** Waits until a condition holds, and answers whether it came to hold. */
export async function until(holds: () => boolean | Promise<boolean>, patience = PATIENCE / 2): Promise<boolean> {
  for (const end = Date.now() + patience; Date.now() < end; await Bun.sleep(10)) if (await holds()) return true;
  return false;
}
