import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { makeFolder, runBinary, TEST_TIME } from "./binary.ts";

setDefaultTimeout(TEST_TIME);

const CANARY = "CANARY-9b1d77e2";
const guide = await Bun.file(new URL("../../docs/network.md", import.meta.url)).text();
const blocks = [...guide.matchAll(/^```(\w+)\n(.*?)^```/gms)].map(([, language = "", code = ""]) => ({
  language,
  code,
}));
let server: ReturnType<typeof Bun.serve>;
let hits = 0;

beforeAll(() => {
  server = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    fetch(request) {
      hits++;
      const { pathname } = new URL(request.url);
      if (pathname === "/birds/1") return Response.json({ name: "Blackbird" });
      if (pathname === "/echo") return new Response(`authorization: ${request.headers.get("authorization")}`);
      return Response.json({ path: pathname, headers: Object.fromEntries(request.headers) });
    },
  });
});

afterAll(() => server.stop(true));

const profile = () => `
extends: minimal
bridges:
  http: { allow: ["GET http://localhost:${server.port}/**"] }
  secret: {}
secrets:
  TOKEN: { from: env, hosts: [localhost] }
`;

describe("docs/network.md", () => {
  const here = (text: string) => text.replaceAll("8080", String(server.port));
  const block = (start: string) => here(blocks.find(({ code }) => code.startsWith(start))?.code ?? "");

  test("its example prints what it says", async () => {
    const cwd = makeFolder({ "birds.yaml": block("# birds.yaml"), "birds.lua": block("-- birds.lua") });
    const env = { BIRD_TOKEN: CANARY };
    const { stdout, stderr, status } = await runBinary(["run", "birds.lua", "--profile", "./birds.yaml"], { cwd, env });
    expect([stdout, stderr, status]).toEqual([
      here(blocks.find(({ language }) => language === "text")?.code ?? ""),
      "",
      0,
    ]);
  });

  test("its profiles resolve", async () => {
    const profiles = blocks.filter(({ language }) => language === "yaml").map(({ code }) => code);
    expect(profiles.length).toBe(3);
    const cwd = makeFolder(Object.fromEntries(profiles.map((code, index) => [`${index}.yaml`, code])));
    for (const index of profiles.keys()) {
      expect((await runBinary(["profile", "show", `./${index}.yaml`], { cwd })).status).toBe(0);
    }
  });
});

describe("the binary", () => {
  test("reaches what is granted, whatever proxy the environment names; no secret comes back", async () => {
    const cwd = makeFolder({
      "p.yaml": profile(),
      "a.lua": `local key = secret.bearer(secret.get("TOKEN"))
local answer = http.json("http://localhost:${server.port}/granted", {headers = {authorization = key, ["x-other"] = "sk-provider-key"}})
print(answer.path, answer.headers.authorization, answer.headers["x-other"])
spell.output("sk-prov") spell.output("ider-key\\n")
error("failed with sk-provider-key")`,
    });
    const env = { TOKEN: CANARY, OPENAI_API_KEY: "sk-provider-key", HTTP_PROXY: "http://127.0.0.1:9" };
    const { stdout, stderr, status } = await runBinary(["run", "a.lua", "--profile", "./p.yaml"], { cwd, env });
    expect(stdout).toBe("/granted\tBearer [redacted TOKEN]\t[redacted OPENAI_API_KEY]\n[redacted OPENAI_API_KEY]\n");
    expect(stderr).toContain("failed with [redacted OPENAI_API_KEY]");
    expect(stderr).not.toContain("sk-provider-key");
    expect(status).toBe(1);
  });

  test("refuses what is not, with the line that would grant it and exit status 3", async () => {
    const before = hits;
    const cwd = makeFolder({ "p.yaml": profile() });
    const code = `return http.get("http://127.0.0.1:${server.port}/")`;
    const args = ["exec", "--engine", "lua", "--profile", "./p.yaml", "-e", code];
    const { stderr, status } = await runBinary(args, { cwd, env: { TOKEN: CANARY } });
    expect(stderr).toContain(`"GET http://127.0.0.1:${server.port}/" is not granted`);
    expect(stderr).toContain(`"GET http://127.0.0.1:${server.port}/**"`);
    expect(status).toBe(3);
    expect(hits).toBe(before);
  });

  test("names a secret without its source before anything runs", async () => {
    const cwd = makeFolder({ "p.yaml": profile(), "a.lua": 'print("ran")' });
    const { stdout, stderr, status } = await runBinary(["run", "a.lua", "--profile", "./p.yaml"], { cwd });
    expect(stdout).toBe("");
    expect(stderr).toContain('The secret "TOKEN" has no value: TOKEN is not set in the environment');
    expect(status).toBe(2);
  });

  test("warns of a rule that is too wide, with its place", async () => {
    const cwd = makeFolder({ "p.yaml": 'extends: minimal\nbridges:\n  http: { allow: ["GET https://*/**"] }\n' });
    const args = ["exec", "--engine", "lua", "--profile", "./p.yaml", "-e", "return 1"];
    const { stdout, stderr, status } = await runBinary(args, { cwd });
    expect(stderr).toContain('bridges.http.allow[0]: "GET https://*/**" lets a spell GET from every host there is');
    expect([stdout, status]).toEqual(["1\n", 0]);
  });

  test("has no network in any built-in profile but full", async () => {
    const code = `return http.get("http://127.0.0.1:${server.port}/").status`;
    for (const name of ["minimal", "sandbox", "standard", "production", "development", "full"]) {
      const { stdout, stderr } = await runBinary(["exec", "--engine", "lua", "--profile", name, "-e", code]);
      if (name === "full") expect([stdout, stderr]).toEqual(["200\n", ""]);
      else expect(stderr, name).toContain("does not grant http");
    }
  });
});
