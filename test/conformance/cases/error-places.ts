import { mainFile, type Case, type Expectation } from "../harness.ts";

/** Fails on that line of the main file, with the frames of the fault before those of who waited for it. */
function failsAt(line: number, lines: readonly number[]): Case["expect"] {
  return (engine): Expectation => ({
    failure: { code: "script.error", file: mainFile(engine), line },
    check(run) {
      const found = run.failure?.stack.map((frame) => frame.line).join(" ");
      if (found !== lines.join(" ")) throw new Error(`The frames were at ${found}, not ${lines.join(" ")}`);
    },
  });
}

/** Errors that reach who shows them through the host or another fiber keep the place where they were raised. */
export const ERROR_PLACE_CASES: readonly Case[] = [
  {
    name: "an error in a function that was given to a call",
    lua: `\nhost.call(function()\n  local z = nil\n  z.x = 1\nend)`,
    javascript: `\nawait host.call(() => {\n  let z = null;\n  z.x = 1;\n})`,
    tengo: `\nhost.call(func() {\n  z := 1\n  z.x = 1\n})`,
    expect: failsAt(4, [4, 2]),
  },
  {
    name: "an error in a function that the host keeps",
    lua: `host.keep(function()\n  error("broken", 0)\nend)\nlocal kept = pcall(error)\nhost.call_kept()`,
    javascript: `await host.keep(() => {\n  throw new Error("broken");\n})\nconst kept = 1;\nawait host.callKept()`,
    tengo: `host.keep(func() {\n  return 1 + "x"\n})\nkept := 1\nhost.call_kept()`,
    expect: failsAt(2, [2, 5]),
  },
  {
    name: "an error in a task, two awaits away",
    lua: `local task = async.spawn(function()\n  error("broken")\nend)\nlocal outer = async.spawn(function()\n  async.await(task)\nend)\nasync.await(outer)`,
    tengo: `task := async.spawn(func() {\n  x := 1 + "broken"\n})\nouter := async.spawn(func() {\n  return async.await(task)\n})\nexport async.await(outer)`,
    expect: (engine) => ({ failure: { code: "script.error", file: mainFile(engine), line: 2 } }),
  },
  {
    name: "an error of a call in a function that was given to a call",
    lua: `host.call(function()\n  host.fail("a.code")\nend)`,
    javascript: `await host.call(async () => {\n  await host.fail("a.code");\n})`,
    tengo: `host.call(func() {\n  host.fail("a.code")\n})`,
    expect: (engine) => ({ failure: { code: "a.code", file: mainFile(engine), line: 2 } }),
  },
  {
    name: "an error that was caught, and raised again elsewhere as it was",
    lua: `local ok, problem = pcall(host.call, function()\n  error("broken")\nend)\nerror(problem)`,
    expect: (engine) => ({ failure: { code: "script.error", file: mainFile(engine), line: 2 } }),
  },
  {
    name: "an error of the same text that was raised elsewhere has its own place",
    lua: `pcall(host.call, function()\n  error({code = "same", message = "text"})\nend)\nhost.fail("same", "text")`,
    tengo: `host.call(func() {\n  return error({code: "same", message: "text"})\n}) || 1\nhost.fail("same", "text")`,
    expect: (engine) => ({ failure: { code: "same", file: mainFile(engine), line: 4 } }),
  },
];
