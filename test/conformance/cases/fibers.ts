import type { Case } from "../harness.ts";

export const FIBER_CASES: readonly Case[] = [
  {
    name: "spawn starts at once in order, await gives all values",
    lua: `
      local out = {}
      local a = async.spawn(function(x) out[#out + 1] = "a" async.pause() out[#out + 1] = "a2" return x, x + 1 end, 10)
      local b = async.spawn(function() out[#out + 1] = "b" return "b" end)
      local x, y = async.await(a)
      return {out, x, y, b:await()}`,
    tengo: `
      out := []
      a := async.spawn(func(x) {
        out = append(out, "a")
        async.pause()
        out = append(out, "a2")
        return [x, x + 1]
      }, 10)
      b := async.spawn(func() { out = append(out, "b"); return "b" })
      r := async.await(a)
      export [out, r[0], r[1], b.await()]`,
    expect: { result: [["a", "a2", "b"], 10, 11, "b"] },
  },
  {
    name: "a task can be awaited twice and by two",
    lua: `
      local t = async.spawn(function() return host.echo("x") end)
      local other = async.spawn(function() return t:await() .. "2" end)
      return {t:await(), t:await(), other:await(), t:await()}`,
    tengo: `
      t := async.spawn(func() { return host.echo("x") })
      other := async.spawn(func() { return t.await() + "2" })
      export [t.await(), t.await(), other.await(), t.await()]`,
    expect: { result: ["x", "x", "x2", "x"] },
  },
  {
    name: "all keeps the order of its list, and null stands for nothing",
    lua: `return async.all({function() async.pause() return 1 end, function() end, function() return 3 end})`,
    javascript: `export default await Promise.all([Promise.resolve().then(() => 1), null, 3])`,
    tengo: `export async.all([func() { async.pause(); return 1 }, func() {}, func() { return 3 }])`,
    expect: { result: [1, null, 3] },
  },
  {
    name: "all of nothing is nothing",
    lua: `return json.array(async.all({}))`,
    javascript: `export default await Promise.all([])`,
    tengo: `export async.all([])`,
    expect: { result: [] },
  },
  {
    name: "the first error of all ends the others",
    lua: `
      local finished = false
      local ok, e = pcall(async.all, {
        function() host.echo(1) error("first", 0) end,
        function() host.never() finished = true end,
      })
      return {ok, e.message, finished}`,
    tengo: `
      finished := false
      e := async.all([
        func() { host.echo(1); return error("first") },
        func() { host.never(); finished = true }
      ])
      export [!is_error(e), e.value, finished]`,
    expect: { result: [false, "first", false] },
  },
  {
    name: "a race without anybody is an error",
    lua: `return {pcall(async.race, {})}`,
    tengo: `e := async.race([]); export [is_error(e), e.value.message]`,
    expect: {
      check(run) {
        if (!/empty race/.test(JSON.stringify(run.result))) throw new Error(JSON.stringify(run.result));
      },
    },
  },
  {
    name: "a race whose winner fails raises",
    lua: `return {pcall(async.race, {function() error({code = "lost", message = "Lost"}) end, function() return host.never() end})}`,
    tengo: `
      e := async.race([func() { return error({code: "lost", message: "Lost"}) }, func() { return host.never() }])
      export [is_error(e), e.value.code]`,
    expect: {
      check(run) {
        if (!/lost/.test(JSON.stringify(run.result))) throw new Error(JSON.stringify(run.result));
      },
    },
  },
  {
    name: "a cancelled task does not go on, and awaiting it is an error with a code",
    lua: `
      local reached = false
      local t = async.spawn(function() async.pause() reached = true end)
      t:cancel()
      async.pause() async.pause()
      local ok, e = pcall(async.await, t)
      t:cancel()
      return {reached, ok, e.code}`,
    tengo: `
      reached := false
      t := async.spawn(func() { async.pause(); reached = true })
      t.cancel()
      async.pause()
      async.pause()
      e := async.await(t)
      t.cancel()
      export [reached, !is_error(e), e.value.code]`,
    expect: { result: [false, false, "call.cancelled"] },
  },
  {
    name: "the error of a task that nobody awaits fails the run in the end",
    lua: `async.spawn(function() error("nobody hears") end)\nhost.echo(1)\nreturn 1`,
    javascript: `Promise.reject(new Error("nobody hears"));\nawait host.echo(1);\nexport default 1`,
    tengo: `async.spawn(func() { return 1 + "nobody hears" })\nhost.echo(1)\nexport 1`,
    expect: (engine) => ({
      failure: {
        code: "script.error",
        message: engine.language === "tengo" ? "invalid operation: int + string" : "nobody hears",
        line: 1,
      },
    }),
  },
  {
    name: "an error that is awaited late is caught",
    lua: `
      local t = async.spawn(function() error("late", 0) end)
      async.pause()
      local ok, e = pcall(async.await, t)
      return {ok, e.message}`,
    javascript: `
      const t = (async () => { throw new Error("late") })();
      let r; try { await t } catch (e) { r = [false, e.message] }
      export default r`,
    tengo: `
      t := async.spawn(func() { return error("late") })
      async.pause()
      e := async.await(t)
      export [!is_error(e), e.value]`,
    expect: { result: [false, "late"] },
  },
  {
    name: "waiting for oneself is a deadlock",
    lua: `local t; t = async.spawn(function() async.pause() return t:await() end); return t:await()`,
    javascript: `await new Promise(() => {})`,
    tengo: `t := undefined; t = async.spawn(func() { async.pause(); return t.await() }); export t.await()`,
    expect: { failure: { code: "script.deadlock" } },
  },
  {
    name: "two that wait for each other are a deadlock",
    lua: `
      local a, b
      a = async.spawn(function() host.echo(1) return b:await() end)
      b = async.spawn(function() return a:await() end)
      return a:await()`,
    javascript: `
      let a, b;
      a = (async () => { await null; return await b })();
      b = (async () => await a)();
      await a`,
    tengo: `
      b := undefined
      a := async.spawn(func() { host.echo(1); return b.await() })
      b = async.spawn(func() { return a.await() })
      export a.await()`,
    expect: { failure: { code: "script.deadlock" } },
  },
  {
    name: "too many fibers",
    lua: `for i = 1, 100 do async.spawn(function() host.never() end) end`,
    tengo: `for i := 0; i < 100; i++ { async.spawn(func() { host.never() }) }`,
    limits: { fibers: 20 },
    expect: { failure: { code: "limit.fibers" } },
  },
  {
    name: "fibers one after another are not too many",
    lua: `for i = 1, 500 do async.spawn(function() return i end):await() end return "ok"`,
    tengo: `for i := 0; i < 500; i++ { async.spawn(func() { return i }).await() }; export "ok"`,
    limits: { fibers: 4 },
    expect: { result: "ok" },
  },
  {
    name: "what is no task is told so",
    lua: `local ok, e = pcall(async.await, {id = 1}) return e`,
    tengo: `e := async.await({id: 1}); export e.value.message`,
    expect: {
      check(run) {
        if (!/task expected, got (table|map)/.test(String(run.result))) throw new Error(String(run.result));
      },
    },
  },
  {
    name: "calls of two fibers interleave in the order of their answers",
    lua: `
      local out = json.array()
      local function work(name) for i = 1, 3 do local n = host.echo(i) out[#out + 1] = name .. n end end
      local a, b = async.spawn(work, "a"), async.spawn(work, "b")
      a:await() b:await()
      return out`,
    javascript: `
      const out = [];
      const work = async (name) => { for (let i = 1; i <= 3; i++) out.push(name + (await host.echo(i))) };
      await Promise.all([work("a"), work("b")]);
      export default out`,
    tengo: `
      out := []
      work := func(name) {
        for i := 1; i <= 3; i++ {
          n := host.echo(i)
          out = append(out, name + n)
        }
      }
      a := async.spawn(work, "a")
      b := async.spawn(work, "b")
      a.await()
      b.await()
      export out`,
    expect: { result: ["a1", "b1", "a2", "b2", "a3", "b3"] },
  },
];
