import { afterEach, describe, expect, test } from "bun:test";
import { connect } from "node:net";
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync, zstdCompressSync } from "node:zlib";
import { SpellError } from "../../../../src/contract/errors.ts";
import type { AddressKind, NetworkRequest, NetworkRules } from "../../../../src/contract/network.ts";
import { SecretText } from "../../../../src/contract/secret-text.ts";
import { Egress } from "../../../../src/host/egress/egress.ts";
import type { Lookup } from "../../../../src/host/egress/index.ts";
import { CA, endless, openServer, openTlsServer, redirect, whole } from "./servers.ts";

const LOCAL: readonly AddressKind[] = ["public", "loopback"];
const home: Lookup = () => Promise.resolve(["127.0.0.1"]);
const opened: Egress[] = [];

afterEach(() => {
  for (const egress of opened.splice(0)) egress.close();
});

function makeEgress(lookup: Lookup = home, reveal: (text: SecretText, url: URL) => string = () => "s3cret!"): Egress {
  const egress = new Egress({ reveal, environment: (name) => process.env[name], lookup, ca: CA });
  opened.push(egress);
  return egress;
}

const rules = (more: Partial<NetworkRules> = {}): NetworkRules => ({
  allow: () => LOCAL,
  maxBytes: 1024 * 1024,
  totalMs: 60_000,
  idleMs: 60_000,
  maxRedirects: 5,
  proxy: undefined,
  ...more,
});

async function get(
  egress: Egress,
  url: string,
  more: Partial<NetworkRules> = {},
  request: Partial<NetworkRequest> = {},
): Promise<{ status: number; text: string; url: string; headers: ReadonlyMap<string, string> }> {
  const wanted = { method: "GET", url, headers: [], body: undefined, ...request };
  const response = await egress.send(wanted, rules(more), new AbortController().signal);
  const parts: Uint8Array[] = [];
  for await (const chunk of response.chunks) parts.push(chunk);
  return {
    status: response.status,
    text: Buffer.concat(parts).toString(),
    url: response.url,
    headers: response.headers,
  };
}

async function codeOf(work: Promise<unknown>): Promise<string> {
  const error: unknown = await work.then(
    () => "none",
    (reason: unknown) => reason,
  );
  return error instanceof SpellError ? error.code : String(error);
}

describe("the address", () => {
  test("that was checked is the one that is connected to; the name is sent along", async () => {
    using server = await openServer((socket) => socket.write(whole("hello")));
    const { text } = await get(makeEgress(), `http://allowed.test:${server.port}/a?b=c#d`);
    expect(text).toBe("hello");
    expect(server.requests[0]).toStartWith("GET /a?b=c HTTP/1.1\r\n");
    expect(server.requests[0]?.match(/^host: .*$/gim)).toEqual([`Host: allowed.test:${server.port}`]);
  });

  test("is looked up once a step: a second answer is never asked for (rebinding)", async () => {
    using server = await openServer((socket) => socket.write(whole("hello")));
    let asked = 0;
    const rebinding: Lookup = () => Promise.resolve([asked++ === 0 ? "127.0.0.1" : "169.254.169.254"]);
    const egress = makeEgress(rebinding);
    expect((await get(egress, `http://allowed.test:${server.port}/`)).text).toBe("hello");
    expect(asked).toBe(1);
    expect(await codeOf(get(egress, `http://allowed.test:${server.port}/`))).toBe("grant.address");
    expect(server.connections()).toBe(1);
  });

  test("is refused where any of several is not allowed", async () => {
    using server = await openServer((socket) => socket.write(whole("hello")));
    for (const bad of ["10.0.0.1", "169.254.169.254", "::ffff:10.0.0.1", "fd00:ec2::254", "0.0.0.0", "fe80::1%eth0"]) {
      const lookup: Lookup = () => Promise.resolve(["127.0.0.1", bad]);
      expect(await codeOf(get(makeEgress(lookup), `http://allowed.test:${server.port}/`)), bad).toBe("grant.address");
    }
    expect(server.connections()).toBe(0);
  });

  test("written in the URL is checked as well, in all its forms", async () => {
    using server = await openServer((socket) => socket.write(whole("hello")));
    const never: Lookup = () => Promise.reject(new Error("looked up"));
    for (const host of ["127.0.0.1", "0x7f.1", "2130706433", "0", "[::1]", "[::ffff:7f00:1]", "①②⑦.⓪.⓪.①"]) {
      const url = `http://${host}:${server.port}/`;
      expect(await codeOf(get(makeEgress(never), url, { allow: () => ["public"] })), host).toBe("grant.address");
    }
    expect(server.connections()).toBe(0);
  });

  test("that answers is used where another is dead", async () => {
    using server = await openServer((socket) => socket.write(whole("hello")));
    const lookup: Lookup = () => Promise.resolve(["127.0.0.2", "127.0.0.1"]);
    expect((await get(makeEgress(lookup), `http://allowed.test:${server.port}/`)).text).toBe("hello");
  });

  test("cannot be found or reached: an error that says so", async () => {
    expect(
      await codeOf(
        get(
          makeEgress(() => Promise.reject(new Error("no"))),
          "http://nowhere.test/",
        ),
      ),
    ).toBe("http.network");
    expect(
      await codeOf(
        get(
          makeEgress(() => Promise.resolve([])),
          "http://nowhere.test/",
        ),
      ),
    ).toBe("http.network");
    using server = await openServer(() => {});
    const { port } = server;
    server[Symbol.dispose]();
    expect(await codeOf(get(makeEgress(), `http://allowed.test:${port}/`))).toBe("http.network");
  });

  test("other schemes are no addresses", async () => {
    for (const url of ["data:text/plain,x", "file:///etc/passwd", "s3://bucket/key", "blob:x", "ftp://allowed.test/"]) {
      expect(await codeOf(get(makeEgress(), url)), url).toBe("grant.rule");
    }
  });

  test("a proxy of the environment is not used", async () => {
    using proxy = await openServer((socket) => socket.write(whole("proxied")));
    using server = await openServer((socket) => socket.write(whole("hello")));
    const before = process.env["HTTP_PROXY"];
    process.env["HTTP_PROXY"] = `http://127.0.0.1:${proxy.port}`;
    try {
      expect((await get(makeEgress(), `http://allowed.test:${server.port}/`)).text).toBe("hello");
      expect(proxy.connections()).toBe(0);
      const granted = await get(makeEgress(), `http://allowed.test:${server.port}/`, { proxy: "environment" });
      expect(granted.text).toBe("proxied");
      // The proxy is told the address that was checked, and no name to look up.
      expect(proxy.requests[0]).toStartWith(`GET http://127.0.0.1:${server.port}/`);
    } finally {
      if (before === undefined) delete process.env["HTTP_PROXY"];
      else process.env["HTTP_PROXY"] = before;
    }
  });
});

describe("TLS", () => {
  test("asks for the name and verifies the certificate against it", async () => {
    using server = await openTlsServer((socket) => socket.write(whole("hello")));
    const egress = makeEgress();
    expect((await get(egress, `https://allowed.test:${server.port}/`)).text).toBe("hello");
    expect(server.names).toEqual(["allowed.test"]);
    expect(await codeOf(get(egress, `https://other.test:${server.port}/`))).toBe("http.network");
    expect(server.requests.length).toBe(1);
    expect((await get(egress, `https://127.0.0.1:${server.port}/`)).text).toBe("hello");
  });

  test("a connection made for one name is not used for another", async () => {
    using server = await openTlsServer((socket) => socket.write(whole("hello")));
    const egress = makeEgress();
    await get(egress, `https://allowed.test:${server.port}/`);
    await get(egress, `https://allowed.test:${server.port}/`);
    expect(server.connections()).toBe(1);
    expect(await codeOf(get(egress, `https://other.test:${server.port}/`))).toBe("http.network");
    expect(server.requests.length).toBe(2);
  });

  test("goes through a granted proxy to the address that was checked, and is verified all the same", async () => {
    using server = await openTlsServer((socket) => socket.write(whole("hello")));
    using proxy = await openServer((socket, request) => {
      const { port } = server;
      const upstream = connect(port, "127.0.0.1", () => socket.write("HTTP/1.1 200 OK\r\n\r\n"));
      upstream.on("error", () => socket.destroy());
      if (request.startsWith("CONNECT")) socket.removeAllListeners("data").pipe(upstream).pipe(socket);
    });
    const through = { proxy: `http://127.0.0.1:${proxy.port}` };
    expect((await get(makeEgress(), `https://allowed.test:${server.port}/`, through)).text).toBe("hello");
    expect(proxy.requests[0]).toStartWith(`CONNECT 127.0.0.1:${server.port} `);
    expect(await codeOf(get(makeEgress(), `https://other.test:${server.port}/`, through))).toBe("http.network");
    expect(server.requests.length).toBe(1);
  });

  test("trusts nobody whom the system does not know", async () => {
    using server = await openTlsServer((socket) => socket.write(whole("hello")));
    const egress = new Egress({ reveal: () => "", environment: () => undefined, lookup: home });
    opened.push(egress);
    expect(await codeOf(get(egress, `https://allowed.test:${server.port}/`))).toBe("http.network");
    expect(server.requests).toEqual([]);
  });
});

describe("redirects", () => {
  test("are asked about one by one, and each is resolved anew", async () => {
    using server = await openServer((socket, request) => {
      socket.write(request.startsWith("GET /end") ? whole("end") : redirect(`http://other.test:${server.port}/end`));
    });
    const steps: string[] = [];
    const allow = (method: string, url: URL) => {
      steps.push(`${method} ${url.hostname}${url.pathname}`);
      return LOCAL;
    };
    const { text, url } = await get(makeEgress(), `http://allowed.test:${server.port}/begin`, { allow });
    expect(text).toBe("end");
    expect(url).toBe(`http://other.test:${server.port}/end`);
    expect(steps).toEqual(["GET allowed.test/begin", "GET other.test/end"]);
  });

  test("to this machine, to files and to where a rule does not let them are refused", async () => {
    let to = "";
    using server = await openServer((socket, request) => {
      socket.write(request.startsWith("GET /begin") ? redirect(to) : whole("secret"));
    });
    const allow = (_method: string, url: URL): readonly AddressKind[] => {
      if (url.hostname === "forbidden.test") throw new SpellError("grant.rule", "no");
      return url.hostname === "allowed.test" ? LOCAL : ["public"];
    };
    const answers: Readonly<Record<string, string>> = {
      [`http://127.0.0.1:${server.port}/secret`]: "grant.address",
      [`http://[::1]:${server.port}/secret`]: "grant.address",
      [`//127.0.0.1:${server.port}/secret`]: "grant.address",
      [`http://localhost.:${server.port}/secret`]: "grant.address",
      "http://169.254.169.254/latest/meta-data": "grant.address",
      [`http://forbidden.test:${server.port}/`]: "grant.rule",
      "file:///etc/passwd": "grant.rule",
      "data:text/plain,x": "grant.rule",
      "s3://bucket/key": "grant.rule",
      [`http://user:word@allowed.test:${server.port}/`]: "http.answer",
      "http://[": "http.answer",
    };
    for (const [location, code] of Object.entries(answers)) {
      to = location;
      expect(await codeOf(get(makeEgress(), `http://allowed.test:${server.port}/begin`, { allow })), location).toBe(
        code,
      );
    }
    expect(server.requests.filter((request) => !request.startsWith("GET /begin"))).toEqual([]);
  });

  test("leave credentials behind where they lead to somebody else, and take them along where they do not", async () => {
    using server = await openServer((socket, request) => {
      const path = request.split(" ")[1];
      if (path === "/same") socket.write(redirect("/end"));
      else socket.write(path === "/other" ? redirect(`http://other.test:${server.port}/end`) : whole("end"));
    });
    const headers = [
      ["Authorization", "Bearer token"],
      ["X-Api-Key", new SecretText("KEY")],
      ["X-Mine", "1"],
      ["Accept", "text/plain"],
    ] as const;
    await get(makeEgress(), `http://allowed.test:${server.port}/same`, {}, { headers });
    expect(server.requests[1]).toMatch(/authorization: bearer token/i);
    expect(server.requests[1]).toMatch(/x-api-key: s3cret!/i);
    await get(makeEgress(), `http://allowed.test:${server.port}/other`, {}, { headers });
    expect(server.requests[3]).not.toMatch(/authorization|api-key|s3cret|x-mine/i);
    expect(server.requests[3]).toMatch(/accept: text\/plain/i);
  });

  test("change method and body as the fetch standard says", async () => {
    using server = await openServer((socket, request) => {
      const [, path = ""] = request.split(" ");
      socket.write(path === "/end" ? whole("end") : redirect("/end", Number(path.slice(1))));
    });
    const send = async (method: string, status: number) => {
      const body = method === "GET" ? undefined : Buffer.from("body");
      const headers = [["content-type", "text/plain"]] as const;
      await get(makeEgress(), `http://allowed.test:${server.port}/${status}`, {}, { method, body, headers });
      const last = server.requests.at(-1) ?? "";
      return `${last.split(" ")[0]}${last.includes("text/plain") ? " with a body" : ""}`;
    };
    expect(await send("POST", 301)).toBe("GET");
    expect(await send("POST", 302)).toBe("GET");
    expect(await send("POST", 303)).toBe("GET");
    expect(await send("PUT", 303)).toBe("GET");
    expect(await send("POST", 307)).toBe("POST with a body");
    expect(await send("PUT", 308)).toBe("PUT with a body");
    expect(await send("PUT", 301)).toBe("PUT with a body");
  });

  test("end somewhere, or are answers where none are followed", async () => {
    using server = await openServer((socket) => socket.write(redirect("/again")));
    const url = `http://allowed.test:${server.port}/`;
    expect(await codeOf(get(makeEgress(), url))).toBe("http.redirects");
    expect(server.requests.length).toBe(6);
    const { status, headers } = await get(makeEgress(), url, { maxRedirects: 0 });
    expect([status, headers.get("location")]).toEqual([302, "/again"]);
  });
});

test("a request is never sent twice by itself, not even over a connection that was kept", async () => {
  using server = await openServer((socket) => {
    if (server.requests.length === 1) socket.write(whole("hello"));
    else socket.destroy();
  });
  const egress = makeEgress();
  const url = `http://allowed.test:${server.port}/`;
  expect((await get(egress, url)).text).toBe("hello");
  const post = { method: "POST", body: Buffer.from("x") };
  expect(await codeOf(get(egress, url, {}, post))).toBe("http.network");
  expect(server.requests.length).toBe(2);
});

describe("a body", () => {
  const text = "some text ".repeat(1000);
  const encodings: Readonly<Record<string, readonly [string, Uint8Array]>> = {
    gzip: ["gzip", gzipSync(text)],
    br: ["br", brotliCompressSync(text)],
    zstd: ["zstd", zstdCompressSync(text)],
    deflate: ["deflate", deflateSync(text)],
    "deflate without zlib's header": ["deflate", deflateRawSync(text)],
    identity: ["identity", Buffer.from(text)],
  };
  for (const [name, [encoding, bytes]] of Object.entries(encodings)) {
    test(`compressed by ${name} is read`, async () => {
      using server = await openServer((socket) => socket.write(whole(bytes, { "content-encoding": encoding })));
      expect((await get(makeEgress(), `http://allowed.test:${server.port}/`)).text).toBe(text);
    });
  }

  test("that is a bomb ends at the cap, and costs no memory", async () => {
    const zeros = Buffer.alloc(200 * 1024 * 1024);
    const bombs = {
      gzip: gzipSync(zeros),
      br: brotliCompressSync(zeros, { params: { 1: 3 } }),
      zstd: zstdCompressSync(zeros),
    };
    zeros.fill(0);
    for (const [encoding, bytes] of Object.entries(bombs)) {
      using server = await openServer((socket) => socket.write(whole(bytes, { "content-encoding": encoding })));
      const url = `http://allowed.test:${server.port}/`;
      Bun.gc(true);
      const before = process.memoryUsage.rss();
      expect(await codeOf(get(makeEgress(), url)), encoding).toBe("http.too-large");
      // Where the caller would take it all, the ratio ends it.
      expect(await codeOf(get(makeEgress(), url, { maxBytes: 2 ** 40 })), encoding).toBe("http.too-large");
      expect(process.memoryUsage.rss() - before, encoding).toBeLessThan(100 * 1024 * 1024);
    }
  });

  test("that never ends is cut at the cap, and its connection closed", async () => {
    using server = await openServer((socket) => {
      socket.write("HTTP/1.1 200 OK\r\n\r\n");
      endless(socket, Buffer.alloc(65_536, 97));
    });
    expect(await codeOf(get(makeEgress(), `http://allowed.test:${server.port}/`))).toBe("http.too-large");
    while (server.open() > 0) await Bun.sleep(5);
  });

  test("whose length is said to be too large is not read", async () => {
    using server = await openServer((socket) => socket.write("HTTP/1.1 200 OK\r\ncontent-length: 99999999\r\n\r\n"));
    expect(await codeOf(get(makeEgress(), `http://allowed.test:${server.port}/`))).toBe("http.too-large");
    while (server.open() > 0) await Bun.sleep(5);
  });

  test("that stops in its middle, or never begins, is late", async () => {
    using silent = await openServer(() => {});
    using slow = await openServer((socket) => socket.write("HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nabc"));
    for (const server of [silent, slow]) {
      const url = `http://allowed.test:${server.port}/`;
      expect(await codeOf(get(makeEgress(), url, { idleMs: 50 }))).toBe("http.timeout");
      while (server.open() > 0) await Bun.sleep(5);
    }
  });

  test("that trickles is late as a whole", async () => {
    using server = await openServer((socket) => {
      socket.write("HTTP/1.1 200 OK\r\n\r\n");
      const timer = setInterval(() => socket.write("x"), 5);
      socket.on("close", () => clearInterval(timer));
    });
    expect(await codeOf(get(makeEgress(), `http://allowed.test:${server.port}/`, { totalMs: 100 }))).toBe(
      "http.timeout",
    );
    while (server.open() > 0) await Bun.sleep(5);
  });

  test("that breaks off, or is broken, is an error", async () => {
    using broken = await openServer((socket) => socket.end("HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nabc"));
    expect(await codeOf(get(makeEgress(), `http://allowed.test:${broken.port}/`))).toBe("http.network");
    using wrong = await openServer((socket) => socket.write(whole("not gzip", { "content-encoding": "gzip" })));
    expect(await codeOf(get(makeEgress(), `http://allowed.test:${wrong.port}/`))).toBe("http.answer");
    using odd = await openServer((socket) => socket.write(whole("x", { "content-encoding": "gzip, gzip" })));
    expect(await codeOf(get(makeEgress(), `http://allowed.test:${odd.port}/`))).toBe("http.answer");
  });

  test("headers of ten megabytes and answers that are no HTTP are refused", async () => {
    using large = await openServer((socket) => {
      socket.write("HTTP/1.1 200 OK\r\nx: ");
      endless(socket, Buffer.alloc(65_536, 97));
    });
    expect(await codeOf(get(makeEgress(), `http://allowed.test:${large.port}/`))).toBe("http.network");
    using noise = await openServer((socket) => socket.end("SSH-2.0-OpenSSH\r\n\r\n"));
    expect(await codeOf(get(makeEgress(), `http://allowed.test:${noise.port}/`))).toBe("http.network");
  });

  test("nobody reads it: closing ends the connection; cancelling rejects", async () => {
    using server = await openServer((socket) => {
      socket.write("HTTP/1.1 200 OK\r\n\r\n");
      endless(socket, Buffer.alloc(65_536, 97));
    });
    const request = { method: "GET", url: `http://allowed.test:${server.port}/`, headers: [], body: undefined };
    const response = await makeEgress().send(request, rules(), new AbortController().signal);
    response.close();
    while (server.open() > 0) await Bun.sleep(5);
    using silent = await openServer(() => {});
    const controller = new AbortController();
    const url = `http://allowed.test:${silent.port}/`;
    const sent = makeEgress().send({ ...request, url }, rules(), controller.signal);
    setTimeout(() => controller.abort(new SpellError("call.cancelled", "no")), 20);
    expect(await codeOf(sent)).toBe("call.cancelled");
    while (silent.open() > 0) await Bun.sleep(5);
  });
});

describe("cookies and secrets", () => {
  test("no cookie is shown, kept or sent", async () => {
    using server = await openServer((socket) => socket.write(whole("x", { "set-cookie": "a=b" })));
    const egress = makeEgress();
    const url = `http://allowed.test:${server.port}/`;
    expect([...(await get(egress, url)).headers.keys()]).not.toContain("set-cookie");
    await get(egress, url);
    expect(server.requests[1]).not.toMatch(/cookie/i);
  });

  test("a secret is asked for with the host of each step, and goes in clear text only home", async () => {
    using server = await openServer((socket) => socket.write(whole("x")));
    const asked: string[] = [];
    const egress = makeEgress(home, ({ secret }, url) => {
      asked.push(`${secret} ${url.hostname}`);
      return "s3cret!";
    });
    const headers = [["X-Key", new SecretText("KEY")]] as const;
    await get(egress, `http://allowed.test:${server.port}/`, {}, { headers });
    expect(asked).toEqual(["KEY allowed.test"]);
    expect(server.requests[0]).toMatch(/x-key: s3cret!/i);
    const far = makeEgress(() => Promise.resolve(["93.184.215.14"]));
    expect(await codeOf(get(far, "http://far.test/", {}, { headers }))).toBe("grant.rule");
  });
});
