import type { Engine } from "../../../src/contract/engine.ts";
import { ErrorValue } from "../../../src/contract/value.ts";
import { mainFile, type Case } from "../harness.ts";

const fileOf = (engine: Engine, name: string) => mainFile(engine).replace("main", name);

const rest = "unexpected symbol near ')'";

export const ERROR_CASES: readonly Case[] = [
  {
    name: "a syntax error names file, line and column",
    lua: `local a = 1\nlocal b = )\nreturn a`,
    javascript: `const a = 1;\nconst b = );\nexport default a`,
    tengo: `a := 1\nb := )\nexport a`,
    expect: (engine) => ({
      failure: {
        code: "script.syntax",
        file: mainFile(engine),
        line: 2,
        column: engine.language === "tengo" ? 6 : 11,
        ...(engine.language === "lua" ? { message: rest } : {}),
      },
    }),
  },
  {
    name: "a syntax error at the end of the text",
    lua: `local f = function()\n  return 1\n`,
    javascript: `function f() {\n  return 1;\n`,
    tengo: `f := func() {\n  return 1\n`,
    expect: { failure: { code: "script.syntax" } },
  },
  {
    name: "mode check finds a syntax error and runs nothing",
    lua: `print("ran")\nx = = 1`,
    javascript: `console.log("ran");\nlet x = = 1`,
    tengo: `import("fmt").println("ran")\nx := = 1`,
    mode: "check",
    expect: { failure: { code: "script.syntax", line: 2 }, stdout: "" },
  },
  {
    name: "mode check of good source runs nothing",
    lua: `print("ran")\nhost.never()`,
    javascript: `console.log("ran");\nawait host.never()`,
    tengo: `import("fmt").println("ran")\nhost.never()`,
    mode: "check",
    expect: { result: null, stdout: "", calls: [] },
  },
  {
    name: "mode check looks into modules",
    lua: `require("util")`,
    javascript: `import "./util.js"`,
    tengo: `import("./util")`,
    modules: {
      lua: { "util.lua": "return 1\n\n= 3" },
      javascript: { "util.js": "export default 1;\n\n= 3" },
      tengo: { "util.tengo": "export 1\n\n= 3" },
    },
    mode: "check",
    expect: (engine) => ({
      failure: { code: "script.syntax", line: 3, file: fileOf(engine, "util") },
    }),
  },
  {
    name: "an error three calls deep has the stack with names and lines",
    lua: [
      "local function inner(x)",
      "  return x.a.b",
      "end",
      "local function middle(x)",
      "  local r = inner(x)",
      "  return r",
      "end",
      "local function outer()",
      "  local r = middle({})",
      "  return r",
      "end",
      "local r = outer()",
    ].join("\n"),
    javascript: [
      "function inner(x) {",
      "  throw new TypeError(x);",
      "}",
      "function middle(x) {",
      "  const r = inner(x);",
      "  return r;",
      "}",
      "function outer() {",
      "  const r = middle({});",
      "  return r;",
      "}",
      "const r = outer();",
    ].join("\n"),
    tengo: `inner := func(x) {\n  return x.a + 1\n}\nmiddle := func(x) {\n  r := inner(x)\n  return r\n}\nouter := func() {\n  r := middle({})\n  return r\n}\nr := outer()`,
    expect: { failure: { code: "script.error", line: 2, stack: ["inner:2", "middle:5", "outer:9", ":12"] } },
  },
  {
    name: "an error in an awaiting function three deep keeps its place",
    lua: [
      "local function inner()",
      "  local x = host.echo(1)",
      "  error('deep')",
      "end",
      "local function outer()",
      "  inner()",
      "  return 1",
      "end",
      "local r = outer()",
    ].join("\n"),
    javascript: [
      "async function inner() {",
      "  const x = await host.echo(1);",
      "  throw new Error('deep');",
      "}",
      "async function outer() {",
      "  await inner();",
      "  return 1;",
      "}",
      "const r = await outer();",
    ].join("\n"),
    tengo: `inner := func() {\n  x := host.echo(1)\n  return x + "deep"\n}\nouter := func() {\n  inner()\n  return 1\n}\nr := outer()`,
    expect: (engine) => ({
      failure: {
        code: "script.error",
        message: engine.language === "tengo" ? "invalid operation: int + string" : "deep",
        line: 3,
      },
    }),
  },
  {
    name: "an error that was caught and raised again keeps its first place",
    lua: `local ok, e = pcall(function()\n  error("once")\nend)\nerror(e, 0)`,
    javascript: `let e;\ntry { throw new Error("once") } catch (error) { e = error }\nthrow e`,
    expect: { failure: { code: "script.error", message: "once", line: 2 } },
  },
  {
    name: "an error in a coroutine or a promise callback has its own place",
    lua: `local f = coroutine.wrap(function()\n  local x = 1\n  error("inside")\nend)\nf()`,
    javascript: `await Promise.resolve().then(() => {\n  const x = 1;\n  throw new Error("inside");\n})`,
    expect: { failure: { code: "script.error", message: "inside", line: 3 } },
  },
  {
    name: "a text is raised",
    lua: `error("just text", 0)`,
    javascript: `throw "just text"`,
    tengo: `export error("just text")`,
    expect: { failure: { code: "script.error", message: /just text/ } },
  },
  {
    name: "nil or undefined is raised",
    lua: `error(nil)`,
    javascript: `throw undefined`,
    expect: { failure: { code: "script.error", message: /nil|undefined/ } },
  },
  {
    name: "a number is raised",
    lua: `error(42)`,
    javascript: `throw 42`,
    tengo: `export error(42)`,
    expect: { failure: { code: "script.error", message: /42/ } },
  },
  {
    name: "a map with code and message is raised",
    lua: `error({code = "my.code", message = "Mine", extra = 1})`,
    javascript: `throw Object.assign(new Error("Mine"), {code: "my.code"})`,
    tengo: `export error({code: "my.code", message: "Mine", extra: 1})`,
    expect: { failure: { code: "my.code", message: "Mine" } },
  },
  {
    name: "what cannot cross is raised",
    lua: `error(coroutine.create(print))`,
    javascript: `throw Symbol("x")`,
    expect: (engine) => ({
      failure:
        engine.language === "lua"
          ? { code: "value.unsupported", message: /coroutine/ }
          : { code: "script.error", message: /Symbol\(x\)/ },
    }),
  },
  {
    name: "an error's message is cut to 4 KB",
    lua: `error(string.rep("x", 100000), 0)`,
    javascript: `throw new Error("x".repeat(100000))`,
    tengo: `text := import("text"); export error(text.repeat("x", 100000))`,
    expect: {
      failure: { code: "script.error" },
      check(run) {
        if ((run.failure?.message.length ?? 0) > 4096) throw new Error("not cut");
      },
    },
  },
  {
    name: "an error in a module names its file",
    lua: `local util = require("util")\nutil.go()`,
    javascript: `import { go } from "./util.js";\ngo()`,
    tengo: `util := import("./util")\nutil.go()`,
    modules: {
      lua: { "util.lua": `local M = {}\nfunction M.go()\n  error("in util")\nend\nreturn M` },
      javascript: { "util.js": `\nexport function go() {\n  throw new Error("in util");\n}` },
      tengo: { "util.tengo": `export {\n  go: func() {\n    return 1 + "in util"\n  }\n}` },
    },
    expect: (engine) => ({
      failure: {
        code: "script.error",
        message: engine.language === "tengo" ? "invalid operation: int + string" : "in util",
        file: fileOf(engine, "util"),
        line: 3,
      },
    }),
  },
  {
    name: "a name that does not exist is told with its place",
    lua: `local a = 1\nlocal b = a + notThere`,
    javascript: `const a = 1;\nconst b = a + notThere;`,
    tengo: `a := 1\nb := a + notThere`,
    expect: (engine) => ({
      failure: {
        code: engine.language === "tengo" ? "script.syntax" : "script.error",
        message: /notThere/,
        line: 2,
        column: engine.language === "tengo" ? 10 : 15,
        ...(engine.language === "javascript" ? { message: /notThere is not defined/ } : {}),
      },
    }),
  },
  {
    name: "an error value given by the host can be raised by the script",
    lua: `error(host.give("e"))`,
    javascript: `throw await host.give("e")`,
    tengo: `export host.give("e")`,
    given: { e: new ErrorValue("given.code", "Given", { a: 1 }) },
    expect: { failure: { code: "given.code", message: "Given", details: { a: 1 } } },
  },
  {
    name: "reading a field of nothing names its place",
    lua: `local function f(x)\n  local y = 1\n  return x.a.b\nend\nlocal z = f({})`,
    javascript: `function f(x) {\n  const y = 1;\n  return x.a.b;\n}\nconst z = f({});`,
    tengo: `f := func(x) {\n  y := 1\n  return x.a.b + y\n}\nz := f({})`,
    expect: { failure: { code: "script.error", line: 3 } },
  },
  {
    name: "a first line for the shell is no part of the script",
    lua: `#!/usr/bin/env llmspell\nerror("second line")`,
    javascript: `#!/usr/bin/env llmspell\nthrow new Error("second line")`,
    tengo: `#!/usr/bin/env llmspell\nx := 1 + "second line"`,
    expect: (engine) => ({
      failure: {
        code: "script.error",
        message: engine.language === "tengo" ? "invalid operation: int + string" : "second line",
        line: 2,
      },
    }),
  },
];

export const MODULE_CASES: readonly Case[] = [
  {
    name: "two fibers that need one module which waits",
    lua: `
      local function need() return pcall(require, "slow") end
      local a, b = async.spawn(need), async.spawn(need)
      local ok, value = a:await()
      local ok2, e = b:await()
      return {ok, value, ok2, (tostring(e):gsub("^.*: ", "")), require("slow")}`,
    javascript: `
      const [a, b] = await Promise.all([import("./slow.js"), import("./slow.js")]);
      export default [a === b, a.default]`,
    modules: {
      lua: { "slow.lua": `return host.echo("slow")` },
      javascript: { "slow.js": `export default await host.echo("slow")` },
    },
    expect: (engine) => ({
      result:
        engine.language === "lua"
          ? [true, "slow", false, "module 'slow' is still being loaded by another fiber", "slow"]
          : [true, "slow"],
    }),
  },
  {
    name: "a spell's own module is loaded once",
    lua: `
      local a, b = require("util"), require("util")
      a.count = a.count + 1
      return {b.count, a == b}`,
    javascript: `
      import * as a from "./util.js";
      const b = await import("./util.js");
      a.state.count++;
      export default [b.state.count, a === b]`,
    modules: {
      lua: { "util.lua": `print("loaded") return {count = 1}` },
      javascript: { "util.js": `console.log("loaded"); export const state = {count: 1}` },
    },
    expect: { result: [2, true], stdout: "loaded\n" },
  },
  {
    name: "modules in folders import each other",
    lua: `return require("lib.greet")("you")`,
    javascript: `import greet from "./lib/greet.js"; export default greet("you")`,
    tengo: `export import("./lib/greet").greet("you")`,
    modules: {
      lua: {
        "lib/greet.lua": `local words = require("lib.words") return function(n) return words.hello .. " " .. n end`,
        "lib/words/init.lua": `return {hello = "hello"}`,
      },
      javascript: {
        "lib/greet.js": `import { hello } from "./words/index.js"; export default (n) => hello + " " + n`,
        "lib/words/index.js": `export { hello } from "../../hello.js"`,
        "hello.js": `export const hello = "hello"`,
      },
      tengo: {
        "lib/greet.tengo": `words := import("./words/index"); export {greet: func(n) { return words.hello + " " + n }}`,
        "lib/words/index.tengo": `export {hello: import("../../hello")}`,
        "hello.tengo": `export "hello"`,
      },
    },
    expect: { result: "hello you" },
  },
  {
    name: "a module that is not there is named",
    lua: `\nrequire("nothing")`,
    javascript: `\nimport "./nothing.js"`,
    tengo: `\nimport("nothing")`,
    expect: { failure: { code: "script.module-not-found", message: /nothing/, line: 2 } },
  },
  {
    name: "a module that is not there can be caught",
    lua: `local ok, e = pcall(require, "nothing") return e.code`,
    javascript: `let r; try { await import("./nothing.js") } catch (e) { r = e.code } export default r`,
    expect: { result: "script.module-not-found" },
  },
  {
    name: "nothing outside of the spell's folder can be named",
    lua: `
      local out = {}
      for i, name in ipairs({"../secret", "/etc/passwd", "lib/../../secret", "..secret", "os", "io", "_G"}) do
        local ok, e = pcall(require, name)
        out[i] = ok or e.code
      end
      return out`,
    javascript: `
      const out = [];
      for (const name of ["../secret.js", "/etc/passwd", "./lib/../../secret.js", "node:fs", "fs", "bun", "llmspell:files"]) {
        try { await import(name); out.push(true) } catch (e) { out.push(e.code) }
      }
      export default out`,
    modules: { lua: { "secret.lua": "return 1" }, javascript: { "secret.js": "export default 1" } },
    expect: {
      check(run) {
        const codes = run.result as readonly unknown[];
        if (codes.length !== 7 || codes.some((code) => code !== "script.module-not-found")) {
          throw new Error(JSON.stringify(codes));
        }
      },
    },
  },
  {
    name: "a granted module can be imported by its name",
    lua: `return {require("host") == host, require("json").null == json.null}`,
    javascript: `
      import h, { echo } from "llmspell:host";
      import { encode } from "llmspell:json";
      export default [h.echo === echo && echo === host.echo, encode === json.encode]`,
    tengo: `export [import("host").version == host.version, import("host").__module_name__ == "host"]`,
    expect: { result: [true, true] },
  },
  {
    name: "modules that import each other",
    lua: `local ok, e = pcall(require, "a") return (tostring(e):find("requires itself") ~= nil)`,
    javascript: `import { a } from "./a.js"; export default a() === "b"`,
    modules: {
      lua: { "a.lua": `return require("b")`, "b.lua": `return require("a")` },
      javascript: {
        "a.js": `import { b } from "./b.js"; export const a = () => b()`,
        "b.js": `import { a } from "./a.js"; export const b = () => (typeof a === "function" ? "b" : "?")`,
      },
    },
    expect: { result: true },
  },
  {
    name: "a module may wait for a call while it is loaded",
    lua: `return require("util")`,
    javascript: `import util from "./util.js"; export default util`,
    tengo: `export import("./util")`,
    modules: {
      lua: { "util.lua": `return host.echo("from a module")` },
      javascript: { "util.js": `export default await host.echo("from a module")` },
      tengo: { "util.tengo": `export host.echo("from a module")` },
    },
    expect: { result: "from a module" },
  },
  {
    name: "a module that fails while it is loaded fails its importer, and can be tried again",
    lua: `
      local ok, e = pcall(require, "bad")
      local ok2, e2 = pcall(require, "bad")
      return {ok, ok2, tostring(e2) == "bad.lua:1: bad"}`,
    javascript: `
      const attempt = async () => { try { await import("./bad.js"); return true } catch { return false } };
      export default [await attempt(), await attempt(), true]`,
    modules: {
      lua: { "bad.lua": `error("bad")` },
      javascript: { "bad.js": `throw new Error("bad")` },
    },
    expect: { result: [false, false, true] },
  },
  {
    name: "a syntax error in a module names the module",
    lua: `require("bad")`,
    javascript: `import "./bad.js"`,
    tengo: `import("./bad")`,
    modules: {
      lua: { "bad.lua": `\n\nx = = 1` },
      javascript: { "bad.js": `\n\nlet x = = 1` },
      tengo: { "bad.tengo": `\n\nx := = 1` },
    },
    expect: (engine) => ({
      failure: { code: "script.syntax", file: fileOf(engine, "bad"), line: 3 },
    }),
  },
];

export const OUTPUT_CASES: readonly Case[] = [
  {
    name: "what is printed comes in order with the calls",
    lua: `print("a") host.echo(1) print("b", 2, nil, true) host.echo(2) host.print("no newline")`,
    javascript: `console.log("a"); await host.echo(1); console.log("b\\t2\\tnil\\ttrue"); await host.echo(2); host.print("no newline")`,
    tengo: `fmt := import("fmt"); fmt.println("a"); host.echo(1); fmt.println("b\\t", 2, "\\tnil\\t", true); host.echo(2); host.print("no newline")`,
    expect: {
      stdout: "a\nb\t2\tnil\ttrue\nno newline",
      check(run) {
        const order = run.messages.map(({ type }) => type).join(" ");
        if (order !== "output call output call output result") throw new Error(order);
      },
    },
  },
  {
    name: "NUL and every character below 32 are printed as they are",
    lua: `local s = "" for i = 0, 31 do s = s .. string.char(i) end host.print(s)`,
    javascript: `let s = ""; for (let i = 0; i < 32; i++) s += String.fromCharCode(i); host.print(s)`,
    tengo: `s := ""; for i := 0; i < 32; i++ { s += char(i) }; host.print(s)`,
    expect: { stdout: Array.from({ length: 32 }, (_, index) => String.fromCharCode(index)).join("") },
  },
  {
    name: "bytes that are no text are printed as bytes",
    lua: `print("a\\xff\\xfe")`,
    tengo: `import("fmt").println("a\\xff\\xfe")`,
    expect: {
      check(run) {
        const [message] = run.messages;
        const text = message?.type === "output" ? message.text : undefined;
        if (!(text instanceof Uint8Array) || text.join() !== "97,255,254,10") throw new Error(String(text));
      },
    },
  },
  {
    name: "warnings go to standard error",
    lua: `warn("care", "ful")`,
    javascript: `console.warn("careful"); console.error("wrong")`,
    skip: { fengari: "Lua 5.3 has no warn, the prelude gives it one" },
    expect: (engine) => ({
      stdout: "",
      stderr: engine.language === "lua" ? "warning: careful\n" : "careful\nwrong\n",
    }),
  },
  {
    name: "a large output",
    lua: `print(string.rep("x", 500000))`,
    javascript: `console.log("x".repeat(500000))`,
    tengo: `import("fmt").println(import("text").repeat("x", 500000))`,
    expect: { stdout: `${"x".repeat(500_000)}\n` },
  },
  {
    name: "what was printed before a failure is kept",
    lua: `print("before") error("x")`,
    javascript: `console.log("before"); throw new Error("x")`,
    tengo: `import("fmt").println("before"); x := 1 + "x"`,
    expect: { stdout: "before\n", failure: { code: "script.error" } },
  },
  {
    name: "an error in __tostring or toString is an error of print",
    lua: `
      local ok, e = pcall(print, setmetatable({}, {__tostring = function() error("mine", 0) end}))
      return {ok, e}`,
    javascript: `let r; try { host.print({toString() { throw new Error("mine") }}); r = [true] } catch (e) { r = [false, e.message] } export default r`,
    expect: { result: [false, "mine"] },
  },
];
