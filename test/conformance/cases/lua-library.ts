import type { Case } from "../harness.ts";

/** Runs functions with `pcall` and gives the message of each error, or `fine`. */
const MESSAGES = `
  local function messages(...)
    local out = json.array()
    for index, call in ipairs {...} do
      local ok, problem = pcall(call)
      out[index] = ok and "fine" or type(problem) == "table" and problem.code or problem
    end
    return out
  end`;

/** What our own versions of the standard functions do; the figures are those of PUC Lua 5.4 on Debian. */
export const LUA_LIBRARY_CASES: readonly Case[] = [
  {
    name: "calls in the handler of an xpcall, and errors in it",
    lua: `
      local tries = 0
      local function handler(problem)
        tries = tries + 1
        if tries < 3 then error(problem .. tries, 0) end
        return host.echo(problem), "second"
      end
      local function count(...) return select("#", ...) end
      return {
        count(xpcall(error, handler, "first")), tries,
        select(2, xpcall(error, function(problem) return host.echo("got " .. problem) end, "original")),
        select(2, xpcall(error, function(problem) error("own", 0) end, "original")),
        count(xpcall(function(...) return host.echo(1), ... end, print, nil, nil)),
        select(2, xpcall(function() local function f() return f() + 1 end return f() end, function(m) return host.echo(m:match("stack overflow")) end)),
        select(2, pcall(xpcall, print)), select(2, pcall(xpcall, print, 1))}`,
    expect: {
      result: [
        2,
        3,
        "got original",
        "own",
        4,
        "stack overflow",
        "bad argument #2 to 'xpcall' (function expected, got no value)",
        "bad argument #2 to 'xpcall' (function expected, got number)",
      ],
    },
  },
  {
    name: "calls in __tostring, of tostring and of print",
    lua: `
      local it = setmetatable({}, {__tostring = function() return host.echo("text") end})
      local hidden = setmetatable({}, {__metatable = {__tostring = print}, __tostring = function() return "hidden" end})
      local named = setmetatable({}, {__name = "Name"})
      print(it, hidden, nil, 1.5)
      return {tostring(it), tostring(hidden), (tostring(named):gsub(": .*", "")), tostring(nil), tostring(setmetatable({}, {__tostring = function() return 5 end}))}`,
    expect: { stdout: "text\thidden\tnil\t1.5\n", result: ["text", "hidden", "Name", "nil", "5"] },
  },
  {
    name: "errors of tostring and print stand where they were called",
    lua: `${MESSAGES}
      local bad = setmetatable({}, {__tostring = function() return {} end})
      return messages(
        function() local x = tostring() end,
        function() local x = tostring(bad) end,
        function() print(bad) end)`,
    expect: {
      result: [
        "main.lua:12: bad argument #1 to 'tostring' (value expected)",
        "main.lua:13: '__tostring' must return a string",
        "main.lua:14: '__tostring' must return a string",
      ],
    },
  },
  {
    name: "a call that cannot wait says where Lua does not suspend",
    lua: `
      local it = setmetatable({}, {__tostring = function() return host.echo("text") end})
      local _, problem = pcall(string.format, "%s", it)
      return {problem.code, problem.message}`,
    expect: {
      result: [
        "script.cannot-wait",
        "host.echo cannot wait here: Lua does not suspend inside a callback of table.sort, string.gsub or load, nor inside a metamethod that a library function calls, as string.format, ipairs and those of table do",
      ],
    },
  },
  {
    name: "os.date has all of its specifiers",
    lua: `
      local out = json.array()
      for _, time in ipairs {0, 1609459199, 1609459200, 1230768000, 1704067199, -2208988800} do
        out[#out + 1] = os.date("%U %W %V %G %g %u %C %h %r %Ec %EY %Od", time)
      end
      return out`,
    expect: {
      result: [
        "00 00 01 1970 70 4 19 Jan 12:00:00 AM Thu Jan  1 00:00:00 1970 1970 01",
        "52 52 53 2020 20 4 20 Dec 11:59:59 PM Thu Dec 31 23:59:59 2020 2020 31",
        "00 00 53 2020 20 5 20 Jan 12:00:00 AM Fri Jan  1 00:00:00 2021 2021 01",
        "00 00 01 2009 09 4 20 Jan 12:00:00 AM Thu Jan  1 00:00:00 2009 2009 01",
        "53 52 52 2023 23 7 20 Dec 11:59:59 PM Sun Dec 31 23:59:59 2023 2023 31",
        "00 01 01 1900 00 1 19 Jan 12:00:00 AM Mon Jan  1 00:00:00 1900 1900 01",
      ],
    },
  },
  {
    name: "os.date refuses what it cannot show",
    lua: `${MESSAGES}
      return messages(
        function() local x = os.date("%Q") end,
        function() local x = os.date("%Ez") end,
        function() local x = os.date("a%") end,
        function() local x = os.date({}) end,
        function() local x = os.date("%Y", 1.5) end,
        function() local x = os.date("%Y", 0/0) end,
        function() local x = os.date("%Y", 1e100) end,
        function() local x = os.date("%Y", "x") end,
        function() local x = os.date("%Y", 2.0 ^ 60) end,
        function() local x = os.date("%Y", "86400") end)`,
    expect: {
      result: [
        "main.lua:11: bad argument #1 to 'date' (invalid conversion specifier '%Q')",
        "main.lua:12: bad argument #1 to 'date' (invalid conversion specifier '%Ez')",
        "main.lua:13: bad argument #1 to 'date' (invalid conversion specifier '%')",
        "main.lua:14: bad argument #1 to 'date' (string expected, got table)",
        "main.lua:15: bad argument #2 to 'date' (number has no integer representation)",
        "main.lua:16: bad argument #2 to 'date' (number has no integer representation)",
        "main.lua:17: bad argument #2 to 'date' (number has no integer representation)",
        "main.lua:18: bad argument #2 to 'date' (number expected, got string)",
        "main.lua:19: date result cannot be represented in this installation",
        "fine",
      ],
    },
  },
  {
    name: "load takes its mode at its word",
    lua: `
      local function refused(...) local f, problem = load(...) return f == nil and problem end
      return {
        refused("return 1", "x", "b"), refused("return 1", "x", ""), refused("\\27Lua", "x", "b"), refused("\\27Lua"),
        load("return 1", "x", "bt")(), load("return 2", "x", nil)(), pcall(load, "return 1", "x", {})}`,
    expect: {
      result: [
        "attempt to load a text chunk (mode is 'b')",
        "attempt to load a text chunk (mode is '')",
        "attempt to load a binary chunk (mode is 't')",
        "attempt to load a binary chunk (mode is 't')",
        1,
        2,
        false,
        "bad argument #3 to 'load' (string expected, got table)",
      ],
    },
  },
  {
    name: "a module may begin with a line for the shell",
    lua: `local util = require("util") return {util.value, select(2, pcall(util.fail))}`,
    modules: {
      lua: { "util.lua": `#!/usr/bin/env llmspell\nreturn {value = 1, fail = function()\n  error("here") end}` },
    },
    expect: { result: [1, "util.lua:3: here"] },
  },
  {
    name: "keys that are no text are shown as Lua writes them",
    lua: String.raw`
      local out = json.array()
      for index, key in ipairs {"\255", "a\200b", "\0011\2\"\\\255", "\2001"} do
        out[index] = select(2, pcall(host.echo, {[key] = 1})).message:match("the key (.*); keys must be text")
      end
      return out`,
    expect: { result: [String.raw`"\255"`, String.raw`"a\200b"`, String.raw`"\0011\2\"\\\255"`, String.raw`"\2001"`] },
  },
];
