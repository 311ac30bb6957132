/**
 * A model server of its own process that speaks enough of the OpenAI protocol and answers each request DELAY_MS
 * after it came. `GET /arrivals` gives the times of the requests since it was last asked, in ms. Prints its port.
 */
const DELAY_MS = Number(process.argv[2] ?? 10);

let arrivals: number[] = [];

const ANSWER = {
  id: "chatcmpl-1",
  object: "chat.completion",
  created: 1_795_219_200,
  model: "bench",
  choices: [{ index: 0, message: { role: "assistant", content: "A swift." }, finish_reason: "stop" }],
  usage: { prompt_tokens: 4, completion_tokens: 3, total_tokens: 7 },
};

const server = Bun.serve({
  port: 0,
  hostname: "127.0.0.1",
  async fetch(request) {
    if (new URL(request.url).pathname === "/arrivals") {
      const since = arrivals;
      arrivals = [];
      return Response.json(since);
    }
    arrivals.push(performance.now());
    await Bun.sleep(DELAY_MS);
    return Response.json(ANSWER);
  },
});
console.log(server.port);
