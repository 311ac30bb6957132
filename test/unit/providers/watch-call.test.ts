import { describe, expect, test } from "bun:test";
import { MAX_ANSWER_BYTES, watchCall } from "../../../src/providers/transport/watch-call.ts";

const never = new AbortController().signal;

function answering(response: () => Response | Promise<Response>): typeof fetch {
  return (async () => await response()) as unknown as typeof fetch;
}

function chunks(...texts: string[]): ReadableStream<Uint8Array> {
  return new ReadableStream({
    pull(controller) {
      const text = texts.shift();
      if (text === undefined) controller.close();
      else controller.enqueue(new TextEncoder().encode(text));
    },
  });
}

describe("watchCall", () => {
  test("no time runs while nobody reads", async () => {
    const timeouts = { firstByte: 20, chunk: 20 };
    const fetch = answering(() => new Response(chunks("a", "b", "c")));
    const watch = watchCall({ fetch, timeouts }, never, "A server");
    const response = await watch.fetch("http://127.0.0.1/");
    let text = "";
    for await (const chunk of response.body ?? []) {
      text += new TextDecoder().decode(chunk);
      await Bun.sleep(40);
    }
    expect(text).toBe("abc");
    expect(watch.failure()).toBeUndefined();
  });

  test("a fetch that does not listen to its signal is given up all the same", async () => {
    const timeouts = { firstByte: 10, chunk: 10 };
    const watch = watchCall({ fetch: answering(() => new Promise(() => {})), timeouts }, never, "A server");
    await expect(watch.fetch("http://127.0.0.1/")).rejects.toMatchObject({ code: "provider.timeout" });
    expect(watch.failure()).toMatchObject({ message: "A server did not begin to answer within 10 ms" });
  });

  test("a body that does not begin is told of by the whole time that it had", async () => {
    const timeouts = { firstByte: 40, chunk: 20_000 };
    const fetch = answering(async () => {
      await Bun.sleep(20);
      return new Response(new ReadableStream({ pull: () => new Promise(() => {}) }));
    });
    const watch = watchCall({ fetch, timeouts }, never, "A server");
    const response = await watch.fetch("http://127.0.0.1/");
    await expect(response.text()).rejects.toMatchObject({
      message: "A server did not begin to answer within 40 ms",
    });
  });

  test("an answer without end is cut off", async () => {
    const timeouts = { firstByte: 20_000, chunk: 20_000 };
    const megabyte = new Uint8Array(2 ** 20);
    let sent = 0;
    const endless = new ReadableStream<Uint8Array>({
      pull(controller) {
        sent += megabyte.byteLength;
        controller.enqueue(megabyte);
      },
    });
    const watch = watchCall({ fetch: answering(() => new Response(endless)), timeouts }, never, "A server");
    const response = await watch.fetch("http://127.0.0.1/");
    await expect(response.text()).rejects.toMatchObject({ code: "provider.answer" });
    expect(sent).toBeLessThan(MAX_ANSWER_BYTES + 4 * megabyte.byteLength);
  });

  test("ending the call ends its requests", async () => {
    let signal: AbortSignal | null | undefined;
    const fetch = (async (_url: string, init: RequestInit) => {
      signal = init.signal;
      return new Response("a");
    }) as unknown as typeof globalThis.fetch;
    const watch = watchCall({ fetch, timeouts: { firstByte: 20_000, chunk: 20_000 } }, never, "A server");
    await watch.fetch("http://127.0.0.1/");
    expect(signal?.aborted).toBe(false);
    watch.end();
    expect(signal?.aborted).toBe(true);
    expect(watch.failure()).toBeUndefined();
  });
});
