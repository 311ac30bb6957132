import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Engine } from "../../../src/contract/engine.ts";
import type { Lookup } from "../../../src/host/index.ts";
import {
  castSpell,
  ENGINES,
  inlineSpell,
  loadSpell,
  makeEffects,
  openModels,
  openOutside,
  openProfile,
  ProcessPool,
} from "../../../src/runtime/index.ts";
import { endless, openServer, redirect, whole, type RawServer } from "../host/egress/servers.ts";

/** Spells on every engine over a real server: what hostile ones try, and what the others may. */
const CANARY = "CANARY-7f3a9c51";
const folder = mkdtempSync(join(tmpdir(), "llmspell-outside-"));
let server: RawServer;

/** Two names for this machine, of which the profile says that one may be. */
const lookup: Lookup = async (host) => {
  if (["allowed.test", "other.test", "loopback.test", "localhost"].includes(host)) return ["127.0.0.1"];
  throw new Error(`no host ${host}`);
};

beforeAll(async () => {
  server = await openServer((socket, request) => {
    const [, path = ""] = request.split(" ");
    const { port } = server;
    if (path === "/echo") return socket.write(whole(request));
    if (path === "/json") return socket.write(whole(`{"a": [1, 2.5], "key": ${JSON.stringify(request)}}`));
    if (path === "/here") return socket.write(redirect(`http://127.0.0.1:${port}/secret`));
    if (path === "/elsewhere") return socket.write(redirect(`http://other.test:${port}/echo`));
    if (path === "/busy") return socket.write(whole("busy", {}, "503 Busy"));
    if (path === "/events") {
      return socket.write(whole("data: one\n\ndata: two\n\ndata: three\n\n", { "content-type": "text/event-stream" }));
    }
    if (path !== "/endless") return socket.write(whole("hello"));
    socket.write("HTTP/1.1 200 OK\r\n\r\n");
    return endless(socket, Buffer.alloc(65_536, 97));
  });
  writeFileSync(
    join(folder, "profile.yaml"),
    `extends: minimal
bridges:
  http:
    allow: ["GET,POST http://allowed.test:${server.port}/**", "GET http://other.test:${server.port}/**", "GET http://loopback.test:${server.port}/**"]
    private: [allowed.test, other.test]
    retries: 0
  secret: {}
secrets: { TOKEN: { from: file, name: ./token, hosts: ["allowed.test"] } }
isolation: { rung: none, hardening: off }
`,
  );
  writeFileSync(join(folder, "token"), `${CANARY}\n`);
});

afterAll(() => {
  server[Symbol.dispose]();
  rmSync(folder, { recursive: true });
});

async function cast(engine: Engine, source: string) {
  const profile = await openProfile(join(folder, "profile.yaml"), undefined);
  const outside = await openOutside({ profile, environmentFile: undefined, lookup });
  const none = { model: "mock", mockFile: undefined, environmentFile: undefined, onMock: () => {} };
  const { effects, close } = makeEffects({
    ...{ models: await openModels(none), outside, maxInputBytes: 0 },
    log: (entry) => shown.push(JSON.stringify(entry)),
    prompt: () => {},
  } as Parameters<typeof makeEffects>[0]);
  const shown: string[] = [];
  const pool = new ProcessPool([], 0);
  try {
    const outcome = await castSpell({
      ...{ profile, effects, pool, redactor: outside.redactor, parameters: {} },
      spell: await loadSpell(inlineSpell(source.replaceAll("PORT", String(server.port)), engine.id, "test"), 1e6),
      signal: new AbortController().signal,
      onOutput: (_stream, text) => shown.push(typeof text === "string" ? text : new TextDecoder().decode(text)),
    });
    const everything = `${JSON.stringify(outcome)} ${shown.join("")}`;
    return { ...outcome, output: shown.join(""), everything };
  } finally {
    close();
    pool.close();
  }
}

interface Spells {
  readonly lua: string;
  readonly javascript: string;
  readonly tengo: string;
}

/** The same in each language: one call, whose answer is the result. */
function call(name: string, ...args: readonly string[]): Spells {
  const [first = "", ...more] = args;
  const inLua = more.map((arg) => arg.replaceAll(": ", " = ").replaceAll('"X-A" =', '["X-A"] ='));
  return {
    lua: `return ${name}(${[first, ...inLua].join(", ")})`,
    javascript: `export default await ${name}(${args.join(", ")})`,
    tengo: `export ${name}(${args.join(", ")})`,
  };
}

/** Every engine with the source that it takes. */
function each(spells: Spells, work: (engine: Engine, source: string) => Promise<void>): void {
  for (const engine of ENGINES) test(engine.id, () => work(engine, spells[engine.language as keyof Spells]));
}

describe("hostile requests are refused, and reach nobody:", () => {
  const cases: Readonly<Record<string, readonly [Spells, codes: readonly string[]]>> = {
    "0 is this machine": [call("http.get", '"http://0:PORT/"'), ["grant.rule"]],
    "the loopback of IPv6": [call("http.get", '"http://[::1]:PORT/"'), ["grant.rule"]],
    "a name with a dot at its end": [call("http.get", '"http://localhost.:PORT/"'), ["grant.rule"]],
    "a granted name that is this machine": [call("http.get", '"http://loopback.test:PORT/"'), ["grant.address"]],
    "digits of other scripts": [call("http.get", '"http://①②⑦.⓪.⓪.①:PORT/"'), ["grant.rule"]],
    "a granted name in the fragment": [call("http.get", '"http://127.0.0.1:PORT#@allowed.test/"'), ["grant.rule"]],
    "a granted name as the user": [call("http.get", '"http://allowed.test@127.0.0.1:PORT/"'), ["call.arguments"]],
    "data:": [call("http.get", '"data:text/plain,x"'), ["grant.rule"]],
    "s3:": [call("http.get", '"s3://bucket/key"'), ["grant.rule"]],
    "file:": [call("http.download", '"file:///etc/passwd"'), ["grant.rule"]],
    "a socket's file": [
      call("http.get", '"http://allowed.test:PORT/"', '{unix: "/var/run/x.sock"}'),
      ["call.arguments"],
    ],
    "a proxy": [call("http.get", '"http://allowed.test:PORT/"', '{proxy: "http://127.0.0.1:1"}'), ["call.arguments"]],
    "a header in a header": [
      call("http.get", '"http://allowed.test:PORT/"', '{headers: {"X-A": "1\\r\\nX-Injected: 1"}}'),
      ["call.arguments"],
    ],
    "another method": [call("http.request", '"http://allowed.test:PORT/"', '{method: "DELETE"}'), ["grant.rule"]],
  };
  for (const [name, [spells, codes]] of Object.entries(cases)) {
    describe(name, () => {
      each(spells, async (engine, source) => {
        const before = server.requests.length;
        const { failure, result, everything } = await cast(engine, source);
        // Tengo gives errors as values.
        const code = failure?.code ?? (result as { code?: string } | null)?.code ?? `none: ${everything}`;
        expect(codes).toContain(code);
        expect(server.requests.length).toBe(before);
      });
    });
  }

  describe("a redirect to this machine", () => {
    each(call("http.get", '"http://allowed.test:PORT/here"'), async (engine, source) => {
      const { everything } = await cast(engine, source);
      expect(everything).toContain("grant.rule");
      expect(server.requests.filter((request) => request.startsWith("GET /secret"))).toEqual([]);
    });
  });

  describe("a body without end", () => {
    each(call("http.get", '"http://allowed.test:PORT/endless"'), async (engine, source) => {
      expect((await cast(engine, source)).everything).toContain("http.too-large");
    });
  });
});

describe("a secret", () => {
  const spells: Spells = {
    lua: `local key = secret.bearer(secret.get("TOKEN"))
local answer = http.get("http://allowed.test:PORT/echo", {headers = {Authorization = key, ["X-Key"] = secret.get("TOKEN")}})
print(answer.text, tostring(key))
log.info(answer.text)
local data = http.json("http://allowed.test:PORT/json", {headers = {Authorization = key}})
http.get("http://allowed.test:PORT/elsewhere", {headers = {Authorization = key}})
local _, why = pcall(http.get, "http://other.test:PORT/echo", {headers = {Authorization = key}})
return {answer.text, data, tostring(why)}`,
    javascript: `const key = await secret.bearer(await secret.get("TOKEN"))
const options = { headers: { Authorization: key, "X-Key": await secret.get("TOKEN") } }
const answer = await http.get("http://allowed.test:PORT/echo", options)
console.log(answer.text, String(key), JSON.stringify(key))
await log.info(answer.text)
const data = await http.json("http://allowed.test:PORT/json", { headers: { Authorization: key } })
await http.get("http://allowed.test:PORT/elsewhere", { headers: { Authorization: key } })
let why
try { await http.get("http://other.test:PORT/echo", { headers: { Authorization: key } }) } catch (error) { why = error.message }
export default [answer.text, data, why]`,
    tengo: `fmt := import("fmt")
key := secret.bearer(secret.get("TOKEN"))
answer := http.get("http://allowed.test:PORT/echo", {headers: {Authorization: key, "X-Key": secret.get("TOKEN")}})
fmt.println(answer.text, key)
log.info(answer.text)
data := http.json("http://allowed.test:PORT/json", {headers: {Authorization: key}})
http.get("http://allowed.test:PORT/elsewhere", {headers: {Authorization: key}})
why := http.get("http://other.test:PORT/echo", {headers: {Authorization: key}})
export [answer.text, data, string(why)]`,
  };
  each(spells, async (engine, source) => {
    const before = server.requests.length;
    const { failure, result, output, everything } = await cast(engine, source);
    expect(failure).toBeUndefined();
    const requests = server.requests.slice(before);
    expect(requests[0]).toMatch(new RegExp(`authorization: Bearer ${CANARY}\r`, "i"));
    expect(requests[0]).toMatch(new RegExp(`x-key: ${CANARY}\r`, "i"));
    // The redirect that led elsewhere went without it, and the request to another host not at all.
    expect(requests.length).toBe(4);
    expect(requests[3]).toMatch(/^GET \/echo/);
    expect(requests[3]).not.toContain(CANARY);
    expect(everything).not.toContain(CANARY);
    expect(everything).not.toContain(btoa(CANARY).slice(2, -4));
    expect(output).toContain("Bearer [redacted TOKEN]");
    expect(JSON.stringify(result)).toContain("Bearer [redacted TOKEN]");
    expect(JSON.stringify(result)).toContain("may not be sent to");
  });
});

describe("server-sent events are walked through by the language's own loop", () => {
  const spells: Spells = {
    lua: `local all = {}
for event in http.events("http://allowed.test:PORT/events") do all[#all + 1] = event.data end
for event in http.events("http://allowed.test:PORT/events") do all[#all + 1] = event.event break end
return all`,
    javascript: `const all = []
for await (const event of await http.events("http://allowed.test:PORT/events")) all.push(event.data)
for await (const event of await http.events("http://allowed.test:PORT/events")) { all.push(event.event); break }
export default all`,
    tengo: `all := []
for event in http.events("http://allowed.test:PORT/events") { all = append(all, event.data) }
for event in http.events("http://allowed.test:PORT/events") { all = append(all, event.event); break }
export all`,
  };
  each(spells, async (engine, source) => {
    const { failure, result } = await cast(engine, source);
    expect(failure).toBeUndefined();
    expect(result).toEqual(["one", "two", "three", "message"]);
  });
});
