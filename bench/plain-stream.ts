/** One stream read by the plain openai SDK: `bun plain-stream.ts ADDRESS`. Prints its pieces and how long they took, in ms. */
import OpenAI from "openai";

const [address = ""] = process.argv.slice(2);
const client = new OpenAI({ apiKey: "bench", baseURL: `${address}/v1` });
const before = performance.now();
let pieces = 0;
const messages = [{ role: "user" as const, content: "Go on" }];
for await (const chunk of await client.chat.completions.create({ model: "bench", messages, stream: true })) {
  if (chunk.choices[0]?.delta?.content) pieces++;
}
console.log(pieces, performance.now() - before);
