import { expect, test } from "bun:test";
import { SpellError } from "../../../../src/contract/errors.ts";
import { originFetch } from "../../../../src/host/egress/index.ts";
import { openServer, redirect, whole } from "./servers.ts";

async function codeOf(work: Promise<unknown>): Promise<string> {
  const error: unknown = await work.then(
    () => "none",
    (reason: unknown) => reason,
  );
  return error instanceof SpellError ? error.code : String(error);
}

test("requests go to the base's origin and nowhere else", async () => {
  using server = await openServer((socket) => socket.write(whole("hello")));
  const guarded = originFetch(`http://127.0.0.1:${server.port}/v1`, fetch);
  expect(await (await guarded(`http://127.0.0.1:${server.port}/v1/models`)).text()).toBe("hello");
  expect(await (await guarded(new URL(`http://127.0.0.1:${server.port}/other`))).text()).toBe("hello");
  for (const url of [
    `http://127.0.0.1:${server.port}.evil.test/`,
    `http://127.0.0.1:${server.port}@evil.test/`,
    `https://127.0.0.1:${server.port}/`,
    `http://localhost:${server.port}/`,
    "file:///etc/passwd",
    "data:text/plain,x",
  ]) {
    expect(await codeOf(guarded(url)), url).toBe("provider.network");
  }
  expect(server.requests.length).toBe(2);
});

test("a redirect is an error, whose target is never asked", async () => {
  using other = await openServer((socket) => socket.write(whole("stolen")));
  using server = await openServer((socket) => socket.write(redirect(`http://127.0.0.1:${other.port}/`, 307)));
  const guarded = originFetch(`http://127.0.0.1:${server.port}`, fetch);
  const headers = { authorization: "Bearer key" };
  expect(await codeOf(guarded(`http://127.0.0.1:${server.port}/`, { method: "POST", headers }))).toBe(
    "provider.network",
  );
  expect(other.connections()).toBe(0);
});

test("a base that is no address of the network leads nowhere", async () => {
  for (const base of ["mock:", "file:///", "nothing"]) {
    expect(await codeOf(originFetch(base, fetch)(base)), base).toBe("provider.network");
  }
});

test("a compressed answer is read, and one whose compression is broken fails without a word of the runtime's", async () => {
  const zipped = Bun.gzipSync(Buffer.from("hello ".repeat(100)));
  const compressed = (body: Uint8Array) =>
    Buffer.concat([
      Buffer.from(`HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: ${body.length}\r\n\r\n`),
      body,
    ]);
  const bodies = [
    zipped,
    zipped.subarray(0, -12),
    Buffer.from("this is no gzip at all"),
    Bun.gzipSync(Buffer.alloc(9e6)),
  ];
  using server = await openServer((socket) => socket.write(compressed(bodies[server.requests.length - 1] ?? zipped)));
  const origin = `http://127.0.0.1:${server.port}`;
  const get = async () => (await originFetch(origin, fetch)(`${origin}/`)).text();
  expect(await get()).toBe("hello ".repeat(100));
  for (const what of ["'s compression is broken", "'s compression is broken", " grows to more than"]) {
    await expect(get()).rejects.toMatchObject({
      code: "provider.answer",
      message: expect.stringContaining(`The server at "${origin}" answered wrongly: the answer${what}`) as string,
    });
  }
});

test("an answer of another compression than was asked for is named", async () => {
  const head = "HTTP/1.1 200 OK\r\ncontent-encoding: lzma\r\ncontent-length: 3\r\n\r\nabc";
  using server = await openServer((socket) => socket.write(head));
  const origin = `http://127.0.0.1:${server.port}`;
  const answer = await originFetch(origin, fetch)(`${origin}/`);
  await expect(answer.text()).rejects.toMatchObject({
    code: "provider.answer",
    message: expect.stringContaining('"lzma"') as string,
  });
});
