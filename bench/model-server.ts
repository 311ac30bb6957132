/**
 * A model server of its own process, for many requests and long streams. It answers each question after DELAY_MS, and a
 * question for a stream with CHUNKS pieces, as fast as they are read. Prints its port. `GET /open` gives the most
 * questions that were open at once since it was last asked.
 */
import { argv } from "node:process";

const [delay = "0", chunks = "10000"] = argv.slice(2);
const usage = { prompt_tokens: 4, completion_tokens: 3, total_tokens: 7 };
const common = { id: "chatcmpl-1", created: 1_795_219_200, model: "bench" };
const ANSWER = {
  ...common,
  object: "chat.completion",
  choices: [{ index: 0, message: { role: "assistant", content: "A swift." }, finish_reason: "stop" }],
  usage,
};

const encoder = new TextEncoder();
const event = (choices: readonly object[], more: object = {}): Uint8Array =>
  encoder.encode(`data: ${JSON.stringify({ ...common, object: "chat.completion.chunk", choices, ...more })}\n\n`);
const PIECE = event([{ index: 0, delta: { content: "a word " }, finish_reason: null }]);
const LAST = [
  event([{ index: 0, delta: {}, finish_reason: "stop" }]),
  event([], { usage }),
  encoder.encode("data: [DONE]\n\n"),
];

function pieces(): ReadableStream<Uint8Array> {
  let given = 0;
  return new ReadableStream({
    pull(controller) {
      if (given++ < Number(chunks)) controller.enqueue(PIECE);
      else {
        for (const last of LAST) controller.enqueue(last);
        controller.close();
      }
    },
  });
}

let open = 0;
let most = 0;

const server = Bun.serve({
  port: 0,
  hostname: "127.0.0.1",
  async fetch(request) {
    if (new URL(request.url).pathname === "/open") {
      const seen = most;
      most = 0;
      return Response.json(seen);
    }
    const { stream } = (await request.json()) as { stream?: boolean };
    if (stream === true) return new Response(pieces(), { headers: { "content-type": "text/event-stream" } });
    most = Math.max(most, ++open);
    if (Number(delay) > 0) await Bun.sleep(Number(delay));
    open--;
    return Response.json(ANSWER);
  },
});
console.log(server.port);
