import { expect, setDefaultTimeout, test as serial } from "bun:test";
import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { ENGINES } from "../../src/engines/index.ts";
import { makeFolder, runBinary, TEST_TIME } from "./binary.ts";

setDefaultTimeout(TEST_TIME);

const test = serial.concurrent;
const guide = await Bun.file(new URL("../../docs/outside.md", import.meta.url)).text();
const blocks = [...guide.matchAll(/^```(\w+)\n(.*?)^```/gms)].map(([, language = "", code = ""]) => ({
  language,
  code,
}));
const block = (start: string) => blocks.find(({ code }) => code.startsWith(start))?.code ?? "";

test("docs/outside.md: the example of files prints what it says", async () => {
  const files = { "report.yaml": block("# report.yaml"), "report.lua": block("-- report.lua") };
  const cwd = makeFolder({ ...files, "notes/a.md": "hello", "notes/more/b.md": "hello!", "out/x": "" });
  const { stdout, status, stderr } = await runBinary(["run", "report.lua", "--profile", "./report.yaml"], { cwd });
  expect([stdout, stderr, status]).toEqual([blocks.find(({ language }) => language === "text")?.code ?? "", "", 0]);
  expect(readFileSync(join(cwd, "out/report.txt"), "utf8")).toBe("notes/a.md: 5 bytes\nnotes/more/b.md: 6 bytes\n");
});

test("docs/outside.md: every profile resolves", async () => {
  const profiles = blocks.filter(({ language }) => language === "yaml").map(({ code }) => code);
  expect(profiles).toHaveLength(3);
  const cwd = makeFolder(Object.fromEntries(profiles.map((code, index) => [`${index}.yaml`, code])));
  for (const index of profiles.keys()) {
    expect((await runBinary(["profile", "show", `./${index}.yaml`], { cwd })).status).toBe(0);
  }
});

const CANARY = "canary-3f9d1c";
const PROFILE = `extends: standard
bridges: { files: { read: [.], write: [.], scratch: true }, env: { names: [LANG] }, shell: { programs: [echo] } }
`;

/** A granted folder with links that lead out of it, beside a folder with a secret. */
function makeWorld(): { readonly cwd: string; readonly outside: string } {
  const base = makeFolder({ "outside/secret.txt": CANARY, "root/ok.txt": "fine", "root/p.yaml": PROFILE });
  const [cwd, outside] = [join(base, "root"), join(base, "outside")];
  mkdirSync(join(cwd, "sub"));
  symlinkSync("../outside", join(cwd, "link_out"));
  symlinkSync("../outside/secret.txt", join(cwd, "link_file"));
  return { cwd, outside };
}

/** A call with one string, in each language. */
const CALLS: Readonly<Record<string, (name: string, argument: string) => string>> = {
  lua: (name, argument) => `return ${written(name, argument)}`,
  javascript: (name, argument) => `export default await ${written(name, argument)}`,
  tengo: (name, argument) => `export ${written(name, argument)}`,
};

function written(name: string, argument: string): string {
  return `${name}(${JSON.stringify(argument)}${/write|append/.test(name) ? ', "x"' : ""})`;
}

const DENIED = [
  ["files.read", "../outside/secret.txt"],
  ["files.read", "sub/../../outside/secret.txt"],
  ["files.read", "link_out/secret.txt"],
  ["files.read", "link_file"],
  ["files.read", "/proc/self/environ"],
  ["files.list", "link_out"],
  ["files.exists", "../outside/nothing"],
  ["files.write", "link_out/pwn.txt"],
  ["files.write", "link_file"],
  ["files.append", "link_file"],
  ["files.remove", "../outside"],
  ["files.write", "llmspell.yaml"],
  ["files.append", "p.yaml"],
  ["env.get", "OPENAI_API_KEY"],
  ["shell.run", "id"],
] as const;

for (const engine of ENGINES) {
  const call = CALLS[engine.language];
  const run = (source: string, cwd: string) =>
    runBinary(["exec", "--engine", engine.id, "--profile", "./p.yaml", "-q", "-e", source], {
      cwd,
      env: { OPENAI_API_KEY: CANARY },
    });

  test(`${engine.id}: what is outside is denied, with the same code and status`, async () => {
    const { cwd, outside } = makeWorld();
    for (const [name, argument] of DENIED) {
      const { stdout, stderr, status } = await run(call?.(name, argument) ?? "", cwd);
      expect([name, argument, stdout, status]).toEqual([name, argument, "", 3]);
      expect(stderr).toStartWith("error[grant.rule]: ");
      expect(stderr).toContain("\nfix: ");
      expect(stderr).not.toContain(CANARY);
    }
    expect(readdirSync(outside)).toEqual(["secret.txt"]);
    expect(readFileSync(join(outside, "secret.txt"), "utf8")).toBe(CANARY);
    expect(existsSync(join(cwd, "llmspell.yaml"))).toBe(false);
    expect((await run(call?.("files.read", "ok.txt") ?? "", cwd)).stdout).toBe("fine\n");
  });
}

test("a run's own folder is gone at its end, however it ends", async () => {
  const { cwd } = makeWorld();
  const source = 'local d = files.scratch() files.write(d .. "/a", "x") print(d)';
  for (const ending of ["", ' error("no")', " while true do end"]) {
    const { stdout } = await runBinary(
      ["exec", "--profile", "./p.yaml", "--limit", "wallTime=1s", "-e", source + ending],
      { cwd },
    );
    expect(stdout).toStartWith("/");
    expect(existsSync(stdout.trim())).toBe(false);
  }
});

test("a grant that names what is not there keeps the run from starting, with its line", async () => {
  const cwd = makeFolder({
    "folder.yaml": "extends: standard\nbridges:\n  files:\n    read: [., ./nope]\n",
    "program.yaml": "extends: standard\nbridges:\n  shell: { programs: [no-such-program] }\n",
    "wide.yaml": 'extends: standard\nbridges:\n  env: { names: ["*"] }\n',
  });
  const run = (profile: string) => runBinary(["exec", "--profile", profile, "-e", "print(1)"], { cwd });
  const folder = await run("./folder.yaml");
  expect([folder.status, folder.stdout]).toEqual([2, ""]);
  expect(folder.stderr).toStartWith(
    'error[profile.invalid]: bridges.files.read[1]: the folder "nope" does not exist\n  --> folder.yaml:4',
  );
  const program = await run("./program.yaml");
  expect([program.status, program.stdout]).toEqual([2, ""]);
  expect(program.stderr).toContain('bridges.shell.programs[0]: there is no program "no-such-program"');
  const wide = await run("./wide.yaml");
  expect([wide.status, wide.stdout]).toEqual([0, "1\n"]);
  expect(wide.stderr).toStartWith('llmspell: wide.yaml:3: bridges.env.names[0]: "*" gives every variable');
  expect((await runBinary(["check", "folder.yaml"], { cwd })).status).toBe(1);
});

test("full grants all of it without a word, but no key", async () => {
  const source =
    'return {files.exists("/"), #env.names() > 0, shell.run("echo", {"hi"}).stdout, (pcall(env.get, "OPENAI_API_KEY"))}';
  const options = { env: { OPENAI_API_KEY: CANARY } };
  const { stdout, stderr, status } = await runBinary(["exec", "--profile", "full", "-e", source], options);
  expect([JSON.parse(stdout), stderr, status]).toEqual([[true, true, "hi\n", false], "", 0]);
});
