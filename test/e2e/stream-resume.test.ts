import { afterAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { makeFolder, runBinary, startBinary, TEST_TIME } from "./binary.ts";

setDefaultTimeout(TEST_TIME);

const WORDS = ["one ", "two ", "three ", "four"];

/** A model that says two words and then nothing more, to whoever asks first; all of them to those who come later. */
let asked = 0;
const server = Bun.serve({
  hostname: "127.0.0.1",
  port: 0,
  idleTimeout: 0,
  fetch() {
    const isFirst = ++asked === 1;
    const body = new ReadableStream<string>({
      start(controller) {
        const send = (more: object) =>
          controller.enqueue(`data: ${JSON.stringify({ id: "c", model: "gpt-5-mini", ...more })}\n\n`);
        for (const content of isFirst ? WORDS.slice(0, 2) : WORDS) {
          send({ choices: [{ index: 0, delta: { content }, finish_reason: null }] });
        }
        if (isFirst) return;
        send({
          choices: [{ index: 0, delta: {}, finish_reason: "stop" }],
          usage: { prompt_tokens: 1, completion_tokens: 4 },
        });
        controller.enqueue("data: [DONE]\n\n");
        controller.close();
      },
    });
    return new Response(body, { headers: { "content-type": "text/event-stream" } });
  },
});
afterAll(() => server.stop(true));

const env = { OPENAI_API_KEY: "sk-test-key-123", OPENAI_BASE_URL: `http://127.0.0.1:${server.port}/v1` };

const SOURCES = {
  lua: `for piece in llm.stream("count") do print(piece.text) end`,
  fengari: `for piece in llm.stream("count") do print(piece.text) end`,
  javascript: `for await (const piece of await llm.stream("count")) console.log(piece.text);`,
  tengo: `for piece in llm.stream("count") { spell.output(piece.text + "\\n") }`,
};
const FILES = { lua: "a.lua", fengari: "a.lua", javascript: "a.js", tengo: "a.tengo" } as const;

/** A run that waits for the third word, ended by a signal. */
async function endedBy(signal: "SIGKILL" | "SIGINT", engine: keyof typeof SOURCES): Promise<string> {
  asked = 0;
  const cwd = makeFolder({ [FILES[engine]]: SOURCES[engine] });
  const options = ["--engine", engine, "--journal", "j.db", "-m", "openai/gpt-5-mini", "-q"];
  const child = startBinary(["run", FILES[engine], ...options], { cwd, env });
  let printed = "";
  for await (const chunk of child.stdout) {
    printed += new TextDecoder().decode(chunk);
    if (printed.includes("two")) break;
  }
  child.kill(signal);
  await child.exited;
  return cwd;
}

describe("a run that ended while it waited for a stream", () => {
  for (const engine of Object.keys(SOURCES) as (keyof typeof SOURCES)[]) {
    for (const signal of ["SIGKILL", "SIGINT"] as const) {
      test(`${engine}, ${signal}: goes on unasked, as reading again harms nobody`, async () => {
        const cwd = await endedBy(signal, engine);
        const { stdout, stderr, status } = await runBinary(["resume", "last", "--journal", "j.db", "-q"], { cwd, env });
        expect([stderr, stdout, status]).toEqual(["", "one \ntwo \nthree \nfour\n", 0]);
        expect(asked).toBe(2);
      });
    }
  }
});
