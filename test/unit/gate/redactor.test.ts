import { describe, expect, test } from "bun:test";
import { SpellError } from "../../../src/contract/errors.ts";
import { ErrorValue, Float, ResourceHandle, type Value } from "../../../src/contract/value.ts";
import { RedactingStream, Redactor } from "../../../src/gate/index.ts";

const SECRET = 'to/ken+"wïki&1';
const redactor = make({ WIKI: SECRET, KEY: "sk-abcdef" });

function make(secrets: Readonly<Record<string, string>>): Redactor {
  const made = Redactor.of(new Map(Object.entries(secrets)));
  if (made === undefined) throw new Error("no redactor");
  return made;
}

test("without secrets there is none", () => {
  expect(Redactor.of(new Map())).toBeUndefined();
});

describe("a text", () => {
  const forms: Readonly<Record<string, string>> = {
    "as it is": SECRET,
    "percent-encoded": encodeURIComponent(SECRET),
    "percent-encoded in lower case": encodeURIComponent(SECRET).replace(/%../g, (code) => code.toLowerCase()),
    "in JSON": JSON.stringify(SECRET).slice(1, -1),
    "in JSON of ASCII alone": JSON.stringify(SECRET).slice(1, -1).replace("ï", "\\u00ef"),
    "in JSON with slashes escaped": JSON.stringify(SECRET).slice(1, -1).replace("/", "\\/"),
  };
  for (const [name, form] of Object.entries(forms)) {
    test(`loses a secret ${name}`, () => expect(redactor.text(`a ${form} b`)).toBe("a [redacted WIKI] b"));
  }

  test("loses it in base64 wherever it stands in what was encoded", () => {
    for (const before of ["", "a", "ab", "abc", "user:"]) {
      for (const after of ["", "x", "yz", "end"]) {
        for (const alphabet of ["base64", "base64url"] as const) {
          const text = Buffer.from(before + SECRET + after).toString(alphabet);
          const clean = redactor.text(text);
          expect(clean, text).toContain("[redacted WIKI]");
          const left = Buffer.from(clean.replace("[redacted WIKI]", ""), "base64").toString("latin1");
          expect(left).not.toContain("ken");
        }
      }
    }
  });

  test("loses all of several, and keeps what only begins like one", () => {
    expect(redactor.text("sk-abcdef sk-abcdef sk-abcde")).toBe("[redacted KEY] [redacted KEY] sk-abcde");
    expect(make({ A: "secret", B: "secret-longer" }).text("secret-longer secret")).toBe("[redacted B] [redacted A]");
  });

  test("in which there is none is the same", () => {
    const text = "nothing here";
    expect(redactor.text(text)).toBe(text);
  });
});

describe("a value", () => {
  test("loses secrets in keys, lists, bytes and errors", () => {
    const bytes = Buffer.concat([Uint8Array.of(255, 0), Buffer.from(SECRET), Uint8Array.of(254)]);
    const given: Value = {
      [`x${SECRET}`]: [SECRET, { deep: SECRET }],
      bytes,
      error: new ErrorValue("c", SECRET, [SECRET]),
    };
    const clean = redactor.value(given) as Readonly<Record<string, Value>>;
    expect(clean["x[redacted WIKI]"]).toEqual(["[redacted WIKI]", { deep: "[redacted WIKI]" }]);
    expect(Buffer.from(clean["bytes"] as Uint8Array).toString("latin1")).toBe("\u00ff\0[redacted WIKI]\u00fe");
    expect(clean["error"]).toEqual(new ErrorValue("c", "[redacted WIKI]", ["[redacted WIKI]"]));
  });

  test("without any is the same object", () => {
    const given: Value = {
      a: [1, new Float(2), null, "x"],
      b: { c: new ResourceHandle("k", 1) },
      d: Uint8Array.of(1, 2),
    };
    expect(redactor.value(given)).toBe(given);
  });

  test("keeps a key that is called __proto__", () => {
    const given = JSON.parse(`{"__proto__": "sk-abcdef"}`) as Value;
    expect(Object.entries(redactor.value(given) as object)).toEqual([["__proto__", "[redacted KEY]"]]);
  });
});

describe("an error", () => {
  test("loses secrets in its message, details and advice", () => {
    const error = new SpellError("call.failed", `with ${SECRET}`, { details: { url: SECRET }, fix: `Try ${SECRET}` });
    const clean = redactor.error(error) as SpellError;
    expect(clean.code).toBe("call.failed");
    expect([clean.message, clean.details, clean.fix]).toEqual([
      "with [redacted WIKI]",
      { url: "[redacted WIKI]" },
      "Try [redacted WIKI]",
    ]);
    expect(clean.cause).toBeUndefined();
  });

  test("that was cut in the middle of one keeps no half of it", () => {
    const error = new SpellError("call.failed", `${"x".repeat(4090)}sk-abcdef`);
    expect(error.message).toEndWith("sk-ab…");
    expect((redactor.error(error) as SpellError).message).toEndWith("xxx…");
  });
});

describe("a stream", () => {
  function pass(pieces: readonly (string | Uint8Array)[]): string {
    const out: Uint8Array[] = [];
    const stream = new RedactingStream(redactor, (piece) => out.push(Buffer.from(piece as string)));
    for (const piece of pieces) stream.push(piece);
    stream.end();
    return Buffer.concat(out).toString();
  }

  test("loses a secret in however many pieces, as text, as bytes and as both", () => {
    const text = `before ${SECRET} sk-abcdef, sk-abc and ${SECRET}`;
    const clean = "before [redacted WIKI] [redacted KEY], sk-abc and [redacted WIKI]";
    const letters = [...text];
    expect(pass([text])).toBe(clean);
    expect(pass(letters)).toBe(clean);
    expect(pass([...Buffer.from(text)].map((byte) => Uint8Array.of(byte)))).toBe(clean);
    expect(pass(letters.map((letter, index) => (index % 2 === 0 ? letter : Buffer.from(letter))))).toBe(clean);
  });

  test("holds back no more than may be the beginning of one", () => {
    const out: (string | Uint8Array)[] = [];
    const stream = new RedactingStream(redactor, (piece) => out.push(piece));
    stream.push("a line\n");
    stream.push("Your name: sk");
    expect(out).toEqual(["a line\n", "Your name: "]);
    stream.push("y\n");
    expect(out.at(-1)).toBe("sky\n");
    stream.push("sk-abc");
    stream.end();
    expect(out.at(-1)).toBe("sk-abc");
  });
});
