import { expect, test } from "bun:test";
import { statSync } from "node:fs";
import { join } from "node:path";
import { makeFolder, runBinary } from "./binary.ts";

const PROFILE = `extends: standard\nlimits: { calls: 3 }\nask: ["log.warn"]\n`;
const SOURCE = `
llm.complete("hi")
pcall(llm.complete, "x", {model = 5})
pcall(log.warn, "careful")
log.info("one too many")`;

test("the gate's decisions are added to a file, one line each, without what was in the arguments", async () => {
  const cwd = makeFolder({ "p.yaml": PROFILE });
  const run = () => runBinary(["exec", "-q", "--profile", "./p.yaml", "--audit", "audit.jsonl", "-e", SOURCE], { cwd });
  expect((await run()).status).toBe(4);
  expect((await run()).status).toBe(4);
  const file = join(cwd, "audit.jsonl");
  const text = await Bun.file(file).text();
  expect(text).not.toContain("careful");
  const lines = text
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  expect(lines.map(({ call, verdict, code, rule, line }) => [call, verdict, code, rule, line])).toEqual(
    [1, 2].flatMap(() => [
      ["llm.complete", "allowed", undefined, "bridges.llm", lines[0]?.["line"]],
      ["llm.complete", "refused", "call.arguments", "bridges.llm", lines[0]?.["line"]],
      ["log.warn", "refused", "grant.approval", "ask", 3],
      ["log.info", "refused", "limit.calls", "limits.calls", 2],
    ]),
  );
  const [first, , , , again] = lines;
  expect({ spell: first?.["spell"], profile: first?.["profile"] }).toEqual({ spell: "exec", profile: "./p.yaml" });
  expect(String(first?.["arguments"])).toMatch(/^sha256:[0-9a-f]{64}$/);
  expect(first?.["arguments"]).toBe(again?.["arguments"]);
  if (process.platform !== "win32") expect(statSync(file).mode & 0o777).toBe(0o600);
});

test("a file that cannot be written to is an error before the run", async () => {
  const { stderr, stdout, status } = await runBinary(["exec", "--audit", "/nowhere/a.jsonl", "-e", "print(1)"]);
  expect({ stdout, status }).toEqual({ stdout: "", status: 2 });
  expect(stderr).toContain('Cannot write to "/nowhere/a.jsonl"');
});
