import type { Case } from "../harness.ts";

const FUEL = { fuel: 300_000 };

/** The engine's own limiter must end it, whatever the script does to go on. */
function endless(
  name: string,
  lua: string | undefined,
  javascript: string | undefined,
  tengo?: string,
  skip: Case["skip"] = {},
): Case {
  return {
    name: `fuel ends ${name}`,
    ...(lua === undefined ? {} : { lua: `${lua}\nprint("went on")` }),
    ...(javascript === undefined ? {} : { javascript: `${javascript}\n;console.log("went on")` }),
    ...(tengo === undefined ? {} : { tengo: `${tengo}\nimport("fmt").println("went on")` }),
    limits: FUEL,
    skip,
    expect: { failure: { code: "limit.fuel" }, stdout: "" },
  };
}

const LOOPING_MODULE = {
  lua: { "loop.lua": "while true do end" },
  javascript: { "loop.js": "while (true) {}" },
  tengo: { "loop.tengo": "for {}" },
};

const MEMORY = { memory: 32 * 1024 * 1024, fuel: 200_000_000 };
const NO_CAP = { fengari: "memory-cap" };

const CASES: readonly Case[] = [
  endless("an empty loop", "while true do end", "while (true) {}", "for {}"),
  endless("a loop in pcall in a loop", "while true do pcall(function() while true do end end) end", undefined),
  endless(
    "a loop in xpcall with a handler that loops",
    "xpcall(function() while true do end end, function() while true do end end)",
    undefined,
  ),
  endless("a loop in try and finally", undefined, "try { while (true) {} } catch {} finally { while (true) {} }"),
  endless(
    "a loop in a coroutine in a coroutine",
    "coroutine.wrap(function() coroutine.wrap(function() while true do end end)() end)()",
    "function* f() { while (true) yield 1 } for (const x of f()) {}",
  ),
  endless(
    "pcall around resume of coroutines that loop",
    "while true do pcall(coroutine.wrap(function() while true do end end)) end",
    undefined,
  ),
  endless("a new coroutine each turn", "while true do coroutine.wrap(function() end)() end", undefined),
  endless("a promise chain", undefined, "const next = () => Promise.resolve().then(next); await next()"),
  endless(
    "a caught promise chain",
    undefined,
    "const f = async () => { for (;;) { try { await null; throw 1 } catch {} } }; await f()",
  ),
  endless("microtasks", undefined, "const f = () => queueMicrotask(f); f(); await new Promise(() => {})"),
  endless(
    "a metamethod or a getter that loops",
    "local t = setmetatable({}, {__index = function() while true do end end}) pcall(function() return t.x end)",
    "try { ({get x() { while (true) {} }}).x } catch {}",
  ),
  endless(
    "__eq, __lt, __len, __concat, toString and valueOf that loop",
    "local loop = function() while true do end end local m = {__eq = loop, __lt = loop, __len = loop, __concat = loop} local a, b = setmetatable({}, m), setmetatable({}, m) pcall(function() return a == b end)",
    "try { `${{toString() { while (true) {} }}}` } catch {}",
  ),
  endless(
    "a sort whose order loops",
    "pcall(table.sort, {3, 2, 1}, function() while true do end end)",
    "try { [3, 2, 1].sort(() => { while (true) {} }) } catch {}",
  ),
  endless(
    "a gsub whose replacement loops",
    'pcall(string.gsub, "abc", ".", function() while true do end end)',
    undefined,
  ),
  endless("a proxy whose trap loops", undefined, "try { new Proxy({}, {get() { while (true) {} }}).x } catch {}"),
  endless("a loop of pause", "while true do async.pause() end", undefined, "for { async.pause() }"),
  endless("tail calls without end", undefined, undefined, "f := func(n) { return f(n + 1) }; f(0)"),
  endless("goto", "::top:: goto top", undefined),
  endless(
    "a loop in a callback",
    "host.call(function() while true do end end)",
    "await host.call(() => { while (true) {} })",
    "host.call(func() { for {} })",
  ),
  endless("a loop in a module", 'require("loop")', 'await import("./loop.js")', 'import("./loop")'),
  {
    name: "fuel ends a loop in a default export",
    javascript: `export default () => { while (true) {} }`,
    limits: FUEL,
    expect: { failure: { code: "limit.fuel" } },
  },
  {
    name: "fuel is counted, and the same twice",
    lua: `local s = 0 for i = 1, 20000 do s = s + i end return s`,
    javascript: `let s = 0; for (let i = 1; i <= 20000; i++) s += i; export default s`,
    tengo: `s := 0; for i := 1; i <= 20000; i++ { s += i }; export s`,
    expect: {
      result: 200_010_000,
      check(run) {
        if (run.fuel <= 0) throw new Error(`fuel ${run.fuel}`);
      },
    },
  },
  {
    name: "fuel is over all messages",
    lua: `for i = 1, 100000 do host.echo(1) end`,
    javascript: `for (let i = 0; i < 100000; i++) await host.echo(1)`,
    tengo: `for i := 0; i < 100000; i++ { host.echo(1) }`,
    limits: FUEL,
    rungs: false,
    expect: { failure: { code: "limit.fuel" } },
  },
  {
    name: "one large text is refused",
    lua: `local s = string.rep("x", 100 * 1024 * 1024) return #s`,
    javascript: `const s = "x".repeat(100 * 1024 * 1024); export default s.split("").length`,
    tengo: `s := import("text").repeat("x", 100 * 1024 * 1024); export len(s)`,
    limits: MEMORY,
    skip: NO_CAP,
    expect: { failure: { code: "limit.memory" } },
  },
  {
    name: "tables without end",
    lua: `local t = {} for i = 1, 1e9 do t[i] = {i} end`,
    javascript: `const t = []; for (let i = 0; i < 1e9; i++) t.push({i})`,
    tengo: `t := []; for i := 0; i < 1000000000; i++ { t = append(t, [i]) }`,
    limits: MEMORY,
    skip: NO_CAP,
    expect: { failure: { code: "limit.memory" } },
  },
  {
    name: "a text that doubles",
    lua: `local s = "x" while true do s = s .. s end`,
    javascript: `let s = "x"; while (true) s = [s, s].join("")`,
    tengo: `s := "x"; for { s += s }`,
    limits: MEMORY,
    skip: NO_CAP,
    expect: { failure: { code: "limit.memory" } },
  },
  {
    name: "memory is refused in vain inside of pcall or try",
    lua: `while true do pcall(function() local t = {} for i = 1, 1e9 do t[i] = string.rep("x", 100000) .. i end end) end`,
    javascript: `const keep = []; for (;;) { try { for (;;) keep.push(new Array(1000).fill(keep.length)) } catch {} }`,
    // QuickJS goes on after a refusal, slowly: its fuel ends it.
    limits: { ...MEMORY, fuel: 100_000 },
    skip: NO_CAP,
    expect: (engine) => ({ failure: { code: engine.id === "lua" ? "limit.memory" : "limit.fuel" } }),
  },
  {
    name: "a stack overflow that nobody catches is limit.stack",
    lua: `local function f() return 1 + f() end f()`,
    javascript: `function f() { return 1 + f() } f()`,
    tengo: `f := func() { return 1 + f() }; f()`,
    expect: { failure: { code: "limit.stack" } },
  },
  {
    name: "a stack overflow is none of memory, also where there is little",
    lua: `local function f() return 1 + f() end f()`,
    tengo: `f := func() { return 1 + f() }; f()`,
    limits: { memory: 32 * 1024 * 1024 },
    expect: { failure: { code: "limit.stack" } },
  },
  {
    name: "a stack overflow can be caught",
    lua: `local function f() return 1 + f() end local ok = pcall(f) return {ok, "went on"}`,
    javascript: `function f() { return 1 + f() } let ok = true; try { f() } catch { ok = false } export default [ok, "went on"]`,
    expect: { result: [false, "went on"] },
  },
  {
    name: "deep recursion through native functions",
    lua: `
      local function f(n) return pcall(f, n + 1) end
      local ok = f(1)
      local function g(n) return (string.gsub("x", "x", function() return g(n + 1) end)) end
      local ok2 = pcall(g, 1)
      return {type(ok), ok2}`,
    javascript: `
      const f = () => [1].map(f);
      let ok = true; try { f() } catch { ok = false }
      const g = () => JSON.stringify({toJSON: g});
      let ok2 = true; try { g() } catch { ok2 = false }
      export default [typeof ok, ok2]`,
    expect: { result: ["boolean", false] },
  },
  {
    name: "a small limit of memory leaves room for a small script",
    lua: `local t = {} for i = 1, 1000 do t[i] = "item " .. i end return #table.concat(t)`,
    javascript: `const t = []; for (let i = 1; i <= 1000; i++) t.push("item " + i); export default t.join("").length`,
    tengo: `t := []; for i := 1; i <= 1000; i++ { t = append(t, "item " + i) }; export len(import("text").join(t, ""))`,
    limits: { memory: 4 * 1024 * 1024 },
    expect: { result: 7893 },
  },
];

export const LIMIT_CASES: readonly Case[] = CASES.map((it) =>
  it.name.endsWith("a loop in a module") ? { ...it, modules: LOOPING_MODULE } : it,
);
