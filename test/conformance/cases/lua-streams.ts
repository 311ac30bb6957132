import type { Case, Run } from "../harness.ts";

const LUA_53 = { fengari: "Lua 5.3 has no to-be-closed variables" };

/** Calls in order, by the last part of their names: `stream next close`. */
const callsOf = (run: Run) => run.calls.map(({ function: name }) => name.replace(/^stream\./, "")).join(" ");

function calls(expected: string): (run: Run) => void {
  return (run) => {
    if (callsOf(run) !== expected) throw new Error(`The calls were ${callsOf(run)}, not ${expected}`);
  };
}

/** What docs/spells.md says of loops over streams that are left early. */
export const LUA_STREAM_CASES: readonly Case[] = [
  {
    name: "a loop that opens its stream closes it where it is left",
    lua: `for item in host.stream(9) do break end host.echo(1)`,
    skip: LUA_53,
    expect: { check: calls("stream next close echo") },
  },
  {
    name: "a to-be-closed variable closes its stream at the end of its block",
    lua: `do local s <close> = host.stream(9) for item in s do break end host.echo(1) end host.echo(2)`,
    skip: LUA_53,
    expect: { check: calls("stream next echo close echo") },
  },
  {
    name: "a stream in a variable goes on after its loop until it is closed",
    lua: `
      local s = host.stream(9)
      for item in s do break end
      local second = s:next()
      s:close()
      return {second, select(2, pcall(s.next, s)).code}`,
    expect: { result: [8, "script.handle-closed"], check: calls("stream next next close next") },
  },
  {
    name: "a handle shows no id, and none that is written into it counts",
    lua: `
      local a, b = host.stream(1), host.stream(5)
      local fields = next(a)
      a.id = 2
      return {fields == nil, a:next(), host.echo(b):next(), host.echo({b = b}).b:next(), tostring(a)}`,
    expect: { result: [true, 1, 5, 4, "[host.stream]"] },
  },
];
