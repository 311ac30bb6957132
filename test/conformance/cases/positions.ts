import type { Case, Run } from "../harness.ts";

/** `main:3:5` for each call, the ending left out; `?` for a call without a place. */
function placesOf(run: Run): string {
  const places = run.calls.map(({ position }) => {
    if (position === undefined) return "?";
    const { file, line, column } = position;
    return `${file.replace(/\.\w+$/, "")}:${line}:${column}`;
  });
  return places.join(" ");
}

/** Expects these places of the calls; an engine by its id where it differs from its language. */
function places(expected: Readonly<Record<string, string>>): Case["expect"] {
  return (engine) => ({
    check(run) {
      const wanted = expected[engine.id] ?? expected[engine.language];
      const found = placesOf(run);
      if (found !== wanted) throw new Error(`The calls were made at ${found}, not ${wanted}`);
    },
  });
}

/** Lua knows lines only: the column is that of the line's first character, as in errors. */
export const POSITION_CASES: readonly Case[] = [
  {
    name: "without being asked for, calls have no place",
    lua: `host.echo(1)`,
    javascript: `await host.echo(1)`,
    tengo: `host.echo(1)`,
    expect: places({ lua: "?", javascript: "?", tengo: "?" }),
  },
  {
    name: "each call of the main file",
    positions: true,
    lua: `host.echo(1)\n  local x = host.echo("ä") host.echo(2)\nreturn host.echo(3)`,
    javascript: `await host.echo(1)\n  const x = await host.echo("ä"); await host.echo(2)\nexport default await host.echo(3)`,
    tengo: `host.echo(1)\n  x := host.echo("ä"); host.echo(2)\nexport host.echo(3)`,
    expect: places({
      lua: "main:1:1 main:2:3 main:2:3 main:3:1",
      javascript: "main:1:12 main:2:24 main:2:46 main:3:27",
      tengo: "main:1:1 main:2:8 main:2:24 main:3:8",
    }),
  },
  {
    name: "within functions, also those that end with a call",
    positions: true,
    lua: `local function ask()\n  return host.echo(1)\nend\nlocal function twice()\n  ask()\n  return ask()\nend\nreturn twice()`,
    javascript: `async function ask() {\n  return host.echo(1);\n}\nasync function twice() {\n  await ask();\n  await null;\n  return ask();\n}\nexport default await twice()`,
    tengo: `ask := func() {\n  return host.echo(1)\n}\ntwice := func() {\n  ask()\n  return ask()\n}\nexport twice()`,
    expect: places({ lua: "main:2:3 main:2:3", javascript: "main:2:15 main:2:15", tengo: "main:2:10 main:2:10" }),
  },
  {
    name: "where errors are caught",
    positions: true,
    lua: `\npcall(host.fail, "a")\npcall(function()\n  host.fail("a")\nend)`,
    javascript: `\ntry { await host.fail("a") } catch {}\nawait host.fail("a").catch(() =>\n  host.echo(1))`,
    tengo: `\nx := host.fail("a")`,
    expect: places({ lua: "main:2:1 main:4:3", javascript: "main:2:18 main:3:12 main:4:8", tengo: "main:2:6" }),
  },
  {
    name: "within coroutines, generators and tasks",
    positions: true,
    lua: `
      local co = coroutine.wrap(function()
        host.echo(1)
        coroutine.yield()
        local inner = coroutine.create(function()
          host.echo(2)
        end)
        coroutine.resume(inner)
      end)
      co()
      co()
      async.all({function()
        return host.echo(3)
      end})`,
    javascript: `
      function* calls() {
        yield host.echo(1);
        yield host.echo(2);
      }
      for (const call of calls()) await call;
      await Promise.all([(async () => {
        await host.echo(3);
      })()]);`,
    tengo: `
      host.echo(1)
      x := func() {
        host.echo(2)
      }
      async.all([x, func() {
        return host.echo(3)
      }])`,
    expect: places({
      lua: "main:3:9 main:6:11 main:13:9",
      javascript: "main:3:20 main:4:20 main:8:20",
      tengo: "main:2:7 main:4:9 main:7:16",
    }),
  },
  {
    name: "within callbacks of the language and of the host",
    positions: true,
    lua: `
      for _, value in ipairs({1, 2}) do
        host.echo(value)
      end
      host.call(function()
        return host.echo(3)
      end)`,
    javascript: `
      await Promise.all([1, 2].map((value) =>
        host.echo(value)));
      await host.call(() => {
        return host.echo(3);
      });
      await Promise.all([4].map(host.echo))`,
    tengo: `
      enum := import("enum")
      enum.each([1, 2], func(_, value) {
        host.echo(value)
      })
      host.call(func() {
        return host.echo(3)
      })`,
    expect: places({
      lua: "main:3:9 main:3:9 main:5:7 main:6:9",
      javascript: "main:3:14 main:3:14 main:4:18 main:5:21 main:7:29",
      tengo: "main:4:9 main:4:9 main:6:7 main:7:16",
    }),
  },
  {
    name: "steps of streams and methods of handles",
    positions: true,
    lua: `
      local box = host.open_box(1)
      box:get()
      for item in host.stream(1) do
        host.echo(item)
      end`,
    javascript: `
      const box = await host.openBox(1);
      await box.get();
      for await (const item of host.stream(1)) {
        await host.echo(item);
      }`,
    tengo: `
      box := host.open_box(1)
      box.get()
      for item in host.stream(1) {
        host.echo(item)
      }`,
    expect: places({
      // The last is the step that finds the end; Lua 5.4 closes the stream after it.
      lua: "main:2:7 main:3:7 main:4:7 main:4:7 main:5:9 main:4:7 main:6:7",
      fengari: "main:2:7 main:3:7 main:4:7 main:4:7 main:5:9 main:4:7",
      javascript: "main:2:30 main:3:17 main:4:37 main:4:37 main:5:20 main:4:37",
      tengo: "main:2:14 main:3:7 main:4:19 main:4:7 main:5:9 main:4:7",
    }),
  },
  {
    name: "modules of the spell's own",
    positions: true,
    lua: `local util = require("util")\nutil.ask()`,
    javascript: `import { ask } from "./util.js";\nawait ask();`,
    tengo: `util := import("./util")\nutil.ask()`,
    modules: {
      lua: { "util.lua": `host.echo(1)\nreturn {ask = function()\n  return host.echo(2)\nend}` },
      javascript: { "util.js": `await host.echo(1);\nexport async function ask() {\n  return await host.echo(2);\n}` },
      tengo: { "util.tengo": `host.echo(1)\nexport {ask: func() {\n  return host.echo(2)\n}}` },
    },
    expect: places({ lua: "util:1:1 util:3:3", javascript: "util:1:12 util:3:21", tengo: "util:1:1 util:3:10" }),
  },
  {
    name: "what the script compiles itself has the place of who runs it",
    positions: true,
    lua: `\nload("host.echo(1)")()\nload("\\n\\nhost.echo(1)", "=other")()`,
    javascript: `\nawait eval("host.echo(1)");\nawait new Function("return host.echo(1)")();`,
    expect: places({ lua: "main:2:1 main:3:1", javascript: "main:2:7 main:3:11" }),
  },
  {
    name: "places change nothing else",
    positions: true,
    lua: `
      local ok, e = pcall(table.sort, {2, 1}, function(a, b) return host.echo(true) end)
      local t = async.spawn(host.echo, 5)
      return {ok, e.code, t:await(), tostring(host.complete("q")), host.echo(nil) == nil, select("#", host.echo(nil))}`,
    javascript: `export default [await host.echo(5), String(await host.complete("q"))]`,
    tengo: `export [host.echo(5), string(host.complete("q"))]`,
    expect: (engine) => ({
      result: engine.language === "lua" ? [false, "script.cannot-wait", 5, "Answer to q", true, 1] : [5, "Answer to q"],
    }),
  },
];
