import { check } from "../../../src/contract/check-schema.ts";
import { describe, expect, test } from "bun:test";
import { ERROR_CODES, EXIT, exitStatus, isErrorCode, type ErrorCodeEntry } from "../../../src/contract/error-codes.ts";
import { cutMessage, MAX_MESSAGE_LENGTH, SpellError, toErrorValue, toFailure } from "../../../src/contract/errors.ts";
import { LIMITS, STANDARD_LIMITS } from "../../../src/contract/limits.ts";
import { nearest } from "../../../src/contract/nearest.ts";
import { ErrorValue, Time } from "../../../src/contract/value.ts";
import { integer } from "../../../src/contract/schema.ts";

describe("error codes", () => {
  test.each(Object.entries(ERROR_CODES) as [string, ErrorCodeEntry][])(
    "%s says what it means and what to do",
    (code, entry) => {
      expect(code).toMatch(/^[a-z]+(?:-[a-z]+)*(?:\.[a-z]+(?:-[a-z]+)*)?$/);
      expect(entry.means).toMatch(/^[A-Z].*\.$/s);
      expect(entry.fix.length).toBeGreaterThan(5);
      expect(Object.values(EXIT)).toContain(entry.exit);
    },
  );

  test("exit statuses follow the families", () => {
    for (const [code, { exit }] of Object.entries(ERROR_CODES)) {
      if (code.startsWith("limit.")) expect(exit, code).toBe(EXIT.limit);
      if (code.startsWith("grant.")) expect(exit, code).toBe(EXIT.denied);
      if (code.startsWith("profile.")) expect(exit, code).toBe(EXIT.usage);
    }
    expect(exitStatus("my.own-code")).toBe(EXIT.failed);
    expect(exitStatus("limit.fuel")).toBe(EXIT.limit);
  });

  test("inherited names are no codes", () => {
    for (const name of ["toString", "__proto__", "constructor", ""]) expect(isErrorCode(name)).toBe(false);
  });

  test("every limit has a code that exists and a positive standard", () => {
    for (const [name, { code, standard, doc }] of Object.entries(LIMITS)) {
      expect(isErrorCode(code), name).toBe(true);
      expect(standard, name).toBeGreaterThan(0);
      expect(doc.length, name).toBeGreaterThan(5);
    }
    expect(Object.keys(STANDARD_LIMITS)).toEqual(Object.keys(LIMITS));
  });
});

describe("errors", () => {
  test("are cut to 4 KB, however often they are wrapped", () => {
    let message = "x";
    for (let depth = 0; depth < 20; depth++)
      message = new SpellError("internal", `${message} because ${message}`).message;
    expect(message.length).toBe(MAX_MESSAGE_LENGTH);
    expect(message.endsWith("…")).toBe(true);
    expect(cutMessage("short")).toBe("short");
  });

  test("cross without their cause and their stack", () => {
    const error = new SpellError("call.failed", "It broke", {
      cause: new Error("secret"),
      details: { a: 1 },
      fix: "Mend it",
    });
    expect(toFailure(error)).toEqual({
      code: "call.failed",
      message: "It broke",
      details: { a: 1 },
      stack: [],
      fix: "Mend it",
    });
    expect(toErrorValue(error)).toEqual(new ErrorValue("call.failed", "It broke", { a: 1 }));
    expect(JSON.stringify(toFailure(error))).not.toContain("secret");
  });

  test("of others are internal", () => {
    expect(toFailure(new TypeError("x"))).toEqual({
      code: "internal",
      message: "TypeError: x",
      details: null,
      stack: [],
    });
    expect(toFailure("text").code).toBe("internal");
    const value = new ErrorValue("a", "b");
    expect(toErrorValue(value)).toBe(value);
  });
});

describe("small things", () => {
  test("times from milliseconds and back", () => {
    expect(Time.fromMilliseconds(-1)).toEqual(new Time(-1, 999_000_000));
    expect(Time.fromMilliseconds(1500.25).toMilliseconds()).toBe(1500.25);
    expect(new Time(0, 5).toJSON()).toBe("1970-01-01T00:00:00.000000005Z");
    expect(new Time(-1, 0).toJSON()).toBe("1969-12-31T23:59:59Z");
  });

  test("the nearest name is one that was likely meant", () => {
    const names = ["complete", "maxTokens", "max_retries", "chat"];
    expect(nearest("compelte", names)).toBe("complete");
    expect(nearest("max_tokens", names)).toBe("maxTokens");
    expect(nearest("comp", names)).toBe("complete");
    expect(nearest("zzz", names)).toBeUndefined();
    expect(nearest("", names)).toBeUndefined();
    expect(nearest("x".repeat(10_000), names)).toBeUndefined();
  });

  test("integers have bounds", () => {
    expect(check(integer(0, 10), 10).ok).toBe(true);
    for (const wrong of [11, -1, 1.5, Number.NaN, 2 ** 53, "1"]) expect(check(integer(0, 10), wrong).ok).toBe(false);
    expect(check(integer(), 2 ** 53).ok).toBe(false);
  });
});
