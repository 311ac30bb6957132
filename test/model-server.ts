/**
 * Model servers on this machine, for tests that want real HTTP.
 *
 * {@link startModelServer} is aimock, which speaks the OpenAI and the Anthropic protocol on one port, with
 * streaming, tool calls, error statuses and broken connections. {@link startRawServer} is for what aimock
 * cannot do: staying silent before or in the middle of an answer, and telling when the client hung up.
 */
import { createServer, type Socket } from "node:net";
import { LLMock } from "@copilotkit/aimock";

/** A running aimock. Set its answers by `mock.onMessage("text of the prompt", {content: "answer"})`. */
export interface ModelServer {
  readonly mock: LLMock;
  /** For OPENAI_BASE_URL and every compatible provider's variable. */
  readonly openaiBaseUrl: string;
  /** For ANTHROPIC_BASE_URL. */
  readonly anthropicBaseUrl: string;
  /** The bodies of the requests so far, in the form of OpenAI's protocol, oldest first. */
  readonly requests: () => readonly Record<string, unknown>[];
  readonly close: () => Promise<void>;
}

/** Starts aimock on a free port of 127.0.0.1. */
export async function startModelServer(): Promise<ModelServer> {
  const mock = new LLMock({ port: 0, host: "127.0.0.1", logLevel: "silent" });
  await mock.start();
  return {
    mock,
    openaiBaseUrl: `${mock.url}/v1`,
    anthropicBaseUrl: mock.url,
    requests: () => mock.getRequests().map((entry) => (entry.body ?? {}) as Record<string, unknown>),
    close: () => mock.stop(),
  };
}

/** What a raw server does with one request, in order. */
export type RawStep =
  /** Sends the head of an answer; with a body that is all. */
  | { readonly status: number; readonly headers?: Readonly<Record<string, string>>; readonly body?: string }
  /** Sends one server-sent event, or (without a name) only its data. */
  | { readonly event?: string; readonly data: unknown }
  /** Keeps the connection open and silent. */
  | "stall"
  /** Goes on when the test calls `proceed`. */
  | "wait"
  /** Breaks the connection. Put `wait` before it: fetch may throw away what it has not handed over by then. */
  | "disconnect"
  /** Ends the answer properly. */
  | "end";

/** A running raw server. */
export interface RawServer {
  readonly url: string;
  /** Bodies of the requests so far. */
  readonly requests: () => readonly string[];
  /** Heads of the requests so far: request line and headers. */
  readonly heads: () => readonly string[];
  /** Resolves when the client of the n-th request (from 0) has closed its connection. */
  readonly hungUp: (index?: number) => Promise<void>;
  /** Lets all go on that wait. */
  readonly proceed: () => void;
  /** Resolves when the first request is there. */
  readonly asked: () => Promise<void>;
  readonly close: () => Promise<void>;
}

/** Starts a server that answers its n-th request with the n-th list of steps, the last one again and again. */
export async function startRawServer(answers: readonly (readonly RawStep[])[]): Promise<RawServer> {
  const sockets = new Set<Socket>();
  const requests: { head: string; body: string; hungUp: Promise<void> }[] = [];
  const { promise: asked, resolve: ask } = Promise.withResolvers<void>();
  const { promise: proceeding, resolve: proceed } = Promise.withResolvers<void>();
  const server = createServer((socket) => {
    sockets.add(socket);
    const { promise: hungUp, resolve } = Promise.withResolvers<void>();
    socket.on("close", () => {
      sockets.delete(socket);
      resolve();
    });
    socket.on("error", () => {});
    let received: Buffer = Buffer.alloc(0);
    socket.on("data", (chunk) => {
      received = Buffer.concat([received, Buffer.from(chunk)]);
      const request = readRequest(received);
      if (request === undefined) return;
      received = Buffer.alloc(0);
      const steps = answers[Math.min(requests.length, answers.length - 1)] ?? [];
      requests.push({ ...request, hungUp });
      ask();
      void play(socket, steps, proceeding);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("The server has no port");
  return {
    url: `http://127.0.0.1:${address.port}`,
    requests: () => requests.map(({ body }) => body),
    heads: () => requests.map(({ head }) => head),
    hungUp: (index = 0) => requests[index]?.hungUp ?? Promise.reject(new Error(`There was no request ${index}`)),
    asked: () => asked,
    proceed,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise<void>((resolve) => void server.close(() => resolve()));
    },
  };
}

/** The request, once it is complete. */
function readRequest(received: Buffer): { head: string; body: string } | undefined {
  const end = received.indexOf("\r\n\r\n");
  if (end < 0) return undefined;
  const head = received.subarray(0, end).toString();
  const length = Number(/content-length: (\d+)/i.exec(head)?.[1] ?? 0);
  const body = received.subarray(end + 4);
  return body.length < length ? undefined : { head, body: body.toString() };
}

const STREAM_HEAD =
  "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\nconnection: close\r\n\r\n";

async function play(socket: Socket, steps: readonly RawStep[], proceeding: Promise<void>): Promise<void> {
  let started = false;
  for (const step of steps) {
    if (step === "stall") return;
    if (step === "wait") {
      await proceeding;
      continue;
    }
    if (step === "disconnect") {
      // Without the last chunk.
      socket.end();
      return;
    }
    if (step === "end") {
      socket.end("0\r\n\r\n");
      return;
    }
    if ("status" in step) {
      const body = step.body ?? "";
      const headers = {
        "content-type": "application/json",
        "content-length": String(Buffer.byteLength(body)),
        ...step.headers,
      };
      const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
      socket.end([`HTTP/1.1 ${step.status} Answer`, ...lines, "connection: close", "", body].join("\r\n"));
      return;
    }
    if (!started) socket.write(STREAM_HEAD);
    started = true;
    const data = typeof step.data === "string" ? step.data : JSON.stringify(step.data);
    const event = `${step.event === undefined ? "" : `event: ${step.event}\n`}data: ${data}\n\n`;
    socket.write(`${Buffer.byteLength(event).toString(16)}\r\n${event}\r\n`);
  }
}
