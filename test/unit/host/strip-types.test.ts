import { describe, expect, test } from "bun:test";
import { SpellError } from "../../../src/contract/errors.ts";
import { stripTypes } from "../../../src/host/strip-types.ts";

async function refusal(source: string): Promise<SpellError> {
  try {
    await stripTypes(source, "main.ts");
  } catch (error) {
    if (error instanceof SpellError) return error;
    throw error;
  }
  throw new Error("nothing was refused");
}

describe("stripTypes", () => {
  test.each([
    ["const a: number = 1;", "const a         = 1;"],
    ["interface A { x: number }\nlet a = 1;", "                         \nlet a = 1;"],
    ["import type { A } from './a.ts';\nexport {};", "                                \nexport {};"],
    ["const a = b as\n  number;", "const a = b   \n        ;"],
    ["const a: '日é' = x; throw a", "const a       = x; throw a"],
    ["#!/usr/bin/env x\nlet a: 1 = 1", "#!/usr/bin/env x\nlet a    = 1"],
    ["const x = await f<string>();", "const x = await f        ();"],
  ])("%j keeps every line and column", async (source, expected) => {
    const stripped = await stripTypes(source, "main.ts");
    const places = [...stripped.matchAll(/\w+/g)].map((match) => source.startsWith(match[0], match.index));
    expect(places).not.toContain(false);
    expect(stripped.replaceAll(/[^\S\n]/g, " ").split("\n").length).toBe(source.split("\n").length);
    expect(stripped.replaceAll(/\s+/g, " ")).toBe(expected.replaceAll(/\s+/g, " "));
  });

  test.each([
    ["enum E { A }", 1, 1],
    ["let a = 1;\n  namespace N { export const x = 1 }", 2, 3],
    ["class A { constructor(public x: number) {} }", 1, 30],
    ["'é日😀'; \tenum E { A }", 1, 10],
  ])("%j is refused with its place and what to do", async (source, line, column) => {
    const error = await refusal(source);
    expect(error.code).toBe("script.syntax");
    expect(error.position).toEqual({ file: "main.ts", line, column });
    expect(error.message).toContain("not supported");
    expect(error.fix).toBeString();
  });

  test.each([
    ["let x: number = ;", 1, 17],
    ["\n\nfoo bar", 3, 5],
  ])("%j is a syntax error", async (source, line, column) => {
    const error = await refusal(source);
    expect(error.position).toEqual({ file: "main.ts", line, column });
    expect(error.fix).toBeUndefined();
  });
});
