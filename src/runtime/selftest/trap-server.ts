import { createServer, type Server, type Socket } from "node:net";
import { gzipSync } from "node:zlib";

/** The one name that a case's profile means; it may be asked for anything but what stands for a secret. */
export const ALLOWED_HOST = "allowed.test";
/** Allowed too: where a redirect leads to another host. */
export const OTHER_HOST = "other.test";

/** A server on this machine that no spell may reach but by {@link ALLOWED_HOST}. */
export interface TrapServer {
  readonly port: number;
  /** What was asked of it since the last time and may not be. */
  takeHits(): string[];
  close(): void;
}

const MIB = 1024 * 1024;
const CHUNK = Buffer.alloc(64 * 1024, "x");

/** Opens it on a port of its own, on both loopback addresses where there are both. `canary` may reach no other host. */
export async function openTrapServer(canary: string): Promise<TrapServer> {
  let hits: string[] = [];
  const sockets = new Set<Socket>();
  const serve = (socket: Socket) => {
    let request = "";
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
    socket.on("error", () => socket.destroy());
    socket.on("data", (chunk) => {
      if (request.includes("\r\n\r\n")) return;
      request += chunk.toString("latin1");
      if (!request.includes("\r\n\r\n")) return;
      const fault = faultOf(request, canary);
      if (fault !== undefined) hits.push(fault);
      answer(socket, request.split(" ")[1] ?? "/", port);
    });
  };
  const first = createServer(serve);
  const port = await listen(first, "127.0.0.1", 0);
  const second = createServer(serve);
  await listen(second, "::1", port).catch(() => 0);
  return {
    port,
    takeHits() {
      const taken = hits;
      hits = [];
      return taken;
    },
    close() {
      for (const socket of sockets) socket.destroy();
      first.close();
      second.close();
    },
  };
}

function listen(server: Server, host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen({ host, port }, () => {
      const address = server.address();
      resolve(typeof address === "object" && address !== null ? address.port : 0);
    });
  });
}

function faultOf(request: string, canary: string): string | undefined {
  const host = /^host:\s*([^\r\n:]*)/im.exec(request)?.[1]?.trim() ?? "";
  const line = request.slice(0, request.indexOf("\r\n"));
  if (host !== ALLOWED_HOST && host !== OTHER_HOST) return `the loopback server was reached: ${line}, host "${host}"`;
  if (line.includes(" /secret")) return `the loopback server was asked for what is secret: ${line}`;
  if (/^x-injected:/im.test(request)) return "a header was injected into a request";
  if (host === OTHER_HOST && request.includes(canary)) return "a credential went along to another host";
  return undefined;
}

/** Answers by what the path's words say; anything else gets a word. */
function answer(socket: Socket, target: string, port: number): void {
  const { pathname: path, searchParams } = new URL(target, "http://x");
  const send = (head: string, body: string | Buffer = "") => {
    socket.write(`HTTP/1.1 ${head}\r\nConnection: close\r\n\r\n`);
    socket.end(body);
  };
  const redirect = (to: string) => send(`302 Found\r\nLocation: ${to}\r\nContent-Length: 0`);
  if (/redirect/.test(path)) {
    if (/other/.test(path)) return redirect(`http://${OTHER_HOST}:${port}/landed`);
    if (/loop/.test(path)) return redirect(target);
    return redirect(searchParams.get("to") ?? `http://127.0.0.1:${port}/secret`);
  }
  if (/header/.test(path)) return send(`200 OK\r\nX-Big: ${"x".repeat(10 * MIB)}`);
  if (/endless|drip|slow|sse|stream/.test(path)) return drip(socket);
  if (/gzip|bomb|deflate|zip/.test(path)) {
    const body = gzipSync(Buffer.alloc(200 * MIB));
    return send(`200 OK\r\nContent-Encoding: gzip\r\nContent-Length: ${body.length}`, body);
  }
  if (/big|huge|large|gb\b/.test(path)) return pour(socket);
  if (/silent|hang|never/.test(path)) return;
  return send("200 OK\r\nContent-Type: text/plain\r\nContent-Length: 5", "hello");
}

/** A body that never ends, slowly. */
function drip(socket: Socket): void {
  socket.write("HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nTransfer-Encoding: chunked\r\n\r\n");
  const timer = setInterval(() => socket.write("1\r\nx\r\n"), 20);
  socket.on("close", () => clearInterval(timer));
}

/** A body that never ends, as fast as it is taken. */
function pour(socket: Socket): void {
  socket.write("HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\n");
  const more = () => {
    while (!socket.destroyed && socket.write(CHUNK));
  };
  socket.on("drain", more);
  more();
}
