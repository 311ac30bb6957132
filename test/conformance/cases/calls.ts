import { ErrorValue, type Value } from "../../../src/contract/value.ts";
import type { Case, Run } from "../harness.ts";

export const CALL_CASES: readonly Case[] = [
  {
    name: "calls are numbered from 1 and made in order",
    lua: `host.echo(1); host.echo(2); return host.echo(3)`,
    javascript: `await host.echo(1); await host.echo(2); export default await host.echo(3)`,
    tengo: `host.echo(1); host.echo(2); export host.echo(3)`,
    expect: {
      result: 3,
      calls: ["echo 1", "echo 2", "echo 3"],
      check(run) {
        const ids = run.calls.map(({ id }) => id).join(" ");
        if (ids !== "1 2 3") throw new Error(`ids ${ids}`);
      },
    },
  },
  {
    name: "100 calls at once, answered last to first",
    lua: `
      local list = {}
      for i = 1, 100 do list[i] = function() return host.later(i) end end
      local waiting = async.spawn(function() return async.all(list) end)
      for _ = 1, 110 do async.pause() end
      host.flush()
      local ids, distinct = waiting:await(), {}
      for _, id in ipairs(ids) do distinct[id] = true end
      local count = 0
      for _ in pairs(distinct) do count = count + 1 end
      return {#ids, count}`,
    javascript: `
      const all = Array.from({length: 100}, (_, i) => host.later(i));
      await host.flush();
      const ids = await Promise.all(all);
      export default [ids.length, new Set(ids).size]`,
    tengo: `
      list := []
      for i := 0; i < 100; i++ { list = append(list, func(n) { return func() { return host.later(n) } }(i)) }
      waiting := async.spawn(func() { return async.all(list) })
      for i := 0; i < 110; i++ { async.pause() }
      host.flush()
      ids := waiting.await()
      distinct := {}
      for id in ids { distinct[id] = true }
      export [len(ids), len(distinct)]`,
    expect: { result: [100, 100] },
  },
  {
    name: "an answer finds its own call",
    lua: `
      local tasks = {}
      for i = 1, 5 do tasks[i] = async.spawn(function() return host.later(i) end) end
      local other = async.spawn(function() async.pause() host.flush() end)
      local out = {}
      for i = 1, 5 do out[i] = tasks[i]:await() end
      return out`,
    javascript: `
      const tasks = [1, 2, 3, 4, 5].map((i) => host.later(i));
      await host.flush();
      export default await Promise.all(tasks)`,
    tengo: `
      tasks := []
      for i := 1; i <= 5; i++ { tasks = append(tasks, async.spawn(func(n) { return host.later(n) }, i)) }
      async.spawn(func() { async.pause(); host.flush() })
      out := []
      for task in tasks { out = append(out, task.await()) }
      export out`,
    expect: { result: [1, 2, 3, 4, 5] },
  },
  {
    name: "an error has code, message and details where it is caught",
    lua: `
      local ok, e = pcall(host.fail, "provider.key", "No key", {variable = "X_KEY"})
      return {ok, e.code, e.message, e.details.variable, tostring(e)}`,
    javascript: `
      let r;
      try { await host.fail("provider.key", "No key", {variable: "X_KEY"}) }
      catch (e) { r = [false, e.code, e.message, e.details.variable, e.message] }
      export default r`,
    tengo: `
      e := host.fail("provider.key", "No key", {variable: "X_KEY"})
      export [!is_error(e), e.value.code, e.value.message, e.value.details.variable, e.value.message]`,
    expect: { result: [false, "provider.key", "No key", "X_KEY", "No key"] },
  },
  {
    name: "an error that nobody catches keeps code, message, details and place",
    lua: `local x = 1\nlocal function ask()\n  local r = host.fail("provider.key", "No key", {variable = "X"})\n  return r\nend\nlocal r = ask()\nreturn r`,
    javascript: `const x = 1;\nasync function ask() {\n  const r = await host.fail("provider.key", "No key", {variable: "X"});\n  return r;\n}\nconst r = await ask();\nexport default r`,
    tengo: `x := 1\nask := func() {\n  r := host.fail("provider.key", "No key", {variable: "X"})\n  return r\n}\nr := ask()\nexport r`,
    expect: { failure: { code: "provider.key", message: "No key", details: { variable: "X" }, line: 3 } },
  },
  {
    name: "an error can be thrown on",
    lua: `
      local ok, e = pcall(host.fail, "my.code", "No")
      error(e)`,
    javascript: `try { await host.fail("my.code", "No") } catch (e) { throw e }`,
    tengo: `e := host.fail("my.code", "No"); export e`,
    expect: { failure: { code: "my.code", message: "No" } },
  },
  {
    name: "an error caught and returned is a value",
    lua: `local _, e = pcall(host.fail, "my.code", "No", {a = 1}); return {e}`,
    javascript: `let r; try { await host.fail("my.code", "No", {a: 1}) } catch (e) { r = e } export default [r]`,
    tengo: `e := host.fail("my.code", "No", {a: 1}); export [e]`,
    expect: { result: [new ErrorValue("my.code", "No", { a: 1 })] },
  },
  {
    name: "a function that does not exist is nil or undefined",
    lua: `return {host.nonsense == nil, host.json == nil, pcall(function() host.nonsense() end)}`,
    javascript: `
      let e; try { host.nonsense() } catch (error) { e = error }
      export default [host.nonsense === undefined, host.toString === undefined, e instanceof TypeError]`,
    tengo: `export [is_undefined(host.nonsense), is_undefined(host.json)]`,
    expect: {
      check(run) {
        const [first, second] = (run.result ?? []) as readonly Value[];
        if (first !== true || second !== true) throw new Error("something is there");
      },
    },
  },
  {
    name: "a module that is not granted is named as missing",
    lua: `\nlocal r = files.read("x")`,
    javascript: `\nconst r = await files.read("x")`,
    tengo: `\nr := files.read("x")`,
    expect: (engine) => ({
      // Tengo knows all names before it runs.
      failure: { code: engine.language === "tengo" ? "script.syntax" : "script.error", line: 2 },
      check(run: Run) {
        if (run.failure?.missing !== "files") throw new Error(`missing: ${run.failure?.missing}`);
      },
    }),
  },
  {
    name: "trailing nulls of a call are dropped, others stay",
    lua: `return {host.count_arguments(1, nil, nil), host.count_arguments(nil, 2), host.count_arguments(nil), host.count_arguments(1, json.null)}`,
    javascript: `export default [await host.countArguments(1, undefined, null), await host.countArguments(undefined, 2), await host.countArguments(null), await host.countArguments(1, null)]`,
    tengo: `export [host.count_arguments(1, undefined, undefined), host.count_arguments(undefined, 2), host.count_arguments(undefined), host.count_arguments(1, undefined)]`,
    expect: { result: [1, 2, 0, 1] },
  },
  {
    name: "an answer with text prints as it, and its fields are there",
    lua: `
      local a = host.complete("x")
      print(a)
      print("said: " .. a .. "!")
      print(a.tokens, a.text)
      return a`,
    javascript: `
      const a = await host.complete("x");
      console.log(String(a));
      console.log("said: " + a + "!");
      console.log(a.tokens + "\\t" + a.text);
      export default a`,
    tengo: `
      fmt := import("fmt")
      a := host.complete("x")
      fmt.println(a)
      fmt.println("said: " + a + "!")
      fmt.println(a.tokens, "\\t", a.text)
      export a`,
    expect: {
      result: { text: "Answer to x", tokens: 3 },
      stdout: "Answer to x\nsaid: Answer to x!\n3\tAnswer to x\n",
    },
  },
  {
    name: "a cancelled call is told to the host, and its answer is dropped",
    lua: `
      local task = async.spawn(function() return host.later("slow") end)
      async.pause()
      async.cancel(task)
      host.flush()
      local ok, e = pcall(async.await, task)
      return {ok, e.code}`,
    javascript: `
      const call = host.later("slow");
      const outcome = call.catch((e) => [false, e.code]);
      call.cancel();
      await host.flush();
      export default await outcome`,
    tengo: `
      task := async.spawn(func() { return host.later("slow") })
      async.pause()
      async.cancel(task)
      host.flush()
      e := async.await(task)
      export [!is_error(e), e.value.code]`,
    expect: {
      result: [false, "call.cancelled"],
      check(run) {
        const order = run.messages.map((message) => (message.type === "call" ? message.function : message.type));
        if (order.join(" ") !== "later cancel flush result") throw new Error(order.join(" "));
      },
    },
  },
  {
    name: "a race cancels the calls that lost",
    lua: `
      local winner = async.race({
        function() return host.never() end,
        function() return host.echo("fast") end,
      })
      return winner`,
    javascript: `
      const slow = host.never();
      const winner = await Promise.race([slow, host.echo("fast")]);
      slow.cancel();
      slow.catch(() => {});
      export default winner`,
    tengo: `
      winner := async.race([
        func() { return host.never() },
        func() { return host.echo("fast") }
      ])
      export winner`,
    expect: {
      result: "fast",
      check(run) {
        if (run.messages.filter(({ type }) => type === "cancel").length !== 1) throw new Error("not cancelled");
      },
    },
  },
  {
    name: "the end waits for calls that nobody awaits",
    lua: `async.spawn(function() host.echo("late") print("done") end) return 1`,
    javascript: `host.echo("late").then(() => console.log("done")); export default 1`,
    tengo: `fmt := import("fmt"); async.spawn(func() { host.echo("late"); fmt.println("done") }); export 1`,
    expect: { result: 1, stdout: "done\n" },
  },
  {
    name: "the clock is that of the last message",
    lua: `local a = os.time(); host.echo(1); return {a, os.time() - a}`,
    javascript: `const a = Date.now(); await host.echo(1); export default [a / 1000, (Date.now() - a) / 1000]`,
    tengo: `times := import("times"); a := times.now(); host.echo(1); export [times.time_unix(a), (times.now() - a) / times.second]`,
    expect: { result: [1_700_000_000, 1] },
  },
  {
    name: "a call that is never answered waits",
    lua: `host.never()`,
    javascript: `await host.never()`,
    tengo: `host.never()`,
    rungs: false,
    expect: { waits: true, calls: ["never"] },
  },
];

export const CALLBACK_CASES: readonly Case[] = [
  {
    name: "the host calls a function with values and gets its value",
    lua: `return host.call(function(a, b) return {sum = a + b} end, 1, 2)`,
    javascript: `export default await host.call((a, b) => ({sum: a + b}), 1, 2)`,
    tengo: `export host.call(func(a, b) { return {sum: a + b} }, 1, 2)`,
    expect: { result: { sum: 3 } },
  },
  {
    name: "an async function's value is waited for",
    lua: `return host.call(function(x) local y = host.echo(x) return y .. "!" end, "hi")`,
    javascript: `export default await host.call(async (x) => (await host.echo(x)) + "!", "hi")`,
    tengo: `export host.call(func(x) { y := host.echo(x); return y + "!" }, "hi")`,
    expect: { result: "hi!", calls: ['call {"$":"function","id":1} "hi"', 'echo "hi"'] },
  },
  {
    name: "what a callback raises reaches the host with its code",
    lua: `
      local ok, e = pcall(host.call, function() host.fail("inner.code", "Inner", {a = 1}) end)
      return {ok, e.code, e.message, e.details.a}`,
    javascript: `
      let r; try { await host.call(() => host.fail("inner.code", "Inner", {a: 1})) }
      catch (e) { r = [false, e.code, e.message, e.details.a] }
      export default r`,
    tengo: `
      e := host.call(func() { return host.fail("inner.code", "Inner", {a: 1}) })
      export [!is_error(e), e.value.code, e.value.message, e.value.details.a]`,
    expect: { result: [false, "inner.code", "Inner", 1] },
  },
  {
    name: "a plain error of a callback is script.error",
    lua: `
      local ok, e = pcall(host.call, function() error("plain", 0) end)
      return {e.code, e.message}`,
    javascript: `
      let r; try { await host.call(() => { throw new Error("plain") }) } catch (e) { r = [e.code, e.message] }
      export default r`,
    tengo: `e := host.call(func() { return error("plain") }); export [e.value.code, e.value.message]`,
    expect: { result: ["script.error", "plain"] },
  },
  {
    name: "a callback's value that cannot cross is an error of the callback",
    lua: `local ok, e = pcall(host.call, function() return coroutine.create(print) end) return e.code`,
    javascript: `let r; try { await host.call(() => Symbol("x")) } catch (e) { r = e.code } export default r`,
    tengo: `e := host.call(func() { return async.spawn(func() {}) }); export e.value.code`,
    expect: { result: "value.unsupported" },
  },
  {
    name: "two callbacks that wait do not stand in each other's way",
    lua: `
      local function f() local a = host.later("f") return "f" .. a end
      local function g() host.flush() return "g" end
      return host.call_both(f, g)`,
    javascript: `
      const f = async () => "f" + (await host.later("f"));
      const g = async () => { await host.flush(); return "g" };
      export default await host.callBoth(f, g)`,
    tengo: `
      f := func() { return "f" + host.later("f") }
      g := func() { host.flush(); return "g" }
      export host.call_both(f, g)`,
    expect: { result: ["f2", "g"] },
  },
  {
    name: "calls inside of a callback have the callback's fiber",
    lua: `host.call(function() host.echo("in") end); host.echo("out"); return 1`,
    javascript: `await host.call(async () => { await host.echo("in") }); await host.echo("out"); export default 1`,
    tengo: `host.call(func() { host.echo("in") }); host.echo("out"); export 1`,
    expect: {
      check(run) {
        const [call, inside, outside] = run.calls.map(({ fiber }) => fiber);
        if (call !== 1 || outside !== 1 || inside === 1) throw new Error(`${call} ${inside} ${outside}`);
      },
    },
  },
  {
    name: "a kept function is called again and again, and not after its release",
    lua: `
      local n = 0
      host.keep(function(by) n = n + by return n end)
      local a, b = host.call_kept(1), host.call_kept(10)
      host.release()
      local ok, e = pcall(host.call_kept, 100)
      return {a, b, n, ok, e.code}`,
    javascript: `
      let n = 0;
      await host.keep((by) => (n += by));
      const [a, b] = [await host.callKept(1), await host.callKept(10)];
      await host.release();
      let r; try { await host.callKept(100) } catch (e) { r = e.code }
      export default [a, b, n, false, r]`,
    tengo: `
      n := 0
      host.keep(func(by) { n += by; return n })
      a := host.call_kept(1)
      b := host.call_kept(10)
      host.release()
      e := host.call_kept(100)
      export [a, b, n, !is_error(e), e.value.code]`,
    expect: { result: [1, 11, 11, false, "script.handle-closed"] },
  },
  {
    name: "a callback in a callback in a callback",
    lua: `
      local function nest(depth)
        if depth == 0 then return "bottom" end
        return host.call(nest, depth - 1)
      end
      return nest(20)`,
    javascript: `
      const nest = (depth) => (depth === 0 ? "bottom" : host.call(nest, depth - 1));
      export default await nest(20)`,
    tengo: `
      nest := func(depth) {
        if depth == 0 { return "bottom" }
        return host.call(nest, depth - 1)
      }
      export nest(20)`,
    expect: { result: "bottom" },
  },
  {
    name: "callbacks count as fibers",
    lua: `
      local function nest(depth)
        if depth == 0 then return "bottom" end
        return host.call(nest, depth - 1)
      end
      return nest(20)`,
    javascript: `
      const nest = (depth) => (depth === 0 ? "bottom" : host.call(nest, depth - 1));
      export default await nest(20)`,
    tengo: `
      nest := func(depth) {
        if depth == 0 { return "bottom" }
        return host.call(nest, depth - 1)
      }
      export nest(20)`,
    limits: { fibers: 10 },
    expect: { failure: { code: "limit.fibers" } },
  },
  {
    name: "a function that takes part in its own callback's answer",
    lua: `local f; f = function() return f end; return host.call(f) == f`,
    javascript: `const f = () => f; export default (await host.call(f)) === f`,
    tengo: `f := func() { return f }; export is_callable(host.call(f))`,
    expect: { result: true },
  },
];

export const STREAM_CASES: readonly Case[] = [
  {
    name: "a loop walks through a stream",
    lua: `local out = json.array() for item in host.stream(3) do out[#out + 1] = item end return out`,
    javascript: `const out = []; for await (const item of host.stream(3)) out.push(item); export default out`,
    tengo: `out := []; for item in host.stream(3) { out = append(out, item) }; export out`,
    expect: {
      result: [3, 2, 1],
      check(run) {
        if (run.calls.filter(({ function: name }) => name === "stream.next").length !== 4) throw new Error("steps");
      },
    },
  },
  {
    name: "leaving the loop early closes the stream",
    lua: `for item in host.stream(9) do if item == 8 then break end end return 1`,
    javascript: `for await (const item of host.stream(9)) if (item === 8) break; export default 1`,
    skip: { fengari: "Lua 5.3 has no to-be-closed variables" },
    expect: {
      result: 1,
      check(run) {
        if (run.calls.at(-1)?.function !== "stream.close") throw new Error("not closed");
      },
    },
  },
  {
    name: "an error in the loop closes the stream",
    lua: `local ok, e = pcall(function() for item in host.stream(9) do error("stop", 0) end end) return e`,
    javascript: `let r; try { for await (const item of host.stream(9)) throw new Error("stop") } catch (e) { r = e.message } export default r`,
    skip: { fengari: "Lua 5.3 has no to-be-closed variables" },
    expect: {
      result: "stop",
      check(run) {
        if (run.calls.at(-1)?.function !== "stream.close") throw new Error("not closed");
      },
    },
  },
  {
    name: "a stream is stepped and closed by hand",
    lua: `
      local s = host.stream(2)
      local a = s:next()
      s:close()
      s:close()
      local ok, e = pcall(s.next, s)
      return {a, ok, e.code}`,
    javascript: `
      const s = await host.stream(2);
      const a = await s.next();
      await s.close();
      await s.close();
      let r; try { await s.next() } catch (e) { r = e.code }
      export default [a.value, false, r]`,
    tengo: `
      s := host.stream(2)
      a := s.next()
      s.close()
      twice := s.close()
      e := s.next()
      export [a, is_error(twice) || !is_error(e), e.value.code]`,
    expect: { result: [2, false, "script.handle-closed"] },
  },
  {
    name: "an empty stream",
    lua: `local n = 0 for _ in host.stream(0) do n = n + 1 end return n`,
    javascript: `let n = 0; for await (const _ of host.stream(0)) n++; export default n`,
    tengo: `n := 0; for x in host.stream(0) { n++ }; export n`,
    expect: { result: 0 },
  },
  {
    name: "handles have methods and are told by their kind",
    lua: `
      local box = host.open_box(5)
      box:add_one() box:add_one()
      return {box:get(), tostring(box), host.echo(box):get()}`,
    javascript: `
      const box = await host.openBox(5);
      await box.addOne(); await box.addOne();
      export default [await box.get(), String(box), await (await host.echo(box)).get()]`,
    tengo: `
      box := host.open_box(5)
      box.add_one()
      box.add_one()
      export [box.get(), string(box), host.echo(box).get()]`,
    expect: { result: [7, "[host.box]", 7] },
  },
  {
    name: "a method of one kind refuses another kind's handle, or asks the host which knows",
    lua: `
      local box, stream = host.open_box(5), host.stream(1)
      local ok = pcall(box.get, stream)
      local ok2 = pcall(box.get, {id = 1})
      local ok3 = pcall(box.get)
      return {ok, ok2, ok3}`,
    javascript: `
      const [box, stream] = [await host.openBox(5), await host.stream(1)];
      const attempt = async (self) => { try { await box.get.call(self); return true } catch { return false } };
      export default [await attempt(stream), await attempt({id: 1}), await attempt(undefined)]`,
    expect: {
      check(run) {
        const results = run.result as readonly Value[];
        // The fake host knows handles by id alone; a real gate compares kinds.
        if (results[2] !== false) throw new Error("a method without its handle");
      },
    },
  },
];
