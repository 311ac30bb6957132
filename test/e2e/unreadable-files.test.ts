import { expect, setDefaultTimeout, test as serial } from "bun:test";
import { makeFolder, runBinary, TEST_TIME } from "./binary.ts";

setDefaultTimeout(TEST_TIME);

const test = serial.concurrent;

const LARGE = `# ${"x".repeat(300 * 1024)}\n`;
const LATIN = new Uint8Array([...Buffer.from("description: caf"), 0xe9, 10]);

/** Files of ours that are no sources: what is wrong with them is said of them. */
const FAULTS: readonly (readonly [code: string, message: string, args: readonly string[]])[] = [
  ["profile.invalid", '"large.yaml" is larger than 256KiB', ["run", "hello", "--profile", "./large.yaml"]],
  ["profile.invalid", '"latin.yaml" is not UTF-8 text', ["run", "hello", "--profile", "./latin.yaml"]],
  ["profile.invalid", 'Cannot read "folder": it is a folder', ["run", "hello", "--profile", "./folder"]],
  ["profile.invalid", 'Cannot read "folder": it is a folder', ["run", "hello", "--approvals", "folder"]],
  ["profile.invalid", '"large.yaml" is larger than 256KiB', ["run", "hello", "--approvals", "large.yaml"]],
  ["provider.script", 'Cannot read "folder": it is a folder', ["run", "hello", "--mock", "folder"]],
];

for (const [code, message, args] of FAULTS) {
  test(`${args.slice(2).join(" ")}: ${code}`, async () => {
    const cwd = makeFolder({ "large.yaml": LARGE, "latin.yaml": LATIN, "folder/x": "" });
    const { stderr, status } = await runBinary(args, { cwd });
    expect(stderr).toContain(`error[${code}]: ${message}`);
    expect(stderr).not.toContain("source");
    expect(status).toBe(2);
  });
}

test("an llmspell.yaml that cannot be read keeps every run from starting, and check finds it", async () => {
  for (const [file, text] of [
    ["llmspell.yaml", LARGE],
    ["llmspell.yaml", LATIN],
    ["llmspell.yaml/x", ""],
  ] as const) {
    const cwd = makeFolder({ [file]: text });
    const run = await runBinary(["run", "hello"], { cwd });
    expect([run.stderr, run.status]).toEqual([expect.stringContaining("error[profile.invalid]"), 2]);
    const check = await runBinary(["check"], { cwd });
    expect([check.stdout, check.status]).toEqual(["bad  llmspell.yaml (project)\n", 1]);
  }
});
