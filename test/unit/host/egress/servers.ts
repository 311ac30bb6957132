import { readFileSync } from "node:fs";
import { createServer, type AddressInfo, type Socket } from "node:net";
import { join } from "node:path";
import { createServer as createTlsServer } from "node:tls";

const TLS = join(import.meta.dir, "../../../fixtures/tls");
const read = (name: string) => readFileSync(join(TLS, name), "utf8");

/** The authority that signed the certificate of {@link openTlsServer}, which is for allowed.test and 127.0.0.1. */
export const CA = read("ca.pem");

/** A server that a test ends. */
export interface RawServer {
  readonly port: number;
  /** What each connection sent first, to the end of its headers. */
  readonly requests: readonly string[];
  /** Names that clients asked for by TLS. */
  readonly names: readonly string[];
  /** How many connections are open. */
  readonly open: () => number;
  /** How many there ever were. */
  readonly connections: () => number;
  [Symbol.dispose](): void;
}

/** What a connection does when a request has come. */
export type Answer = (socket: Socket, request: string) => void;

function serve(answer: Answer, tls: boolean): Promise<RawServer> {
  const requests: string[] = [];
  const names: string[] = [];
  const sockets = new Set<Socket>();
  let connections = 0;
  const onSocket = (socket: Socket) => {
    connections++;
    sockets.add(socket);
    let text = "";
    socket.on("data", (data) => {
      text += data.toString("latin1");
      if (!text.includes("\r\n\r\n")) return;
      const request = text;
      text = "";
      requests.push(request);
      answer(socket, request);
    });
    socket.on("error", () => {});
    socket.on("close", () => sockets.delete(socket));
  };
  const options = {
    key: read("server.key"),
    cert: read("server.pem"),
    SNICallback: (name: string, done: (error: Error | null) => void) => {
      names.push(name);
      done(null);
    },
  };
  const server = tls ? createTlsServer(options, onSocket) : createServer(onSocket);
  server.on("tlsClientError", () => {});
  return new Promise((resolve) => {
    server.listen(0, "127.0.0.1", () => {
      resolve({
        port: (server.address() as AddressInfo).port,
        requests,
        names,
        open: () => sockets.size,
        connections: () => connections,
        [Symbol.dispose]() {
          for (const socket of sockets) socket.destroy();
          server.close();
        },
      });
    });
  });
}

/** A server over TCP that answers byte by byte as the test says. */
export const openServer = (answer: Answer) => serve(answer, false);

/** The same over TLS. */
export const openTlsServer = (answer: Answer) => serve(answer, true);

/** A whole answer that leaves the connection open. */
export function whole(
  body: string | Uint8Array,
  headers: Readonly<Record<string, string>> = {},
  status = "200 OK",
): Buffer {
  const bytes = Buffer.from(body as string);
  const lines = Object.entries({ "content-length": String(bytes.length), ...headers }).map(
    ([name, value]) => `${name}: ${value}\r\n`,
  );
  return Buffer.concat([Buffer.from(`HTTP/1.1 ${status}\r\n${lines.join("")}\r\n`), bytes]);
}

/** A redirect. */
export const redirect = (to: string, status = 302) => whole("", { location: to }, `${status} Elsewhere`);

/** Sends the same piece as fast as it is taken, for ever. */
export function endless(socket: Socket, piece: Uint8Array): void {
  const go = () => {
    let room = true;
    for (let count = 0; room && count < 64 && socket.writable; count++) room = socket.write(piece);
    if (room && socket.writable) setImmediate(go);
  };
  socket.on("drain", go);
  go();
}
