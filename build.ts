/**
 * Builds the binary. `bun build.ts` builds dist/llmspell for this machine; `--target NAME` (or `all`) builds
 * for others, with SHA256SUMS beside them; `--if-changed` does nothing when no source is newer than the binary.
 */
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const TARGETS = {
  "linux-x64": "bun-linux-x64",
  "linux-x64-musl": "bun-linux-x64-musl",
  "linux-arm64": "bun-linux-arm64",
  "windows-x64": "bun-windows-x64",
  "darwin-arm64": "bun-darwin-arm64",
} as const;

type Target = keyof typeof TARGETS;

const root = import.meta.dir;
const dist = join(root, "dist");

function newest(path: string): number {
  const info = statSync(path);
  if (!info.isDirectory()) return info.mtimeMs;
  return Math.max(info.mtimeMs, ...readdirSync(path).map((entry) => newest(join(path, entry))));
}

function isCurrent(binary: string): boolean {
  if (!existsSync(binary)) return false;
  const inputs = ["src", "spells", "build.ts", "package.json", "package-lock.json"];
  return Math.max(...inputs.map((input) => newest(join(root, input)))) < statSync(binary).mtimeMs;
}

function commit(): string {
  const result = Bun.spawnSync(["git", "rev-parse", "--short=12", "HEAD"], { cwd: root, stderr: "ignore" });
  return result.success ? result.stdout.toString().trim() : "unknown";
}

/**
 * The flags are the outcome of trials (see AGENTS.md): without `autoload*: false` the binary would run the
 * current folder's bunfig preload; splitting and bytecode start it in a few ms; `minify.syntax` breaks fengari.
 */
async function build(outfile: string, target: string | undefined): Promise<void> {
  const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { version: string };
  const result = await Bun.build({
    entrypoints: [join(root, "src/cli/main.ts")],
    compile: {
      outfile,
      ...(target === undefined ? {} : { target: target as Bun.Build.CompileTarget }),
      autoloadBunfig: false,
      autoloadDotenv: false,
      autoloadTsconfig: false,
      autoloadPackageJson: false,
      execArgv: ["--disallow-code-generation-from-strings=strict"],
    },
    format: "esm",
    splitting: true,
    bytecode: true,
    minify: { whitespace: true, identifiers: true, syntax: false },
    define: { LLMSPELL_VERSION: JSON.stringify(version), LLMSPELL_COMMIT: JSON.stringify(commit()) },
    throw: false,
  });
  for (const log of result.logs) console.error(String(log));
  if (!result.success) throw new Error("the build failed");
}

async function main(args: readonly string[]): Promise<void> {
  mkdirSync(dist, { recursive: true });
  const wanted = args.flatMap((arg, index) => (arg === "--target" ? [args[index + 1] ?? ""] : []));
  const native = join(dist, process.platform === "win32" ? "llmspell.exe" : "llmspell");
  if (wanted.length === 0) {
    if (args.includes("--if-changed") && isCurrent(native)) return;
    await build(native, undefined);
    console.error(`built ${native.slice(root.length + 1)}`);
    return;
  }
  const names = wanted.includes("all") ? Object.keys(TARGETS) : wanted;
  for (const name of names) {
    if (!Object.hasOwn(TARGETS, name))
      throw new Error(`no target "${name}"; there are ${Object.keys(TARGETS).join(", ")}, all`);
    await build(join(dist, `llmspell-${name}${name.startsWith("windows") ? ".exe" : ""}`), TARGETS[name as Target]);
    console.error(`built ${name}`);
  }
  const files = readdirSync(dist)
    .filter((file) => file.startsWith("llmspell-"))
    .sort();
  const sums = files.map(
    (file) =>
      `${createHash("sha256")
        .update(readFileSync(join(dist, file)))
        .digest("hex")}  ${file}`,
  );
  writeFileSync(join(dist, "SHA256SUMS"), `${sums.join("\n")}\n`);
}

await main(process.argv.slice(2));
