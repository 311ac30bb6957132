import { describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SpellError } from "../../../src/contract/errors.ts";
import type { SecretGrant } from "../../../src/contract/profile.ts";
import { SecretText } from "../../../src/contract/secret-text.ts";
import { hostMatches, openSecrets } from "../../../src/host/secrets/index.ts";

const VARIABLES: Readonly<Record<string, string>> = {
  TOKEN: "canary-1",
  SHORT: "abc",
  LINES: "two\nlines",
  WIDE: "gehëim-1",
};
const environment = (name: string) => VARIABLES[name];
const fromEnv = (name: string, hosts = ["api.example.org"]): SecretGrant => ({ from: "env", name, hosts });

async function errorOf(work: Promise<unknown>): Promise<SpellError> {
  const error: unknown = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error instanceof SpellError) return error;
  throw new Error(`no SpellError but ${String(error)}`);
}

describe("sources", () => {
  test("are the environment and files, without the newline at a file's end", async () => {
    const folder = mkdtempSync(join(tmpdir(), "llmspell-secrets-"));
    try {
      const name = join(folder, "key");
      writeFileSync(name, "from-a-file\n");
      const store = await openSecrets(
        { A: fromEnv("TOKEN"), B: { from: "file", name, hosts: ["x.org"] } },
        environment,
      );
      expect([...store.values()]).toEqual([
        ["A", "canary-1"],
        ["B", "from-a-file"],
      ]);
      expect(JSON.stringify(store.list())).not.toContain("canary");
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  test("that have no value are all named, and no value is", async () => {
    const error = await errorOf(
      openSecrets(
        {
          GOOD: fromEnv("TOKEN"),
          A: fromEnv("NOT_SET"),
          B: { from: "file", name: "/nowhere/key", hosts: ["x.org"] },
          C: fromEnv("LINES"),
          D: { from: "keychain", name: "-x/y", hosts: ["x.org"] },
        },
        environment,
      ),
    );
    expect(error.code).toBe("secret.unavailable");
    expect(error.details).toEqual({ secrets: ["A", "B", "C", "D"] });
    expect(error.message).toContain('The secret "A" has no value: NOT_SET is not set in the environment');
    expect(error.message).toContain('there is no file "/nowhere/key"');
    expect(error.message).not.toMatch(/canary|two/);
  });

  test("that are too short are not used, with a warning", async () => {
    const store = await openSecrets({ S: fromEnv("SHORT") }, environment);
    expect(store.warnings()).toEqual(['the secret "S" is shorter than 6 characters and not used']);
    expect(store.values().size).toBe(0);
    expect(() => store.reveal(new SecretText("S"), new URL("https://api.example.org/"))).toThrow('no secret "S"');
  });
});

describe("a secret is revealed", () => {
  const reveal = async (text: SecretText, url: string) =>
    (await openSecrets({ A: fromEnv("TOKEN"), W: fromEnv("WIDE") }, environment)).reveal(text, new URL(url));

  test("in the form that was asked for", async () => {
    const url = "https://api.example.org/";
    expect(await reveal(new SecretText("A"), url)).toBe("canary-1");
    expect(await reveal(new SecretText("A", "Bearer "), url)).toBe("Bearer canary-1");
    expect(await reveal(new SecretText("A", "Basic ", "me"), url)).toBe(`Basic ${btoa("me:canary-1")}`);
    expect(await reveal(new SecretText("W"), url)).toBe("geh\u00c3\u00abim-1");
  });

  test("for its hosts only, with what would allow another", async () => {
    const error = await errorOf(reveal(new SecretText("A"), "https://evil.test/"));
    expect(error.code).toBe("grant.rule");
    expect(error.message).toBe('The secret "A" may not be sent to "evil.test"');
    expect(error.fix).toContain('secrets: { A: { hosts: ["api.example.org", "evil.test"] } }');
    expect(await errorOf(reveal(new SecretText("NONE"), "https://api.example.org/"))).toBeDefined();
  });
});

test("hosts are compared as names, with a port where one is written", () => {
  const matches = (pattern: string, url: string) => hostMatches(pattern, new URL(url));
  expect(matches("api.example.org", "https://API.example.org:444/x")).toBe(true);
  expect(matches("api.example.org", "https://api.example.org./")).toBe(true);
  expect(matches("api.example.org", "https://api.example.org.evil.test/")).toBe(false);
  expect(matches("example.org", "https://api.example.org/")).toBe(false);
  expect(matches("*.example.org", "https://a.b.example.org/")).toBe(true);
  expect(matches("*.example.org", "https://example.org/")).toBe(false);
  expect(matches("*.example.org", "https://evilexample.org/")).toBe(false);
  expect(matches("api.example.org:443", "https://api.example.org/")).toBe(true);
  expect(matches("api.example.org:80", "https://api.example.org/")).toBe(false);
  expect(matches("api.example.org:8443", "https://api.example.org:8443/")).toBe(true);
});
