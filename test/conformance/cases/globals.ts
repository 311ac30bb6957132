import type { Case } from "../harness.ts";

/** Every name that a Lua spell reaches from `_G`, granted modules aside. A new one is a decision: write it here. */
const LUA_NAMES = `
_G _VERSION assert async async.all async.await async.cancel async.pause async.race async.spawn collectgarbage
coroutine coroutine.create coroutine.isyieldable coroutine.resume coroutine.running coroutine.status coroutine.wrap
coroutine.yield error getmetatable ipairs load math math.abs math.acos math.asin math.atan math.ceil math.cos math.deg
math.exp math.floor math.fmod math.huge math.log math.max math.maxinteger math.min math.mininteger math.modf math.pi
math.rad math.random math.randomseed math.sin math.sqrt math.tan math.tointeger math.type math.ult next os os.clock
os.date os.difftime os.time pairs pcall print rawequal rawget rawlen rawset require select setmetatable string
string.byte string.char string.find string.format string.gmatch string.gsub string.len string.lower string.match
string.pack string.packsize string.rep string.reverse string.sub string.unpack string.upper table table.concat
table.insert table.move table.pack table.remove table.sort table.unpack tonumber tostring type utf8 utf8.char
utf8.charpattern utf8.codepoint utf8.codes utf8.len utf8.offset warn xpcall`
  .trim()
  .split(/\s+/);

const JAVASCRIPT_NAMES = `
AggregateError Array ArrayBuffer BigInt BigInt64Array BigUint64Array Boolean DOMException DataView Date Error EvalError
Float16Array Float32Array Float64Array Function Infinity Int16Array Int32Array Int8Array InternalError Iterator JSON Map
Math NaN Number Object Promise Proxy RangeError ReferenceError Reflect RegExp Set String Symbol
Symbol(Symbol.toStringTag) SyntaxError TextDecoder TextEncoder TypeError URIError Uint16Array Uint32Array Uint8Array
Uint8ClampedArray WeakMap WeakSet atob btoa clearInterval clearTimeout console decodeURI decodeURIComponent encodeURI
encodeURIComponent escape eval globalThis isFinite isNaN parseFloat parseInt queueMicrotask setInterval setTimeout
structuredClone undefined unescape`
  .trim()
  .replace("Symbol(Symbol.toStringTag)", "Symbol.toStringTag")
  .split(/\s+/);

export const GLOBAL_CASES: readonly Case[] = [
  {
    name: "the globals are those of the list",
    lua: `
      local names, seen = {}, {[_G] = true, [host] = true, [json] = true}
      local function walk(t, prefix)
        for k, v in pairs(t) do
          if v ~= host and v ~= json then
            names[#names + 1] = prefix .. k
            if type(v) == "table" and not seen[v] then seen[v] = true walk(v, prefix .. k .. ".") end
          end
        end
      end
      walk(_G, "")
      table.sort(names)
      return names`,
    javascript: `
      const names = Reflect.ownKeys(globalThis).filter((key) => key !== "host" && key !== "json");
      export default names.map((key) => (typeof key === "symbol" ? key.description : key)).sort()`,
    expect: (engine) => {
      if (engine.language === "javascript") return { result: JAVASCRIPT_NAMES.toSorted() };
      const more = engine.id === "lua" ? ["coroutine.close"] : [];
      return { result: [...LUA_NAMES, ...more].toSorted() };
    },
  },
  {
    name: "what leads out is not there",
    lua: `
      local found = json.array()
      for _, name in ipairs({"io", "package", "debug", "dofile", "loadfile", "loadstring", "module", "unpack", "js", "fengari", "wasmoon"}) do
        if _G[name] ~= nil then found[#found + 1] = name end
      end
      for _, name in ipairs({"execute", "getenv", "exit", "remove", "rename", "tmpname", "setlocale"}) do
        if os[name] ~= nil then found[#found + 1] = "os." .. name end
      end
      if string.dump then found[#found + 1] = "string.dump" end
      return found`,
    javascript: `
      const names = ["WebAssembly", "process", "Bun", "require", "module", "fetch", "WeakRef", "FinalizationRegistry",
        "SharedArrayBuffer", "Atomics", "performance", "gc", "std", "os", "bjson", "print", "scriptArgs", "Worker",
        "XMLHttpRequest", "WebSocket", "navigator", "global", "window", "self", "__dirname", "Deno", "Intl"];
      export default names.filter((name) => eval("typeof " + name) !== "undefined")`,
    expect: { result: [] },
  },
  {
    name: "bytecode is not loaded",
    lua: `
      local f, e = load("\\27Lua\\x54\\0\\x19\\x93", "x", "b")
      local g, e2 = load("\\27Lua\\x53\\0\\x19\\x93", "x", "bt")
      return {f == nil, g == nil, (tostring(e):find("binary") ~= nil)}`,
    expect: { result: [true, true, true] },
  },
  {
    name: "nothing but the language is reached by constructors",
    javascript: `
      const F = (() => {}).constructor;
      const AF = (async () => {}).constructor;
      const GF = (function* () {}).constructor;
      const realm = F("return this")();
      const viaCall = host.echo.constructor("return typeof process + typeof Bun + typeof require")();
      export default [realm === globalThis, viaCall, typeof AF, typeof GF, typeof import.meta.url]`,
    expect: { result: [true, "undefinedundefinedundefined", "function", "function", "undefined"] },
  },
  {
    name: "the granted modules cannot be changed where that matters to others",
    javascript: `
      "use strict";
      let errors = 0;
      for (const f of [() => (host.echo = 1), () => delete host.echo, () => (console.log = 1), () => (host.list.push(1))]) {
        try { f() } catch { errors++ }
      }
      export default [errors, typeof host.echo]`,
    expect: { result: [4, "function"] },
  },
];

const RANDOM = {
  lua: `
    local out = {}
    for i = 1, 5 do out[i] = math.random(1, 1000000) end
    out[6] = math.random()
    out[7] = os.time()
    out[8] = os.date("%Y-%m-%d %H:%M:%S")
    local t = {}
    for i = 1, 50 do t["key" .. i] = i end
    local keys = {}
    for k in pairs(t) do keys[#keys + 1] = k end
    out[9] = table.concat(keys, " ")
    host.echo(out[1])
    out[10] = os.time()
    print(out[9], tostring(os.clock()))
    return out`,
  javascript: `
    const out = [];
    for (let i = 0; i < 6; i++) out.push(Math.floor(Math.random() * 1e6));
    out.push(Date.now(), String(new Date()), new Date().getTimezoneOffset());
    const t = {};
    for (let i = 0; i < 50; i++) t["key" + i] = i;
    out.push(Object.keys(t).join(" "));
    await host.echo(out[0]);
    out.push(Date.now());
    console.log(out, new Map(Object.entries(t)), Symbol("x"), () => 1);
    export default out`,
  tengo: `
    rand := import("rand")
    times := import("times")
    fmt := import("fmt")
    out := []
    for i := 0; i < 5; i++ { out = append(out, rand.intn(1000000)) }
    out = append(out, rand.float(), rand.perm(10), times.time_unix_nano(times.now()), times.time_string(times.now()))
    m := {}
    for i := 0; i < 50; i++ { m["key" + i] = i }
    keys := ""
    for k, v in m { keys += k + " " }
    out = append(out, keys)
    host.echo(out[0])
    out = append(out, times.time_unix(times.now()))
    fmt.println(keys, m, func() {}, len)
    export out`,
};

export const DETERMINISM_CASES: readonly Case[] = [
  {
    name: "how deep calls nest before the stack is full",
    lua: `
      local depth = 0
      local function plain() depth = depth + 1 return 1 + plain() end
      local function wide(...) depth = depth + 1 return 1 + wide(1, 2, 3, ...) end
      local function caught() depth = depth + 1 pcall(caught) end
      local function replaced() depth = depth + 1 return (string.gsub("a", "a", replaced)) end
      local function inner() depth = depth + 1 return coroutine.wrap(inner)() end
      for _, body in ipairs({plain, wide, caught, replaced, inner}) do
        depth = 0
        local ok, reason = pcall(body)
        print(depth, ok, reason)
      end`,
    javascript: `
      let depth = 0;
      const object = { get deeper() { depth++; return object.deeper }, toString() { depth++; return "" + object } };
      const proxy = new Proxy({}, { get(target, key, self) { depth++; return self[key] } });
      const bodies = {
        plain() { depth++; return 1 + bodies.plain() },
        wide(...all) { depth++; return 1 + bodies.wide(1, ...all) },
        map() { depth++; return [1].map(bodies.map) },
        replaced() { depth++; return "a".replace(/a/, bodies.replaced) },
        sorted() { depth++; [1, 2].sort(bodies.sorted); return 0 },
        getter() { return object.deeper },
        text() { return String(object) },
        proxy() { return proxy.deeper },
        *generated() { depth++; yield* bodies.generated() },
        async waiting() { depth++; await bodies.waiting() },
      };
      for (const [name, body] of Object.entries(bodies)) {
        depth = 0;
        let reason;
        try { const found = body(); if (name === "generated") [...found]; else await found } catch (error) { reason = String(error) }
        console.log(name, depth, reason);
      }`,
    tengo: `
      depth := 0
      plain := undefined
      plain = func() { depth++; host.print(string(depth) + " "); return 1 + plain() }
      plain()`,
    expect: (engine) => (engine.language === "tengo" ? { failure: { code: "limit.stack" } } : {}),
  },
  {
    name: "the sorting of a long list",
    lua: `
      local list, compared = {}, 0
      for index = 1, 2000 do list[index] = index * 7919 % 2003 end
      table.sort(list, function(a, b) compared = compared + 1 return a < b end)
      print(compared)
      compared = 0
      table.sort(list, function(a, b) compared = compared + 1 return a > b end)
      print(compared, pcall(table.sort, list, function() return true end))`,
    javascript: `
      const list = Array.from({ length: 2000 }, (_, index) => (index * 7919) % 2003);
      let compared = 0;
      list.sort((a, b) => { compared++; return a - b });
      console.log(compared);
      list.sort(() => (++compared % 3) - 1);
      console.log(compared, list.join());`,
    expect: {},
  },
  {
    name: "the host's time zone and language do not show",
    javascript: `
      const summer = new Date(2020, 6, 1);
      export default [
        summer.getTimezoneOffset(), summer.toISOString(), summer.toLocaleString(), new Date("2020-01-01T00:00:00").getTime(),
        (1234567.5).toLocaleString(), "ä".localeCompare("z"), "i".toLocaleUpperCase("tr"), typeof Intl]`,
    lua: `return {os.date("%c %Z", 1593561600), os.time({year = 2020, month = 7, day = 1, hour = 0}), "ä" < "z"}`,
    tengo: `
      times := import("times")
      export [times.time_string(times.date(2020, 7, 1, 0, 0, 0, 0)), times.time_location(times.now())]`,
    expect: ({ language }) => {
      if (language === "lua") return { result: ["Wed Jul  1 00:00:00 2020 UTC", 1593561600, false] };
      if (language === "tengo") return { result: ["2020-07-01 00:00:00 +0000 UTC", "UTC"] };
      const dates = [0, "2020-07-01T00:00:00.000Z", "07/01/2020, 12:00:00 AM", 1577836800000];
      return { result: [...dates, "1234567.5", 1, "I", "undefined"] };
    },
  },
  { name: "seed and time decide all that varies", ...RANDOM, seed: 7, expect: {} },
  { name: "seed 0", ...RANDOM, seed: 0, expect: {} },
  { name: "the greatest seed", ...RANDOM, seed: 2 ** 32 - 1, expect: {} },
  {
    name: "addresses of tables, functions and threads",
    lua: `print(tostring({}), tostring(print), tostring(function() end), tostring(coroutine.create(print)), string.format("%p", {}))`,
    skip: { fengari: "see the case for fengari below" },
    expect: {},
  },
  {
    name: "addresses of tables and functions in fengari",
    lua: `local a, b = tostring({}), tostring({}) print(a ~= b)`,
    expect: { stdout: "true\n" },
  },
  {
    name: "errors and stacks",
    lua: `local t = {} for i = 1, 20 do t[{}] = i end local out = {} for k, v in pairs(t) do out[#out + 1] = v end print(table.concat(out, " ")) error(t)`,
    javascript: `const s = new Set(); for (let i = 0; i < 20; i++) s.add({i}); console.log(s); throw new Error(String([...s].length))`,
    skip: { fengari: "fengari keeps keys in the order they were set" },
    expect: (engine) => ({ failure: { code: engine.language === "lua" ? "value.key" : "script.error" } }),
  },
  {
    name: "garbage does not show",
    lua: `
      local weak = setmetatable({}, {__mode = "k"})
      for i = 1, 100 do weak[{}] = i end
      collectgarbage()
      local n = 0
      for _ in pairs(weak) do n = n + 1 end
      return {n, collectgarbage("count") > 0}`,
    skip: { fengari: "fengari's weak tables are JavaScript's: nothing is collected before the run ends" },
    expect: { result: [0, true] },
  },
];
