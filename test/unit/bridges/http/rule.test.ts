import { parse } from "../../../../src/contract/check-schema.ts";
import { describe, expect, test } from "bun:test";
import { grantSchema, kindsFor, refuseRequest, type Grant } from "../../../../src/bridges/http/grant.ts";
import { matchesRule, parseRule } from "../../../../src/bridges/http/rule.ts";

function allows(rule: string, request: string): boolean {
  const parsed = parseRule(rule);
  if (parsed === undefined) throw new Error(`no rule: ${rule}`);
  const [method = "", url = ""] = request.split(" ");
  return matchesRule(parsed, method, new URL(url));
}

describe("a rule", () => {
  const table: Readonly<Record<string, readonly [yes: readonly string[], no: readonly string[]]>> = {
    "GET https://*.wikipedia.org/**": [
      ["GET https://en.wikipedia.org/", "HEAD https://a.b.wikipedia.org/wiki/X?y=1", "GET https://EN.Wikipedia.org./"],
      [
        ...["POST https://en.wikipedia.org/", "GET http://en.wikipedia.org/", "GET https://wikipedia.org/"],
        ...["GET https://evilwikipedia.org/", "GET https://en.wikipedia.org.evil.test/"],
        ...["GET https://en.wikipedia.org:8443/", "GET https://en.wikipedia.org@evil.test/"],
      ],
    ],
    "GET,POST https://api.example.com/v1/*": [
      ["GET https://api.example.com/v1/a", "POST https://api.example.com/v1/", "GET https://api.example.com:443/v1/x"],
      [
        ...["GET https://api.example.com/v1/a/b", "GET https://api.example.com/v2", "PUT https://api.example.com/v1/a"],
        ...["GET https://api.example.com/v1/../admin", "GET https://api.example.com/v1/%2e%2e/admin"],
        ...["GET https://api.example.com/v1/..%2fadmin", "GET https://api.example.com/v1/..%5Cadmin"],
        ...["GET https://api.example.com/v1/a%00"],
      ],
    ],
    "GET https://x.org/a/**/z": [["GET https://x.org/a/b/c/z", "GET https://x.org/a//z"], ["GET https://x.org/a/b"]],
    "GET https://x.org/docs/**": [
      ["GET https://x.org/docs", "GET https://x.org/docs/a/b"],
      ["GET https://x.org/docs2", "GET https://x.org/docsx/a"],
    ],
    "GET https://x.org/a.b": [["GET https://x.org/a.b"], ["GET https://x.org/aXb", "GET https://x.org/a.b/"]],
    "GET https://bücher.example/größe": [["GET https://xn--bcher-kva.example/gr%C3%B6%C3%9Fe"], []],
    "* *://*:*/**": [["DELETE http://x:99/a%2fb", "GET https://127.0.0.1/"], []],
    "GET http://localhost:8080/**": [
      ["GET http://localhost:8080/x"],
      ["GET http://localhost/x", "GET http://localhost:80/"],
    ],
    "GET http://x.org:80/**": [["GET http://x.org/"], ["GET http://x.org:8080/"]],
    "GET http://0x7f.1/**": [["GET http://127.0.0.1/"], ["GET http://127.0.0.2/"]],
    "GET http://[::1]:99/**": [["GET http://[0:0::1]:99/"], ["GET http://[::2]:99/"]],
  };
  for (const [rule, [yes, no]] of Object.entries(table)) {
    test(rule, () => {
      for (const request of yes) expect(allows(rule, request), request).toBe(true);
      for (const request of no) expect(allows(rule, request), request).toBe(false);
    });
  }

  test("must be whole: anything else is none", () => {
    for (const text of [
      ...[
        "",
        "GET",
        "https://x.org/**",
        "GET x.org/**",
        "GET https://x.org",
        "get https://x.org/**",
        "GET ftp://x.org/**",
      ],
      ...["GET https://x.org/?a=1", "GET https://x.org/#a", "GET https://a*.org/**", "GET https://x.*/**"],
      ...["GET https://u:p@x.org/**", "GET https://x.org:99999/**", "GET  https://x.org/**", "GET https://x.org/a b"],
      ...["GET https://*.*.org/**", "GET, POST https://x.org/**"],
    ]) {
      expect(parseRule(text), text).toBeUndefined();
    }
  });
});

describe("addresses", () => {
  const kinds = (grant: Partial<Grant>, url: string) => kindsFor(parse(grantSchema(), grant), "GET", new URL(url));

  test("are public ones unless the grant names the host itself", () => {
    expect(kinds({ allow: ["GET http://loopback.test/**"] }, "http://loopback.test/")).toEqual(["public"]);
    expect(kinds({ allow: ["GET *://*:*/**"] }, "http://localhost/")).toEqual(["public"]);
    expect(kinds({ allow: ["GET http://*.localhost/**"] }, "http://a.localhost/")).toEqual(["public"]);
    expect(kinds({ allow: ["GET http://localhost:99/**", "GET http://*/**"] }, "http://localhost/")).toEqual([
      "public",
    ]);
    expect(kinds({ allow: ["GET http://localhost:99/**"] }, "http://localhost:99/")).toEqual(["loopback"]);
    expect(kinds({ allow: ["GET http://10.0.0.1/**"] }, "http://10.0.0.1/")).toContain("private");
    expect(kinds({ allow: ["GET http://169.254.169.254/**"] }, "http://169.254.169.254/")).toContain("special");
  });

  test("of hosts under private may be private, and all there are with a star", () => {
    const allow = ["GET http://wiki.internal/**"];
    expect(kinds({ allow, private: ["wiki.internal"] }, "http://wiki.internal/")).toEqual([
      "public",
      "private",
      "loopback",
    ]);
    expect(kinds({ allow, private: ["*.internal"] }, "http://wiki.internal/")).toContain("private");
    expect(kinds({ allow, private: ["other.internal"] }, "http://wiki.internal/")).toEqual(["public"]);
    expect(kinds({ allow, private: ["*"] }, "http://wiki.internal/")).toContain("special");
  });
});

test("a refusal names the request without what follows its path, and the rule that would allow it", () => {
  const refusal = refuseRequest(
    parse(grantSchema(), { allow: ["GET https://a.org/**"] }),
    "POST",
    new URL("https://b.org/x?key=1"),
  );
  expect(refusal).toEqual({
    reason: '"POST https://b.org/x" is not granted',
    grantLine: 'http: { allow: ["GET https://a.org/**", "POST https://b.org/**"] }',
  });
});

test("without rules nothing is allowed", () => {
  expect(refuseRequest(parse(grantSchema(), {}), "GET", new URL("https://x.org/"))).toBeDefined();
});
