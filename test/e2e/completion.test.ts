import { describe, expect, setDefaultTimeout, test } from "bun:test";
import * as bridgeList from "../../src/bridges/index.ts";
import { BINARY, environment, makeFolder, runBinary, TEST_TIME } from "./binary.ts";
import { NO_TERMINAL, openTerminal } from "./terminal.ts";

setDefaultTimeout(TEST_TIME);

/** What is suggested for words, the last of which is being typed: values and the directive. */
async function suggest(...words: string[]): Promise<string[]> {
  const cwd = makeFolder({ "llmspell.yaml": "profiles:\n  mine: { extends: minimal }\n", "spells/own/main.lua": "" });
  const { stdout, stderr, status } = await runBinary(["complete", "--", ...words], { cwd });
  expect({ stderr, status }).toEqual({ stderr: "", status: 0 });
  return stdout
    .trimEnd()
    .split("\n")
    .map((line) => line.split("\t")[0] ?? "");
}

describe("what is suggested", () => {
  test("commands, and commands below them", async () => {
    expect(await suggest("")).toEqual(expect.arrayContaining(["run", "doctor", "help", ":4"]));
    expect(await suggest("")).not.toContain("complete");
    expect(await suggest("ch")).toEqual(["check", ":4"]);
    expect(await suggest("profile", "")).toEqual(["list", "show", "schema", ":4"]);
    expect(await suggest("help", "ex")).toEqual(["exec", "explain", ":4"]);
    expect(await suggest("runs", "p")).toEqual(["prune", ":4"]);
    expect(await suggest("runs", "list", "--status", "c")).toEqual(["crashed", ":4"]);
  });

  test("options, also behind others", async () => {
    expect(await suggest("run", "--pro")).toEqual(["--profile", ":4"]);
    expect(await suggest("run", "hello", "-q", "-m", "mock", "--js")).toEqual(["--json", ":4"]);
  });

  test("spells (and files), parameters, profiles, models, engines, choices", async () => {
    const spells = ["batch-classify", "chat", "compare-models", "fallback", "hello", "structured-extract", "summarize"];
    expect(await suggest("run", "")).toEqual(["own", ...spells, ":0"]);
    expect(await suggest("test", "su")).toEqual(["summarize", ":0"]);
    expect(await suggest("profile", "schema", "c")).toEqual(["case", ":0"]);
    expect(await suggest("run", "summarize", "-p", "")).toEqual([
      "style=sentence",
      "style=paragraph",
      "style=bullets",
      "language=",
      ":4",
    ]);
    expect(await suggest("run", "summarize", "-p", "lan")).toEqual(["language=", ":6"]);
    expect(await suggest("run", "--profile", "m")).toEqual(["mine", "minimal", ":0"]);
    expect(await suggest("run", "-m", "op")).toEqual(["openai", "openrouter", ":4"]);
    expect(await suggest("run", "--engine", "")).toEqual(["lua", "javascript", "tengo", "fengari", ":4"]);
    expect(await suggest("run", "--engine=ja")).toEqual(["javascript", ":4"]);
    expect(await suggest("selftest", "--engine", "")).toEqual(["lua", "javascript", "tengo", "fengari", "host", ":4"]);
    expect(await suggest("run", "--engine", "=", "ja")).toEqual(["javascript", ":4"]);
    expect(await suggest("run", "--log-level", "w")).toEqual(["warn", ":4"]);
    expect(await suggest("run", "--env-file", "")).toEqual([":0"]);
  });

  test("bridges, languages, error codes, shells", async () => {
    const bridges = Object.values(bridgeList).map(({ name }) => name);
    expect(await suggest("bridges", "")).toEqual([...bridges, ":4"]);
    expect(await suggest("bridges", "llm", "-l", "")).toEqual(["lua", "javascript", "tengo", ":4"]);
    expect(await suggest("explain", "limit.fu")).toEqual(["limit.fuel", ":4"]);
    expect(await suggest("completion", "")).toEqual(["bash", "zsh", "fish", "powershell", ":4"]);
  });

  test("nothing, for what cannot be known", async () => {
    expect(await suggest("nosuch", "")).toEqual([":4"]);
    expect(await suggest("run", "hello", "--seed", "")).toEqual([":4"]);
    expect(await suggest("run", "nosuch", "-p", "")).toEqual([":4"]);
  });
});

test("recorded runs are suggested by their ids", async () => {
  const cwd = makeFolder();
  const env = { LLMSPELL_JOURNAL: "runs.db" };
  const { stdout } = await runBinary(["exec", "-e", "return 1", "--json"], { cwd, env });
  const { id } = JSON.parse(stdout) as { readonly id: string };
  const suggested = await runBinary(["complete", "--", "runs", "show", ""], { cwd, env });
  expect(suggested.stdout).toStartWith(`last\n${id}\texec, done, `);
  // Before the first run there is none, and that is no fault.
  const none = await runBinary(["complete", "--", "runs", "show", ""], { cwd: makeFolder(), env });
  expect(none).toMatchObject({ stdout: ":4\n", stderr: "", status: 0 });
});

describe("the scripts", () => {
  test("are printed for each shell; another is an error", async () => {
    for (const shell of ["bash", "zsh", "fish", "powershell"]) {
      const { stdout, status } = await runBinary(["completion", shell]);
      expect(status).toBe(0);
      expect(stdout).toContain("llmspell");
      expect(stdout).not.toContain(BINARY);
    }
    expect((await runBinary(["completion", "fisch"])).stderr).toContain('did you mean "fish"?');
  });

  /** Runs a script in a shell that has the binary on its path. */
  async function inShell(shell: readonly string[], script: string): Promise<string> {
    const env = environment();
    const folder = BINARY.slice(0, BINARY.lastIndexOf("/"));
    const child = Bun.spawn([...shell, script], {
      cwd: makeFolder({ "a file.lua": "" }),
      env: { ...env, PATH: `${folder}:${env["PATH"]}` },
      stderr: "pipe",
      timeout: 60_000,
    });
    const [out, err] = await Promise.all([child.stdout.text(), child.stderr.text()]);
    expect(err).toBe("");
    return out.trim();
  }

  const shellTest = (shell: string, work: () => Promise<void>) => {
    if (Bun.which(shell) === null) test.skip(`${shell} (not installed)`, work);
    else test(shell, work);
  };

  shellTest("bash", async () => {
    const complete = (words: string, index: number) =>
      inShell(
        ["bash", "--norc", "-c"],
        `source <(llmspell completion bash); source <(llmspell completion bash)
        COMP_WORDS=(${words}); COMP_CWORD=${index}; _llmspell; printf '%s\\n' "\${COMPREPLY[@]}"`,
      );
    expect(await complete("llmspell ru", 1)).toBe("run\nruns");
    expect(await complete("llmspell run hel", 2)).toBe("hello");
    expect(await complete("llmspell run a", 2)).toBe("a file.lua");
    expect(await complete("llmspell run --engine = ja", 4)).toBe("javascript");
    expect(await complete("llmspell run summarize -p style = bu", 6)).toBe("bullets");
    expect(await complete("llmspell run summarize -p style =", 5)).toBe("sentence\nparagraph\nbullets");
    expect(await complete("llmspell explain limit.fu", 2)).toBe("limit.fuel");
    // What was typed is never run.
    expect(await complete("llmspell run '$(touch owned)' ''", 3)).toBe("");
    expect(await complete("llmspell run '`touch owned`' own", 3)).toBe("");
  });

  shellTest("fish", async () => {
    const complete = (line: string) =>
      inShell(["fish", "--no-config", "-c"], `llmspell completion fish | source; complete --do-complete "${line}"`);
    expect(await complete("llmspell ru")).toStartWith("run\t");
    expect(await complete("llmspell run hel")).toStartWith("hello\t");
    expect(await complete("llmspell explain limit.fu")).toStartWith("limit.fuel\t");
  });

  shellTest("zsh", async () => {
    if (NO_TERMINAL !== undefined) return;
    using terminal = openTerminal(["zsh", "-f"]);
    terminal.type("autoload -Uz compinit && compinit -u -D && source <(llmspell completion zsh) && echo load''ed");
    await terminal.shows("loaded");
    terminal.press("llmspell explain limit.fu", "Tab");
    await terminal.shows("llmspell explain limit.fuel");
    terminal.press("C-u", "llmspell run hel", "Tab");
    await terminal.shows("llmspell run hello");
  });
});
