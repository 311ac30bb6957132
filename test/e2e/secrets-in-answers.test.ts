import { afterAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { makeFolder, runBinary, TEST_TIME } from "./binary.ts";

setDefaultTimeout(TEST_TIME);

const KEY = "sk-test-SECRETKEY-1234567890";

/** A model that answers with the key that it was asked with; as a stream, three letters at a time. */
const server = Bun.serve({
  hostname: "127.0.0.1",
  port: 0,
  async fetch(request) {
    const { stream } = (await request.json()) as { stream?: boolean };
    const text = `your key is ${KEY}, is it not`;
    const common = { id: "c", model: "gpt-5-mini" };
    const usage = { prompt_tokens: 3, completion_tokens: 9, total_tokens: 12 };
    if (stream !== true) {
      const message = { role: "assistant", content: text };
      return Response.json({ ...common, choices: [{ index: 0, message, finish_reason: "stop" }], usage });
    }
    const chunks = (text.match(/.{1,3}/g) ?? []).map((content) => ({
      ...{ ...common, object: "chat.completion.chunk" },
      choices: [{ index: 0, delta: { content }, finish_reason: null }],
    }));
    const last = { ...common, choices: [{ index: 0, delta: {}, finish_reason: "stop" }], usage };
    const body = [...chunks, last].map((chunk) => `data: ${JSON.stringify(chunk)}\n\n`).join("");
    return new Response(`${body}data: [DONE]\n\n`, { headers: { "content-type": "text/event-stream" } });
  },
});
afterAll(() => server.stop(true));

const env = { OPENAI_API_KEY: KEY, OPENAI_BASE_URL: `http://127.0.0.1:${server.port}/v1` };
const CLEAN = "your key is [redacted OPENAI_API_KEY], is it not";

/** Every file below a folder, as text. */
function everyFile(folder: string): string {
  const files = readdirSync(folder, { withFileTypes: true, recursive: true }).filter((entry) => entry.isFile());
  return files.map((entry) => readFileSync(join(entry.parentPath, entry.name), "latin1")).join("\n");
}

describe("a key that a model answers with", () => {
  test("is not in the answers that are kept for later runs", async () => {
    const cwd = makeFolder({
      "p.yaml": "extends: standard\nbridges: { llm: { cache: { scope: shared, ttl: 1h } } }\n",
    });
    const ask = () =>
      runBinary(["exec", "-q", "--profile", "./p.yaml", "-m", "openai/gpt-5-mini", "-e", 'print(llm.complete("hi"))'], {
        ...{ cwd, env: { ...env, LLMSPELL_ANSWERS: "answers.db", LLMSPELL_JOURNAL: "j.db" } },
      });
    expect((await ask()).stdout).toBe(`${CLEAN}\n`);
    expect((await ask()).stdout).toBe(`${CLEAN}\n`);
    const kept = everyFile(cwd);
    expect(kept).toContain(CLEAN);
    expect(kept).not.toContain(KEY);
  });

  const WAYS = {
    lua: `local text = "" for piece in llm.stream("hi") do text = text .. piece.text end print(text:reverse())
llm.complete("hi", {on_text = function(piece) text = piece .. text end}) print(#text)`,
    fengari: `local text = "" for piece in llm.stream("hi") do text = text .. piece.text end print(text:reverse())`,
    javascript: `let text = ""; for await (const { text: piece } of await llm.stream("hi")) text += piece;
console.log([...text].reverse().join(""));`,
    tengo: `text := ""\nfor piece in llm.stream("hi") { text = text + piece.text }
turned := ""\nfor letter in text { turned = string(letter) + turned }\nspell.output(turned + "\\n")`,
  };
  for (const [engine, code] of Object.entries(WAYS)) {
    test(`does not reach a spell in ${engine} piece by piece`, async () => {
      const cwd = makeFolder();
      const args = ["exec", "-q", "--engine", engine, "-m", "openai/gpt-5-mini", "--journal", "j.db", "-e", code];
      const { stdout, stderr } = await runBinary(args, { cwd, env });
      expect(stderr).toBe("");
      expect(stdout.split("\n")[0]).toBe([...CLEAN].toReversed().join(""));
      expect(everyFile(cwd)).not.toMatch(/SEC|RET|KEY-/);
    });
  }
});
