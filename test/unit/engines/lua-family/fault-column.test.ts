import { describe, expect, test } from "bun:test";
import { ENGINES, runOnReactor } from "../../../conformance/harness.ts";

/** Where the caret of a failure must be: under the `^` of the second text, which stands below the line at fault. */
const MARKED: readonly (readonly [name: string, source: string, mark: string])[] = [
  ["a local", `local name = nil; print(name.x)`, `                        ^`],
  ["not in a string", `local s = "name" local name = nil; print(name.x)`, `                                         ^`],
  [
    "not in a long string",
    `local s = [[name.x]] local name = nil; print(name.x)`,
    `                                             ^`,
  ],
  ["not in a comment", `local name --[[ name.x ]] print(name.x)`, `                                ^`],
  [
    "not in a string of the line before",
    `local s = [[\nname.x]] local name print(name.x)`,
    `                          ^`,
  ],
  [
    "not at the declaration",
    `local c, data = {}, nil   print("go") print(data.name)`,
    `                                            ^`,
  ],
  [
    "a field that is no local",
    `local t, name = {}, {} print(name.a, t.name.x)`,
    `                                       ^`,
  ],
  ["a field by its key", `local t = {} print(t["name"].x)`, `                      ^`],
  ["a field under a key", `local t = {} print("name", t.name["x"])`, `                             ^`],
  ["concatenated", `local t = {} local a = "t.name" .. t.name`, `                                     ^`],
  ["concatenated before", `local t = {} local a = t.name .. "t.name"`, `                         ^`],
  ["computed with", `local x, n = nil, 1 print("x") return n + x * 2`, `                                          ^`],
  ["its length", `local x print("x", x == nil) return 1, #x`, `                                        ^`],
  ["called with a string", `print("f") f "x"`, `           ^`],
  ["called, and not read", `local f print(f, "f") f(f)`, `                      ^`],
  ["a method", `local t = {go = 1} t.stop = t:gone() go = 1`, `                              ^`],
  ["twice alike: the line", `  local x = nil if x then print(x.a) end print(x.b)`, `  ^`],
  ["a token", `local b = )`, `          ^`],
  ["the second of two tokens", `local b = (1 + 2))`, `                 ^`],
  ["a token within a longer one", `if 1 == 2 = 3 then end`, `          ^`],
  ["the first of two tokens", `if x = 1 then y = 2 end`, `     ^`],
  ["an unfinished string", `local b = "abc\nx = 1`, `          ^`],
  ["the end of the text", `local f = function()\n  return 1\n\n`, `          ^`],
];

for (const engine of ENGINES.filter(({ language }) => language === "lua")) {
  describe(`the column of a fault, ${engine.id}`, () => {
    for (const [name, lua, mark] of MARKED) {
      test(name, async () => {
        const { failure } = await runOnReactor({ name, lua, expect: {} }, engine);
        expect(`${failure?.message}: ${failure?.position?.column}`).toEndWith(`: ${mark.length}`);
      });
    }
  });
}
