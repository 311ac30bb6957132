import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { makeFolder, runBinary, startBinary, TEST_TIME, until } from "./binary.ts";

setDefaultTimeout(TEST_TIME);

const MOCK = "replies:\n  - text: The Tiber flows through Rome\n";

/** A folder with a journal of its own, and the binary run in it. */
function makeJournal(files: Readonly<Record<string, string>> = {}) {
  const cwd = makeFolder({ "mock.yaml": MOCK, ...files });
  const runs = (...args: readonly string[]) => runBinary(["runs", ...args, "--journal", "runs.db"], { cwd });
  const exec = (code: string, ...args: readonly string[]) =>
    runBinary(["exec", "-e", code, "--mock", "mock.yaml", "--journal", "runs.db", "--json", ...args], { cwd });
  const idOf = async (run: ReturnType<typeof exec>) => (JSON.parse((await run).stdout) as { id: string }).id;
  return { cwd, runs, exec, idOf };
}

async function output(run: ReturnType<typeof runBinary>): Promise<string> {
  const { stdout, stderr, status } = await run;
  expect({ stderr, status }).toEqual({ stderr: "", status: 0 });
  return stdout;
}

describe("runs", () => {
  test("are listed, filtered, found by words, and shown", async () => {
    const { runs, exec, idOf } = makeJournal();
    const first = await idOf(exec('print(llm.complete("Which river?")) return {answer = "sundial"}'));
    const second = await idOf(exec('error("it broke")'));
    type Row = { id: string; status: string; calls: number; code?: string };
    const list = async (...args: readonly string[]) =>
      (JSON.parse(await output(runs("list", "--json", ...args))) as Row[]).map(({ id }) => id);
    expect(await list()).toEqual([second, first]);
    expect(await list("--status", "failed")).toEqual([second]);
    expect(await list("--since", "1h", "--until", "2999-01-01", "--limit", "1")).toEqual([second]);
    expect(await list("--since", "2999-01-01")).toEqual([]);
    expect(await list("--search", "tiber ROME")).toEqual([first]);
    expect(await list("--search", "sundial")).toEqual([first]);
    expect(await list("--search", "broke")).toEqual([second]);
    const [row] = JSON.parse(await output(runs("list", "--json", "--status", "done"))) as Row[];
    expect(row).toMatchObject({
      id: first,
      spell: "exec",
      engine: "lua",
      calls: 1,
      llmCalls: 1,
      tokens: expect.any(Number),
    });
    const table = await output(runs("list"));
    expect(table).toMatch(/^RUN +SPELL +STATUS +STARTED +TIME +CALLS +TOKENS +USD\n/);
    expect(table).toContain("failed (script.error)");

    const shown = await output(runs("show", first));
    expect(shown).toMatch(/^1 +1 +llm\.complete +"Which river\?" +\{"text":"The Tiber flows/m);
    expect(shown).toContain("The Tiber flows through Rome");
    expect(shown).toContain("sundial");
    const { digest, entries } = JSON.parse(await output(runs("show", first, "--json"))) as Record<string, unknown>;
    expect(shown).toContain(`${String(digest)} (${String(entries)} entries)`);
    expect(await output(runs("verify", first))).toContain(String(digest));
    expect(await output(runs("show", first, "--output"))).toBe("The Tiber flows through Rome\n");
    expect(await output(runs("show", first, "--calls"))).toStartWith("CALL");
    expect(await output(runs("show", "last"))).toContain("it broke");
    expect(await output(runs("show", first, "--html", "-"))).toContain("llm.complete");
  });

  test("are none before the first, and an unknown one is told with the nearest", async () => {
    const empty = await runBinary(["runs", "list"], { cwd: makeFolder(), env: { LLMSPELL_JOURNAL: "none.db" } });
    expect(empty).toEqual({ stdout: "", stderr: "No run has been recorded yet\n", status: 0 });
    const { runs, exec, idOf } = makeJournal();
    expect(await runs("list")).toMatchObject({
      stdout: "",
      status: 2,
      stderr: expect.stringContaining("journal.open"),
    });
    const id = await idOf(exec("return 1"));
    const wrong = await runs("show", `${id}x`);
    expect(wrong).toMatchObject({ stdout: "", status: 2 });
    expect(wrong.stderr).toContain(`did you mean "${id}"?`);
    for (const [args, said] of [
      [["list", "--since", "yesterday"], "neither a time nor a duration"],
      [["list", "--status", "well"], "well"],
      [["list", "--limit", "0"], "no number of runs"],
      [["list", "--min-usd", "much"], "no amount of dollars"],
      [["show", id, "--calls", "--output"], "Only one of --calls and --output"],
      [["prune"], "It is not said which runs"],
      [["prune", "--max-size", "5 apples"], "apples"],
    ] as const) {
      const refused = await runs(...args);
      expect([args, refused.status, refused.stdout]).toEqual([args, 2, ""]);
      expect(refused.stderr).toContain(said);
    }
  });

  test("print nothing that a screen could be steered by", async () => {
    const { cwd, runs, exec } = makeJournal();
    await exec('print("\\27[2J\\u{202e}") pcall(llm.complete, "\\27]0;name\\7\\u{9b}2J") error("\\27[31m\\u{202e}")');
    for (const args of [
      ["show", "last"],
      ["show", "last", "--calls"],
      ["show", "last", "--json"],
      ["show", "last", "--html", "-"],
      ["tail", "last"],
      ["list"],
    ]) {
      const { stdout, stderr } = await runs(...args);
      expect(stdout.length).toBeGreaterThan(50);
      // oxlint-disable-next-line no-control-regex -- exactly these are meant
      expect([args, stdout + stderr]).toEqual([
        args,
        expect.not.stringMatching(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e]/),
      ]);
    }
    // To a file it goes as it was.
    expect((await runBinary(["runs", "show", "last", "--output", "--journal", "runs.db"], { cwd })).stdout).toContain(
      "\u001b[2J",
    );
  });

  test("go to another journal and are checked on the way", async () => {
    const { cwd, runs, exec, idOf } = makeJournal();
    const id = await idOf(exec('print(llm.complete("Which river?"))'));
    await output(runs("export", id, "-o", "run.jsonl"));
    const text = await output(runs("export", id));
    expect(readFileSync(join(cwd, "run.jsonl"), "utf8")).toBe(text);
    const other = (...args: readonly string[]) => runBinary(["runs", ...args, "--journal", "other.db"], { cwd });
    expect(await output(other("import", "run.jsonl"))).toBe(`${id}\n`);
    expect(await output(other("export", id))).toBe(text);
    expect(await output(other("show", id))).toBe(await output(runs("show", id)));
    writeFileSync(join(cwd, "changed.jsonl"), text.replaceAll("Tiber", "Thames"));
    expect(await other("import", "changed.jsonl")).toMatchObject({
      status: 2,
      stderr: expect.stringContaining("journal.damaged"),
    });
    expect(await other("import", "nowhere.jsonl")).toMatchObject({ status: 2 });
  });

  test("that were tampered with are told, and others still shown", async () => {
    const { cwd, runs, exec, idOf } = makeJournal();
    const id = await idOf(exec('print("one")'));
    const good = await idOf(exec('print("two")'));
    const { Database } = await import("bun:sqlite");
    const database = new Database(join(cwd, "runs.db"));
    database.run("UPDATE entries SET body = replace(body, 'one', 'six')");
    database.close(true);
    const verified = await runs("verify");
    expect(verified.status).toBe(2);
    expect(verified.stdout).toContain(`The run "${id}" is damaged at entry`);
    expect(verified.stdout).toMatch(new RegExp(`^${good} +\\d+ +[0-9a-f]{64}$`, "m"));
    expect(verified.stderr).toContain("1 of 2 runs");
    expect(await runs("show", id)).toMatchObject({ stdout: "", status: 2 });
    expect(await output(runs("show", good))).toContain("two");
    expect(await output(runs("list"))).toContain(id);
  });

  test("are pruned, and never one that is running", async () => {
    const { cwd, runs, exec } = makeJournal();
    for (let index = 0; index < 3; index++) await exec("return 1");
    const args = ["exec", "-e", "time.sleep(50000)", "--journal", "runs.db"];
    const child = startBinary(args, { cwd });
    try {
      expect(await until(async () => (await runs("list", "--status", "running")).stdout.includes("exec"))).toBe(true);
      expect(await output(runs("prune", "--older-than", "0s", "--dry-run"))).toStartWith("Would remove 3 runs");
      expect(JSON.parse(await output(runs("prune", "--older-than", "1d", "--json")))).toMatchObject({ runs: 0 });
      expect(await output(runs("prune", "--older-than", "0s"))).toStartWith("Removed 3 runs");
      expect(JSON.parse(await output(runs("list", "--json")))).toMatchObject([{ status: "running" }]);
    } finally {
      child.kill("SIGKILL");
      await child.exited;
    }
    expect(JSON.parse(await output(runs("list", "--json")))).toMatchObject([{ status: "crashed" }]);
  });

  test("are followed until they end", async () => {
    const { cwd, runs } = makeJournal();
    const code = 'print("begun") for i = 1, 8 do time.sleep(250) end print("over") return "well"';
    const child = startBinary(["exec", "-e", code, "--journal", "runs.db"], { cwd });
    expect(await until(async () => (await runs("list")).stdout.includes("running"))).toBe(true);
    const followed = await runs("tail", "last");
    expect(await child.exited).toBe(0);
    expect(followed).toMatchObject({ status: 0, stderr: "The run is done\n" });
    expect(followed.stdout.match(/ → time\.sleep\(250\)/g)).toHaveLength(8);
    expect(followed.stdout).toContain("| begun");
    expect(followed.stdout).toContain('done: "well"');
    const lines = (await output(runs("tail", "last", "--json"))).trimEnd().split("\n");
    const types = lines.map((line) => (JSON.parse(line) as { type: string }).type);
    expect([types[0], types.at(-1)]).toEqual(["start", "end"]);
  });
});
