/** The plain openai SDK in a loop, in a process of its own as a spell is: `bun plain-sdk.ts ADDRESS CALLS`. */
import OpenAI from "openai";

const [address = "", calls = "1"] = process.argv.slice(2);
const client = new OpenAI({ apiKey: "bench", baseURL: `${address}/v1` });
for (let call = 0; call < Number(calls); call++) {
  await client.chat.completions.create({ model: "bench", messages: [{ role: "user", content: "Name a bird" }] });
}
