import { parse } from "../../../../src/contract/check-schema.ts";
import { describe, expect, test } from "bun:test";
import { http } from "../../../../src/bridges/http.ts";
import type { BridgeFunction, CallContext } from "../../../../src/contract/bridge.ts";
import { SpellError } from "../../../../src/contract/errors.ts";
import type { NetworkRequest, NetworkResponse, NetworkRules } from "../../../../src/contract/network.ts";
import { SecretText } from "../../../../src/contract/secret-text.ts";
import { Float, ResourceHandle, type Value } from "../../../../src/contract/value.ts";
import { effects } from "../bridges.ts";

/** One answer of the fake network: a status, headers and a body, or an error. */
type Canned = readonly [status: number, headers?: Readonly<Record<string, string>>, body?: Value] | Error;

/** The bridge over a network that gives what the test says, one after the other. */
function open(answers: readonly Canned[], grant: object = { allow: ["* https://x.org/**"] }) {
  const requests: NetworkRequest[] = [];
  const rules: NetworkRules[] = [];
  const slept: number[] = [];
  const closed: string[] = [];
  let now = 1_700_000_000_000;
  const resources = new Map<number, unknown>([[9, new SecretText("KEY", "Bearer ")]]);
  const world = {
    ...effects,
    clock: {
      now: () => now,
      sleep: async (milliseconds: number) => {
        slept.push(milliseconds);
        now += milliseconds;
      },
    },
    network: {
      send: async (request: NetworkRequest, given: NetworkRules): Promise<NetworkResponse> => {
        given.allow(request.method, new URL(request.url));
        const answer = answers[Math.min(requests.length, answers.length - 1)] ?? new Error("no answer");
        requests.push(request);
        rules.push(given);
        if (answer instanceof Error) throw answer;
        const [status, headers = {}, body = ""] = answer;
        const chunks = Array.isArray(body) ? body : [body];
        return {
          status,
          headers: new Map(Object.entries(headers)),
          url: request.url,
          chunks: (async function* () {
            for (const chunk of chunks) yield Buffer.from(chunk as string);
          })(),
          close: () => closed.push(request.url),
        };
      },
    },
  };
  const context = {
    effects: world,
    grant: parse(http.grant(), grant),
    signal: new AbortController().signal,
    open(kind: string, resource: unknown, _close: () => void) {
      resources.set(1, resource);
      return new ResourceHandle(`http.${kind}`, 1);
    },
    resource: (handle: ResourceHandle) => resources.get(handle.id),
  } as unknown as CallContext;
  async function call(name: keyof typeof http.functions, ...given: readonly unknown[]): Promise<Value> {
    const definition: BridgeFunction = http.functions[name];
    const parsed = Object.entries(definition.parameters).map(([key, schema], index) => [
      key,
      parse(schema, given[index]),
    ]);
    const args = Object.fromEntries(parsed) as never;
    const refusal = definition.refuse?.(args, context);
    if (refusal !== undefined) throw new SpellError("grant.rule", refusal.reason);
    const answer = await definition.run(args, context);
    parse(definition.returns, answer);
    return answer;
  }
  async function next(): Promise<unknown> {
    const answer = await http.handles.events.methods.next.run(resources.get(1) as never, {}, context as never);
    return answer;
  }
  return { call, next, requests, rules, slept, closed };
}

async function codeOf(work: Promise<unknown>): Promise<string> {
  const error: unknown = await work.then(
    () => "none",
    (reason: unknown) => reason,
  );
  return error instanceof SpellError ? error.code : String(error);
}

const URL_ = "https://x.org/a";
const sent = (request: NetworkRequest | undefined) => [
  Object.fromEntries(request?.headers ?? []),
  request?.body && Buffer.from(request.body).toString(),
];

describe("what is sent", () => {
  test("a body: text and bytes as they are, all else as JSON, a form as a form", async () => {
    const { call, requests } = open([[200]]);
    await call("post", URL_, "text");
    await call("post", URL_, Uint8Array.of(65, 66));
    await call("post", URL_, { a: new Float(1), b: [1n] });
    await call("post", URL_, undefined, { form: { a: "1 2", b: "ä" } });
    await call("request", URL_, { method: "PUT", body: [1], headers: { "Content-Type": "application/x" } });
    await call("get", URL_);
    expect(requests.map(sent)).toEqual([
      [{ "content-type": "text/plain; charset=utf-8" }, "text"],
      [{ "content-type": "application/octet-stream" }, "AB"],
      [{ "content-type": "application/json" }, '{"a":1.0,"b":[1]}'],
      [{ "content-type": "application/x-www-form-urlencoded" }, "a=1+2&b=%C3%A4"],
      [{ "Content-Type": "application/x" }, "[1]"],
      [{}, undefined],
    ]);
    expect(requests.map(({ method }) => method)).toEqual(["POST", "POST", "POST", "POST", "PUT", "GET"]);
    expect(await codeOf(call("request", URL_, { body: "x" }))).toBe("call.arguments");
    expect(await codeOf(call("post", URL_, "x", { form: {} }))).toBe("call.arguments");
  });

  test("a query is escaped and added", async () => {
    const { call, requests } = open([[200]]);
    await call("get", "https://x.org/a?z=1", { query: { q: "a b&c", n: 2, t: true, many: ["x", "y"] } });
    expect(requests[0]?.url).toBe("https://x.org/a?z=1&q=a+b%26c&n=2&t=true&many=x&many=y");
  });

  test("headers that are the connection's, twice there, or no headers are refused", async () => {
    const { call, requests } = open([[200]]);
    const names = ["Host", "connection", "Transfer-Encoding", "Content-Length", "Cookie", "Proxy-Authorization", "TE"];
    for (const name of [...names, "sec-fetch-site", "Accept-Encoding", "", "a b", "a\r\nb", "ä:"]) {
      expect(await codeOf(call("get", URL_, { headers: { [name]: "x" } })), name).toBe("call.arguments");
    }
    for (const value of ["1\r\nX-Injected: 1", "a\0b", "a\nb", "snow\u2603"]) {
      expect(await codeOf(call("get", URL_, { headers: { "X-A": value } })), value).toBe("call.arguments");
    }
    expect(await codeOf(call("get", URL_, { headers: { "X-A": "1", "x-a": "2" } }))).toBe("call.arguments");
    expect(requests).toEqual([]);
  });

  test("a secret stays sealed; no other handle is taken", async () => {
    const { call, requests } = open([[200]]);
    await call("get", URL_, { headers: { Authorization: new ResourceHandle("secret.value", 9) } });
    expect(requests[0]?.headers).toEqual([["Authorization", new SecretText("KEY", "Bearer ")]]);
    const other = new ResourceHandle("http.events", 5);
    expect(await codeOf(call("get", URL_, { headers: { Authorization: other } }))).toBe("call.arguments");
  });

  test("nothing that the grant does not allow", async () => {
    const { call, requests } = open([[200]], { allow: ["GET https://x.org/a"], headers: { deny: ["X-Trace"] } });
    expect(await codeOf(call("get", "https://x.org/b"))).toBe("grant.rule");
    expect(await codeOf(call("post", URL_, "x"))).toBe("grant.rule");
    expect(await codeOf(call("get", "data:text/plain,x"))).toBe("grant.rule");
    expect(await codeOf(call("get", "file:///etc/passwd"))).toBe("grant.rule");
    expect(await codeOf(call("get", URL_, { headers: { "x-trace": "1" } }))).toBe("grant.rule");
    expect(await codeOf(call("get", "nowhere"))).toBe("call.arguments");
    expect(await codeOf(call("get", "https://me:word@x.org/a"))).toBe("call.arguments");
    expect(requests).toEqual([]);
  });
});

describe("what comes back", () => {
  test("text where it is some, otherwise bytes", async () => {
    const answer = async (headers: Record<string, string>, body: Value, options: object = {}) => {
      const { text, bytes } = (await open([[200, headers, body]]).call("get", URL_, options)) as Record<string, Value>;
      return text ?? Buffer.from(bytes as Uint8Array).toString("hex");
    };
    expect(await answer({}, "plain")).toBe("plain");
    expect(await answer({}, "plain", { as: "bytes" })).toBe("706c61696e");
    expect(await answer({}, Uint8Array.of(0xff, 0))).toBe("ff00");
    expect(await answer({}, Uint8Array.of(0x61, 0))).toBe("6100");
    expect(await answer({ "content-type": "text/plain" }, Uint8Array.of(0xff))).toBe("\ufffd");
    expect(await answer({ "content-type": "text/html; charset=ISO-8859-1" }, Uint8Array.of(0xe9))).toBe("é");
    expect(await answer({ "content-type": "text/html; charset=no-such" }, "x")).toBe("x");
    expect(await answer({ "content-type": "image/png" }, Uint8Array.of(0xff), { as: "text" })).toBe("\ufffd");
  });

  test("every status is an answer, but for json and download", async () => {
    const { call } = open([[404, {}, "not here"]]);
    expect(await call("get", URL_)).toMatchObject({ status: 404, ok: false, text: "not here" });
    expect(await codeOf(call("json", URL_))).toBe("http.status");
    expect(await codeOf(call("download", URL_))).toBe("http.status");
    const error = await call("json", URL_).catch((reason: unknown) => reason as SpellError);
    expect((error as SpellError).details).toEqual({ status: 404, url: URL_, text: "not here" });
  });

  test("json keeps numbers apart and asks for JSON", async () => {
    const { call, requests } = open([[200, {}, '{"a": 1.0, "b": 9007199254740993}']]);
    expect(await call("json", URL_)).toEqual(
      Object.assign(Object.create(null), { a: new Float(1), b: 9007199254740993n }),
    );
    expect(requests[0]?.headers).toEqual([["accept", "application/json"]]);
    expect(await codeOf(open([[200, {}, "<html>"]]).call("json", URL_))).toBe("json.parse");
  });
});

describe("again", () => {
  const busy: Canned = [503];
  const away = new SpellError("http.network", "refused", { details: { passing: true } });

  test("where a server is busy or away, with longer pauses", async () => {
    const { call, requests, slept, closed } = open([busy, away, [200]]);
    expect(await call("get", URL_)).toMatchObject({ status: 200 });
    expect([requests.length, slept, closed.length]).toEqual([3, [500, 1000], 1]);
  });

  test("no more often than the grant and the options say", async () => {
    const { call, requests } = open([busy]);
    expect(await call("get", URL_)).toMatchObject({ status: 503 });
    expect(requests.length).toBe(3);
    await call("get", URL_, { retries: 0 });
    expect(requests.length).toBe(4);
    await call("get", URL_, { retries: 10 });
    expect(requests.length).toBe(7);
  });

  test("never for a post, or where the fault will stay", async () => {
    const post = open([busy]);
    await post.call("post", URL_, "x");
    expect(post.requests.length).toBe(1);
    const lasting = open([new SpellError("http.network", "no such host")]);
    expect(await codeOf(lasting.call("get", URL_))).toBe("http.network");
    expect(lasting.requests.length).toBe(1);
    const error = open([[500]]);
    await error.call("get", URL_);
    expect(error.requests.length).toBe(1);
  });

  test("when the server says, unless that is too late", async () => {
    const seconds = open([[429, { "retry-after": "3" }], [200]]);
    await seconds.call("get", URL_);
    expect(seconds.slept).toEqual([3000]);
    const date = new Date(1_700_000_005_000).toUTCString();
    const dated = open([[429, { "retry-after": date }], [200]]);
    await dated.call("get", URL_);
    expect(dated.slept).toEqual([5000]);
    const late = open([[429, { "retry-after": "3600" }], [200]]);
    expect(await late.call("get", URL_)).toMatchObject({ status: 429 });
    expect(late.slept).toEqual([]);
  });

  test("within the time of the whole call", async () => {
    const { call, rules } = open([busy, busy, [200]], {
      allow: ["GET https://x.org/**"],
      timeout: "10s",
      idleTime: "9s",
    });
    await call("get", URL_, { timeoutMs: 2000 });
    expect(rules.map(({ totalMs, idleMs }) => [totalMs, idleMs])).toEqual([
      [2000, 2000],
      [1500, 1500],
      [500, 500],
    ]);
    await call("get", URL_, { timeoutMs: 99_000 });
    expect(rules.at(-1)?.totalMs).toBe(10_000);
    expect(rules.at(-1)?.idleMs).toBe(9000);
  });
});

describe("events", () => {
  const type = { "content-type": "text/event-stream; charset=utf-8" };
  const text =
    "\ufeff: hello\r\nevent: a\r\ndata: one\r\n\r\ndata:two\rdata:  three\rid: 7\r\rdata\n\nignored: x\nretry: 5\n\nevent: b\n\ndata: cut";
  const expected = [
    { event: "a", data: "one", id: "" },
    { event: "message", data: "two\n three", id: "7" },
    { event: "message", data: "", id: "7" },
  ];

  async function all(chunks: readonly Value[], grant?: object): Promise<unknown[]> {
    const { call, next } = open([[200, type, chunks]], grant);
    await call("events", URL_);
    const found: unknown[] = [];
    for (;;) {
      const { done, value } = (await next()) as { done: boolean; value?: unknown };
      if (done) return found;
      found.push(value);
    }
  }

  test("are read as the standard has them, in whatever pieces they come", async () => {
    expect(await all([text])).toEqual(expected);
    expect(await all([...Buffer.from(text)].map((byte) => Uint8Array.of(byte)))).toEqual(expected);
    expect(await all(["data: é😀", "\n", "\n"])).toEqual([{ event: "message", data: "é😀", id: "" }]);
    expect(await all([])).toEqual([]);
  });

  test("are bounded one by one", async () => {
    const grant = { allow: ["GET https://x.org/**"], maxBytes: 1000 };
    const small = Array.from({ length: 100 }, () => `data: ${"x".repeat(100)}\n\n`);
    expect((await all(small, grant)).length).toBe(100);
    expect(await codeOf(all([`data: ${"x".repeat(2000)}`], grant))).toBe("http.too-large");
    expect(
      await codeOf(
        all(
          Array.from({ length: 50 }, () => `data: ${"x".repeat(100)}\n`),
          grant,
        ),
      ),
    ).toBe("http.too-large");
  });

  test("have no end of their own", async () => {
    const { call, rules } = open([[200, type, text]]);
    await call("events", URL_);
    expect([rules[0]?.totalMs, rules[0]?.maxBytes, rules[0]?.idleMs]).toEqual([undefined, Infinity, 30_000]);
  });

  test("that are none are errors, and the connection is closed", async () => {
    const page = open([[200, { "content-type": "text/html" }, "<html>"]]);
    expect(await codeOf(page.call("events", URL_))).toBe("http.answer");
    expect(page.closed.length).toBe(1);
    expect(await codeOf(open([[500, {}, "no"]]).call("events", URL_))).toBe("http.status");
  });
});

test("rules that open more than most mean are warned of, where a person wrote them", async () => {
  const grant = parse(http.grant(), {
    allow: ["GET https://*/**", "* https://*.com/**", "GET https://*.x.org/**"],
    private: ["*"],
  });
  const context = { grant, effects };
  const found = await http.prepare({ ...context, isOwn: () => true });
  expect(found.map(({ severity, path, message }) => `${severity} ${path}: ${message}`)).toEqual([
    'warning allow.0: "GET https://*/**" lets a spell GET from every host there is',
    'warning allow.1: "* https://*.com/**" lets a spell send anything to every host under .com',
    `warning private.0: "*" lets a spell reach this machine, private networks and a cloud's metadata service, wherever a rule allows`,
  ]);
  expect(await http.prepare({ ...context, isOwn: () => false })).toEqual([]);
});
