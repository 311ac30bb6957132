import { describe, expect, test } from "bun:test";
import { blankSource } from "../../../src/runtime/blank-source.ts";
import { engineOf } from "../../../src/runtime/catalog.ts";
import { findUses } from "../../../src/runtime/find-uses.ts";

const lua = engineOf("lua");
const javascript = engineOf("javascript");
const tengo = engineOf("tengo");

/** What is found, as `module.member`. */
function uses(source: string, engine = lua): string[] {
  return findUses(source, engine).map(({ module, member }) => (member === undefined ? module : `${module}.${member}`));
}

describe("a blanked source", () => {
  for (const [engine, source, code] of [
    [lua, 'a -- "b\nc', "a \nc"],
    [lua, "a --[[ b\nc ]] d", "a \n d"],
    [lua, "a --[==[ b ]] ]==] d", "a d"],
    [lua, "x = [[ llm.a ]] y", "x = y"],
    [lua, "x = [=[ ]] ]=] y", "x = y"],
    [lua, String.raw`x = "a\"b" y`, "x = y"],
    [lua, "x = 'a\ny", "x = \ny"],
    [javascript, "a // b\nc", "a \nc"],
    [javascript, "a /* b\nc */ d", "a \n d"],
    [javascript, "`a ${b.c} d`", "b.c"],
    [javascript, "`a ${`x${b}`} d`", "b"],
    [javascript, "`${ {a: 1} }`", "{a: 1}"],
    [javascript, 'x = /"/g; y', "x = g; y"],
    [javascript, 'x = /[/"]/; "y"', "x = ;"],
    [javascript, 'a / b / "c"', "a / b /"],
  ] as const) {
    test(JSON.stringify(source), () => {
      const blanked = blankSource(source, engine.lexis);
      expect(blanked.code.replace(/ +/g, " ").trim()).toBe(code);
      const lengths = (text: string) => text.split("\n").map((line) => line.length);
      expect([lengths(blanked.code), lengths(blanked.withTexts)]).toEqual([lengths(source), lengths(source)]);
    });
  }

  test("ends, whatever the source", () => {
    for (const source of ["`${", "`", "--[[", "[[", '"', "/*", "`${`${", "\\", "'\\"]) {
      for (const engine of [lua, javascript])
        expect(blankSource(source, engine.lexis).code.length).toBeLessThanOrEqual(source.length);
    }
  });
});

describe("uses of modules", () => {
  test("calls, values and operators around them", () => {
    expect(uses('print(llm.complete("x").. llm.stream(y), spell.parameters.topic)')).toEqual([
      "llm.complete",
      "llm.stream",
      "spell.parameters",
    ]);
    expect(uses("llm?.complete(); [...json.decode(x)]; a.llm.b; $llm.x", javascript)).toEqual([
      "llm.complete",
      "json.decode",
      "a.llm",
    ]);
  });

  test("not in texts, comments, or as keys", () => {
    expect(uses('local s = "llm.x" -- llm.y\nreturn {llm = 1}')).toEqual([]);
    expect(uses("const o = { llm: 1, time: x }; `llm.x ${time.now()}`", javascript)).toEqual(["time.now"]);
  });

  for (const source of [
    "local log = {}\nlog.x()",
    "local a, log = 1, 2\nlog.x()",
    "for log in x do log.y() end",
    "local function f(a, log) log.x() end",
    "function log() end log.x()",
    "log = 5\nlog.x()",
  ]) {
    test(`not where the source declares the name: ${JSON.stringify(source)}`, () => {
      expect(uses(source)).not.toContain("log.x");
    });
  }

  for (const source of [
    "const log = 1; log.x()",
    "const { log, b } = c; log.x()",
    "const {\n  log,\n} = c;\nlog.x()",
    "const f = (log) => log.x()",
    "const f = log => log.x()",
    "class A { m(log) { log.x() } }",
    "try {} catch (log) { log.x() }",
    "for (const log of a) log.x()",
    'import log from "./log.js";\nlog.x()',
  ]) {
    test(`nor in JavaScript: ${JSON.stringify(source)}`, () => {
      expect(uses(source, javascript)).not.toContain("log.x");
    });
  }

  test("imports, under other names too", () => {
    expect(uses('local llm = require("llm")\nllm.x()')).toEqual(["llm.x"]);
    expect(uses('import { complete, chat as say } from "llmspell:llm";', javascript)).toEqual([
      "llm",
      "llm.complete",
      "llm.chat",
    ]);
    expect(uses('import model from "llmspell:llm"; model.x()', javascript)).toEqual(["llm", "llm.x"]);
    expect(uses('import * as model from "llmspell:llm"; model.x()', javascript)).toEqual(["llm", "llm.x"]);
    expect(uses('await import("llmspell:nosuch")', javascript)).toEqual(["nosuch"]);
  });

  test("imports in Tengo, where a standard module is not the bridge of its name", () => {
    expect(uses('model := import("llm")\nllm := import("llm")\nllm.x()', tengo)).toEqual(["llm.x"]);
    expect(uses('json := import("json")\njson.indent()\ntimes := import("times")\ntimes.now()', tengo)).toEqual([]);
  });

  test("have their places", () => {
    const [use] = findUses('x()\n  llm . complete("y")', lua);
    expect(use).toMatchObject({ offset: 6, memberOffset: 12 });
  });
});
