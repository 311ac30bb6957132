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
];
