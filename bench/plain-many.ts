/** Completions at once by the plain openai SDK: `bun plain-many.ts ADDRESS COUNT`. Prints how long all of them took, in ms. */
import OpenAI from "openai";

const [address = "", count = "100"] = process.argv.slice(2);
const client = new OpenAI({ apiKey: "bench", baseURL: `${address}/v1` });
const before = performance.now();
const messages = [{ role: "user" as const, content: "Name a bird" }];
const ask = () => client.chat.completions.create({ model: "bench", messages });
await Promise.all(Array.from({ length: Number(count) }, ask));
console.log(performance.now() - before);
