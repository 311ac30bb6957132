-- Runs once in every new Lua state, before anything is known of the spell and with all the libraries that were
-- opened. It takes the host's few functions and the names of the globals that stay, cuts the globals down to what a spell may use, and
-- returns what the host needs. Works in Lua 5.3 and 5.4. Nothing here trusts a global after this file ran.
local host, globals = ...

-- The granted surface and the spell's own modules: known when the run begins.
local surface, modules

local error, getmetatable, ipairs, load, next, pairs, rawequal, rawget, rawset, select, setmetatable, tonumber, tostring, type =
  error, getmetatable, ipairs, load, next, pairs, rawequal, rawget, rawset, select, setmetatable, tonumber, tostring, type
local concat, unpack = table.concat, table.unpack
local format, gsub, gmatch, match, find, sub =
  string.format, string.gsub, string.gmatch, string.match, string.find, string.sub
local floor = math.floor
local create, raw_resume, running, isyieldable, raw_status, raw_yield, raw_close =
  coroutine.create, coroutine.resume, coroutine.running, coroutine.isyieldable, coroutine.status, coroutine.yield, coroutine.close
local output, now, charge, coroutine_failed = host.output, host.now, host.charge, host.coroutine_failed

-- ── globals: only what is listed ────────────────────────────────────────────

local keep = {}
for _, name in ipairs(globals) do keep[name] = true end
for name in pairs(_G) do
  if not keep[name] then _G[name] = nil end
end
string.dump = nil
-- All strings share it, whoever made them.
getmetatable("").__metatable = false

-- ── errors ──────────────────────────────────────────────────────────────────

local error_meta = {
  __name = "error",
  __tostring = function(self) return tostring(rawget(self, "message")) end,
}

local function make_error(code, message, details)
  return setmetatable({code = code, message = message, details = details}, error_meta)
end

-- ── fibers: a waiting call suspends its fiber through every coroutine in between ──

local WAIT = {}
local roots = setmetatable({}, {__mode = "k"})
local waiting = setmetatable({}, {__mode = "k"})

local function cannot_wait(what)
  return make_error("script.cannot-wait",
    what .. " cannot wait here: Lua does not suspend inside a callback of table.sort, string.gsub or load, nor inside a "
      .. "metamethod that a library function calls, as string.format, ipairs and those of table do")
end

local function wait(what, ...)
  if not isyieldable() then error(cannot_wait(what), 0) end
  return raw_yield(WAIT, ...)
end

local function awake(co, ...)
  waiting[co] = nil
  return ...
end

local function pass(co, ok, first, ...)
  if not (ok and rawequal(first, WAIT)) then return ok, first, ... end
  if not isyieldable() then return pass(co, raw_resume(co, false, cannot_wait("A call"))) end
  waiting[co] = true
  return pass(co, raw_resume(co, awake(co, raw_yield(WAIT, ...))))
end

local function resume(co, ...)
  if waiting[co] then return false, "cannot resume a coroutine that waits for a call" end
  if roots[co] then return false, "cannot resume a fiber" end
  return pass(co, raw_resume(co, ...))
end

local function unwrap(co, ok, ...)
  if ok then return ... end
  local reason = ...
  coroutine_failed(co, reason)
  if raw_close and raw_status(co) == "dead" then raw_close(co) end
  error(reason, 0)
end

coroutine.resume = resume
coroutine.create = function(body)
  charge()
  return create(body)
end
coroutine.wrap = function(body)
  charge()
  local co = create(body)
  return function(...) return unwrap(co, resume(co, ...)) end
end
coroutine.yield = function(...)
  if roots[running()] then error("attempt to yield from outside a coroutine", 2) end
  return raw_yield(...)
end
if raw_close then
  coroutine.close = function(co)
    if waiting[co] or roots[co] then error("cannot close a fiber or a coroutine that waits for a call", 2) end
    return raw_close(co)
  end
end
coroutine.running = function()
  local co = running()
  return co, roots[co] == true
end

-- ── catching: the VM must be told, and handlers may wait ────────────────────

if host.after_catch then
  local after_catch, raw_pcall = host.after_catch, pcall
  local function caught(...)
    after_catch()
    return ...
  end
  pcall = function(...) return caught(raw_pcall(...)) end
end
local pcall = pcall

-- So often a handler gets its own errors, as in Lua itself; then the last of them is what is left.
local MOST_HANDLED = 10

local function handled(handler, ok, ...)
  if ok then return true, ... end
  local problem = ...
  for _ = 1, MOST_HANDLED do
    local done, value = pcall(handler, problem)
    if done then return false, value end
    problem = value
  end
  return false, problem
end

-- Lua's own runs the handler where it cannot be suspended, on top of the stack that failed. There is no debug library
-- that could look at that, so that here it runs afterwards, and may wait.
function xpcall(body, handler, ...)
  if type(handler) ~= "function" then
    local given = handler == nil and "no value" or type(handler)
    error("bad argument #2 to 'xpcall' (function expected, got " .. given .. ")", 2)
  end
  return handled(handler, pcall(body, ...))
end

-- ── printing ────────────────────────────────────────────────────────────────

local raw_setmetatable = setmetatable

-- What has a `__tostring` is asked from here and not from within C, so that it may wait. A metatable that is set again
-- is not hidden behind a `__metatable`, which only C looks behind.
local function text_of(value, level)
  local meta = getmetatable(value)
  local writer = type(meta) == "table" and rawget(meta, "__tostring")
  if type(writer) ~= "function" or not pcall(raw_setmetatable, value, meta) then return tostring(value) end
  local text = writer(value)
  if type(text) == "string" then return text end
  if type(text) == "number" then return tostring(text) end
  error("'__tostring' must return a string", level)
end

function _G.tostring(...)
  local value = ...
  if getmetatable(value) then return (text_of(value, 3)) end
  if value == nil and select("#", ...) == 0 then error("bad argument #1 to 'tostring' (value expected)", 2) end
  return tostring(value)
end

local function line(...)
  local parts = {}
  for index = 1, select("#", ...) do parts[index] = text_of((select(index, ...)), 4) end
  return parts
end

function print(...) output(concat(line(...), "\t") .. "\n", false) end

function warn(...) output("warning: " .. concat(line(...)) .. "\n", true) end

-- ── text only, no bytecode; no finalisers ───────────────────────────────────

local raw_load = load
function _G.load(chunk, name, mode, ...)
  if mode ~= nil and type(mode) ~= "string" and type(mode) ~= "number" then
    error("bad argument #3 to 'load' (string expected, got " .. type(mode) .. ")", 2)
  end
  if mode and not find(mode, "t", 1, true) and not (type(chunk) == "string" and sub(chunk, 1, 1) == "\27") then
    return nil, "attempt to load a text chunk (mode is '" .. mode .. "')"
  end
  if select("#", ...) > 0 then return raw_load(chunk, name, "t", ...) end
  return raw_load(chunk, name, "t")
end

function _G.setmetatable(object, meta)
  if type(meta) == "table" and rawget(meta, "__gc") ~= nil then
    error("finalizers (__gc) do not exist in a spell: their order cannot be replayed", 2)
  end
  return raw_setmetatable(object, meta)
end

local raw_collect = collectgarbage
function collectgarbage(option)
  if option == nil or option == "collect" then return raw_collect("collect") end
  if option == "count" then return raw_collect("count") end
  error("collectgarbage takes \"collect\" or \"count\" in a spell", 2)
end

if host.random then
  local random = host.random
  math.randomseed = function(seed) host.randomseed(seed) end
  math.random = function(low, high)
    if low == nil then return random() end
    if high == nil then low, high = 1, low end
    if math.type(low) ~= "integer" or math.type(high) ~= "integer" then
      error("bad argument to 'random' (number has no integer representation)", 2)
    end
    if low > high then error("bad argument to 'random' (interval is empty)", 2) end
    return math.tointeger(low + floor(random() * (high - low + 1.0)))
  end
end

-- ── os: the run's clock, in UTC ─────────────────────────────────────────────

local DAYS = {"Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"}
local MONTHS = {"January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"}

-- Days since 1970-01-01 of a proleptic Gregorian date, and back.
local function days_from_civil(year, month, day)
  year = year + (month - 1) // 12
  month = (month - 1) % 12 + 1
  if month <= 2 then year = year - 1 end
  local era = year // 400
  local of_era = year - era * 400
  local of_year = (153 * (month + (month > 2 and -3 or 9)) + 2) // 5 + day - 1
  return era * 146097 + of_era * 365 + of_era // 4 - of_era // 100 + of_year - 719468
end

local function civil(seconds)
  local days = seconds // 86400
  local rest = seconds % 86400
  local shifted = days + 719468
  local era = shifted // 146097
  local of_era = shifted % 146097
  local year = (of_era - of_era // 1460 + of_era // 36524 - of_era // 146096) // 365
  local of_year = of_era - (365 * year + year // 4 - year // 100)
  local index = (5 * of_year + 2) // 153
  local month = index < 10 and index + 3 or index - 9
  year = year + era * 400 + (month <= 2 and 1 or 0)
  local whole = function(number) return math.tointeger(number) or number end
  return {
    year = whole(year), month = whole(month), day = whole(of_year - (153 * index + 2) // 5 + 1),
    hour = whole(rest // 3600), min = whole(rest % 3600 // 60), sec = whole(rest % 60),
    wday = whole((days + 4) % 7 + 1), yday = whole(days - days_from_civil(year, 1, 1) + 1), isdst = false,
  }
end

-- Weeks of the year that begin with a day of the week (1 is Sunday), and by ISO 8601 the week and its year.
local function week_from(t, first) return (t.yday + 6 - (t.wday - first) % 7) // 7 end
local function iso_week(t)
  local thursday = t.yday + 3 - (t.wday + 5) % 7
  local year, length = t.year, days_from_civil(t.year + 1, 1, 1) - days_from_civil(t.year, 1, 1)
  if thursday < 1 then
    year = year - 1
    thursday = thursday + days_from_civil(year + 1, 1, 1) - days_from_civil(year, 1, 1)
  elseif thursday > length then
    year, thursday = year + 1, thursday - length
  end
  return (thursday - 1) // 7 + 1, year
end

local formats
formats = {
  a = function(t) return sub(DAYS[t.wday], 1, 3) end, A = function(t) return DAYS[t.wday] end,
  b = function(t) return sub(MONTHS[t.month], 1, 3) end, B = function(t) return MONTHS[t.month] end,
  c = function(t) return formats.a(t) .. " " .. formats.b(t) .. format(" %2d ", t.day) .. formats.T(t) .. " " .. t.year end,
  d = function(t) return format("%02d", t.day) end, D = function(t) return formats.x(t) end,
  e = function(t) return format("%2d", t.day) end, F = function(t) return format("%d-%02d-%02d", t.year, t.month, t.day) end,
  H = function(t) return format("%02d", t.hour) end, I = function(t) return format("%02d", (t.hour + 11) % 12 + 1) end,
  j = function(t) return format("%03d", t.yday) end, m = function(t) return format("%02d", t.month) end,
  M = function(t) return format("%02d", t.min) end, n = function() return "\n" end, t = function() return "\t" end,
  p = function(t) return t.hour < 12 and "AM" or "PM" end, S = function(t) return format("%02d", t.sec) end,
  T = function(t) return format("%02d:%02d:%02d", t.hour, t.min, t.sec) end, X = function(t) return formats.T(t) end,
  R = function(t) return format("%02d:%02d", t.hour, t.min) end, w = function(t) return tostring(t.wday - 1) end,
  x = function(t) return format("%02d/%02d/%02d", t.month, t.day, t.year % 100) end,
  y = function(t) return format("%02d", t.year % 100) end, Y = function(t) return tostring(t.year) end,
  C = function(t) return format("%02d", t.year // 100) end, g = function(t) return format("%02d", select(2, iso_week(t)) % 100) end,
  G = function(t) return tostring((select(2, iso_week(t)))) end, h = function(t) return formats.b(t) end,
  r = function(t) return formats.I(t) .. format(":%02d:%02d ", t.min, t.sec) .. formats.p(t) end,
  u = function(t) return tostring((t.wday + 5) % 7 + 1) end, U = function(t) return format("%02d", week_from(t, 1)) end,
  V = function(t) return format("%02d", (iso_week(t))) end, W = function(t) return format("%02d", week_from(t, 2)) end,
  z = function() return "+0000" end, Z = function() return "UTC" end, ["%"] = function() return "%" end,
}

-- What may stand after `E` and `O`, which ask for another way of writing: there is none here.
local MODIFIED = {E = "cCxXyY", O = "deHImMSuUVwWy"}

local function bad_date(position, reason, level)
  error("bad argument #" .. position .. " to 'date' (" .. reason .. ")", level + 1)
end

local function date_time(time)
  local seconds = tonumber(time)
  if not seconds then bad_date(2, "number expected, got " .. type(time), 3) end
  if seconds ~= floor(seconds) or seconds < -2.0 ^ 63 or seconds >= 2.0 ^ 63 then
    bad_date(2, "number has no integer representation", 3)
  end
  local fields = civil(math.tointeger(seconds) or seconds)
  -- A year of C has 32 bits, and counts from 1900.
  if fields.year - 1900 < -2147483648.0 or fields.year - 1900 > 2147483647.0 then
    error("date result cannot be represented in this installation", 3)
  end
  return fields
end

local started = 0
os = {
  clock = function() return (now() - started) / 1000 end,
  difftime = function(later, earlier) return (later - (earlier or 0)) * 1.0 end,
  time = function(date)
    if date == nil then
      local seconds = now() // 1000
      return math.tointeger(seconds) or seconds
    end
    local function field(name, default)
      local number = math.tointeger(date[name] or default)
      if not number then error("field '" .. name .. "' missing in date table", 3) end
      return number
    end
    local seconds = days_from_civil(field("year"), field("month"), field("day")) * 86400.0
      + field("hour", 12) * 3600.0 + field("min", 0) * 60.0 + field("sec", 0)
    return math.tointeger(seconds) or seconds
  end,
  date = function(pattern, time)
    if pattern == nil then pattern = "%c" end
    if type(pattern) ~= "string" and type(pattern) ~= "number" then
      bad_date(1, "string expected, got " .. type(pattern), 2)
    end
    local fields = date_time(time == nil and now() // 1000 or time)
    if sub(pattern, 1, 1) == "!" then pattern = sub(pattern, 2) end
    if sub(pattern, 1, 2) == "*t" then return fields end
    return (gsub(pattern, "%%([EO]?)(.?)", function(modifier, letter)
      local writer = formats[letter]
      if not writer or modifier ~= "" and not find(MODIFIED[modifier], letter, 1, true) then
        bad_date(1, "invalid conversion specifier '%" .. modifier .. letter .. "'", 4)
      end
      return writer(fields)
    end))
  end,
}

-- ── values of ours ──────────────────────────────────────────────────────────

local null = setmetatable({}, {__name = "null", __tostring = function() return "null" end, __newindex = function()
  error("null cannot be changed", 2)
end})
local array_meta = {__name = "array"}
local time_meta = {__name = "time"}
time_meta.__tostring = function(self)
  local fraction = self.nanoseconds == 0 and "" or gsub(format(".%09d", self.nanoseconds), "0+$", "")
  local fields = civil(self.seconds)
  return formats.F(fields) .. "T" .. formats.T(fields) .. fraction .. "Z"
end
time_meta.__eq = function(a, b) return a.seconds == b.seconds and a.nanoseconds == b.nanoseconds end
time_meta.__lt = function(a, b)
  return a.seconds < b.seconds or a.seconds == b.seconds and a.nanoseconds < b.nanoseconds
end
time_meta.__le = function(a, b) return not (b < a) end
time_meta.__sub = function(a, b) return a.seconds - b.seconds + (a.nanoseconds - b.nanoseconds) / 1e9 end

local text_metas = {}
local function text_meta(field)
  local meta = text_metas[field]
  if meta then return meta end
  meta = {__name = "answer", __tostring = function(self) return tostring(rawget(self, field) or "") end}
  meta.__concat = function(a, b)
    return (type(a) == "table" and tostring(a) or a) .. (type(b) == "table" and tostring(b) or b)
  end
  text_metas[field] = meta
  return meta
end

-- ── bindings: from the surface, nothing written by hand ─────────────────────

-- Where calls say their place, the script gets functions of C in front of ours: of its functions whose last act is to
-- call one of ours, Lua would keep nothing.
local function expose(body) return body end

local function answered(ok, value)
  if ok then return value end
  error(value, 0)
end

local function bind(module, surface_function)
  local name, text = surface_function.name, surface_function.text
  local full = module .. "." .. name
  if surface_function["local"] == "output" then
    return function(value) output(tostring(value), false) end
  end
  if surface_function.iterable then
    return expose(function(...)
      local handle = answered(wait(full, "call", module, name, ...))
      -- The fourth value of a generic for is closed when the loop is left (Lua 5.4).
      if raw_close then return handle, nil, nil, handle end
      return handle
    end)
  end
  return expose(function(...)
    local value = answered(wait(full, "call", module, name, ...))
    if text and type(value) == "table" and getmetatable(value) == nil then setmetatable(value, text_meta(text)) end
    return value
  end)
end

local handle_metas = {}
local function handle_class(module, kind, surface_handle)
  local methods, name = {}, module .. "." .. kind
  for guest, method in pairs(surface_handle.methods) do
    local next_text = guest == surface_handle.next and method.text
    local plain = {name = kind .. "." .. method.name, text = not next_text and method.text or nil, iterable = method.iterable}
    methods[guest] = bind(module, plain)
  end
  local meta = {__index = methods, __name = name, __tostring = function() return "[" .. name .. "]" end}
  if surface_handle.next then
    local advance, text = methods[surface_handle.next], surface_handle.methods[surface_handle.next].text
    local step = expose(function(self)
      local item = advance(self)
      if item.done then return nil end
      local value = item.value
      if text and type(value) == "table" and getmetatable(value) == nil then setmetatable(value, text_meta(text)) end
      return value
    end)
    meta.__call = step
    methods[surface_handle.next] = step
  end
  if surface_handle.close then
    local close = methods[surface_handle.close]
    meta.__close = function(self) close(self) end
  end
  handle_metas[name] = meta
end

-- What a module has, by its name: the table that a spell sees only reads it.
local contents, bound = {}, {}

local function read_only(name, fields, fill)
  local function step(_, key) return next(fields, key) end
  local meta = {
    __name = name,
    __metatable = false,
    __newindex = function() error("the module '" .. name .. "' cannot be changed", 2) end,
  }
  local function filled()
    fill()
    meta.__index, meta.__pairs = fields, function(module) return step, module, nil end
  end
  meta.__index = function(_, key) filled() return fields[key] end
  meta.__pairs = function(module) filled() return step, module, nil end
  return raw_setmetatable({}, meta)
end

-- A module's functions are made when it is first looked into: a spell is granted more than it uses.
local function bind_module(name, module_surface)
  local fields = {}
  local function fill()
    for guest, own, text, kind in gmatch(module_surface.functions, "([^ ]*) ([^ ]*) ([^ ]*) ([^ ]*)\n") do
      local surface_function = {name = own, text = text ~= "" and text or nil, iterable = kind == "iterable", ["local"] = kind}
      if fields[guest] == nil then fields[guest] = bind(name, surface_function) end
    end
  end
  for kind, surface_handle in pairs(module_surface.handles) do handle_class(name, kind, surface_handle) end
  if name == "json" then
    fields.null = null
    fields.array = function(list) return raw_setmetatable(list or {}, array_meta) end
  end
  contents[name] = fields
  bound[name] = read_only(name, fields, fill)
  _G[name] = bound[name]
end

-- The state was made before anything was known of the run; `set_seed` is what math.randomseed was then.
local set_seed = math.randomseed
local function begin(granted, own_modules, seed, places)
  surface, modules, started = granted, own_modules, now()
  if places then expose = host.relay end
  set_seed(seed)
  for name, module_surface in pairs(surface) do bind_module(name, module_surface) end
end

-- ── async: more fibers ──────────────────────────────────────────────────────

async = {}
local task_meta = {__name = "task"}
local function is_task(value) return getmetatable(value) == task_meta end

function async.spawn(body, ...)
  if type(body) ~= "function" then error("bad argument #1 to 'spawn' (function expected, got " .. type(body) .. ")", 2) end
  return raw_setmetatable({id = answered(wait("async.spawn", "spawn", body, ...))}, task_meta)
end

local function settled(ok, ...)
  if ok then return ... end
  error((...), 0)
end

function async.await(task)
  if not is_task(task) then error("bad argument #1 to 'await' (task expected, got " .. type(task) .. ")", 2) end
  return settled(wait("async.await", "await", task.id))
end

function async.cancel(task)
  if not is_task(task) then error("bad argument #1 to 'cancel' (task expected, got " .. type(task) .. ")", 2) end
  answered(wait("async.cancel", "abandon", task.id))
end

function async.pause() answered(wait("async.pause", "pause")) end

local function tasks_of(list, name)
  if type(list) ~= "table" then error("bad argument #1 to '" .. name .. "' (table expected, got " .. type(list) .. ")", 3) end
  local tasks = {}
  for index, item in ipairs(list) do tasks[index] = is_task(item) and item or async.spawn(item) end
  return tasks
end

function async.all(list)
  local tasks, results = tasks_of(list, "all"), {}
  for index, task in ipairs(tasks) do
    local ok, value = wait("async.all", "await", task.id)
    if not ok then
      for other = index + 1, #tasks do answered(wait("async.all", "abandon", tasks[other].id)) end
      error(value, 0)
    end
    if value == nil then value = null end
    results[index] = value
  end
  return results
end

function async.race(list)
  local tasks, ids = tasks_of(list, "race"), {}
  if #tasks == 0 then error("bad argument #1 to 'race' (an empty race has no winner)", 2) end
  for index, task in ipairs(tasks) do ids[index] = task.id end
  local winner = answered(wait("async.race", "race", unpack(ids)))
  for _, task in ipairs(tasks) do
    if task.id ~= winner then answered(wait("async.race", "abandon", task.id)) end
  end
  return settled(wait("async.race", "await", winner))
end

task_meta.__index = {await = async.await, cancel = async.cancel}

-- ── the spell's own modules ─────────────────────────────────────────────────

local loaded, loading = {}, {}

local function find_module(name)
  local path = gsub(name, "%.", "/")
  for _, candidate in ipairs({name, path .. ".lua", path .. "/init.lua"}) do
    if modules[candidate] then return candidate end
  end
  error(make_error("script.module-not-found",
    format("Cannot find module \"%s\": it is neither granted nor a file in the spell's folder (tried %s.lua, %s/init.lua)", name, path, path)), 0)
end

function require(name)
  if type(name) ~= "string" then error("bad argument #1 to 'require' (string expected, got " .. type(name) .. ")", 2) end
  if surface[name] then return bound[name] end
  if loaded[name] ~= nil then return loaded[name] end
  local path = find_module(name)
  local loader = loading[path]
  if loader == running() then error("module '" .. name .. "' requires itself, directly or through others", 2) end
  if loader then error("module '" .. name .. "' is still being loaded by another fiber", 2) end
  -- A first line `#!…` is no Lua.
  local chunk, reason = raw_load((gsub(modules[path], "^#![^\n]*", "", 1)), "@" .. path, "t")
  if not chunk then error(make_error("script.syntax", reason), 0) end
  loading[path] = running()
  local ok, value = pcall(chunk, name, path)
  loading[path] = nil
  if not ok then error(value, 0) end
  if value == nil then value = true end
  loaded[name] = value
  return value
end

return {
  begin = begin, null = null, array = array_meta, time = time_meta, error = error_meta, handles = handle_metas,
  -- From each handle to its id, where no script can look.
  ids = raw_setmetatable({}, {__mode = "k"}),
  define = function(module, name, value) contents[module][name] = value end,
  adopt = function(thread) roots[thread] = true end,
  forget = function(thread) roots[thread] = nil end,
}
