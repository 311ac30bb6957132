/**
 * The plain openai SDK, asked by another process over a pipe and telling it the answer, with nothing else between them:
 * what two processes cost by themselves. `bun relayed-sdk.ts ADDRESS CALLS`.
 */
import { join } from "node:path";
import OpenAI from "openai";

const [address = "", calls = "1"] = process.argv.slice(2);
const client = new OpenAI({ apiKey: "bench", baseURL: `${address}/v1` });
const question = JSON.stringify({ type: "call", module: "llm", function: "complete", args: ["Name a bird"] });
const asking = Bun.spawn([process.execPath, join(import.meta.dir, "ask-and-wait.ts"), calls, question], {
  stdin: "pipe",
  stdout: "pipe",
});
const decoder = new TextDecoder();
for await (const chunk of asking.stdout) {
  const { args } = JSON.parse(decoder.decode(chunk)) as { readonly args: readonly [string] };
  const answer = await client.chat.completions.create({
    model: "bench",
    messages: [{ role: "user", content: args[0] }],
  });
  const { model, usage, choices } = answer;
  const [choice] = choices;
  const value = { text: choice?.message.content, model, usage, finishReason: choice?.finish_reason };
  void asking.stdin.write(JSON.stringify({ type: "return", value }));
  void asking.stdin.flush();
}
