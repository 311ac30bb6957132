import type { ErrorCode } from "../src/contract/error-codes.ts";
import type { Scripts } from "./engines.ts";

/** What the quiet spell of a number must return, print and log. */
export interface Expected {
  readonly token: string;
  readonly sum: number;
}

const TURNS = 2000;
const MODULUS = 1_000_003;
/** Numbers stay below this: fengari's integers have 32 bits. */
export const MAX_NUMBER = 1000;

/** What the quiet spell of a number computes. */
export function expected(token: string, number: number): Expected {
  let sum = 0;
  for (let turn = 1; turn <= TURNS; turn++) sum = (sum * 31 + turn * number) % MODULUS;
  return { token, sum };
}

/** A spell that computes, waits, prints and logs what only it knows, and returns it. */
export function quietSpell(token: string, number: number): Scripts {
  return {
    lua: `
      local sum = 0
      for turn = 1, ${TURNS} do sum = (sum * 31 + turn * ${number}) % ${MODULUS} end
      for i = 1, 10 do log.debug("${token}") time.sleep(5) end
      print("${token}")
      return {token = "${token}", sum = sum}`,
    javascript: `
      let sum = 0;
      for (let turn = 1; turn <= ${TURNS}; turn++) sum = (sum * 31 + turn * ${number}) % ${MODULUS};
      for (let i = 0; i < 10; i++) { await log.debug("${token}"); await time.sleep(5); }
      console.log("${token}");
      export default { token: "${token}", sum };`,
    // The global time is Tengo's own function.
    tengo: `
      clock := import("time")
      sum := 0
      for turn := 1; turn <= ${TURNS}; turn++ { sum = (sum * 31 + turn * ${number}) % ${MODULUS} }
      for i := 0; i < 10; i++ { log.debug("${token}"); clock.sleep(5) }
      import("fmt").println("${token}")
      export {token: "${token}", sum: sum}`,
  };
}

/** A spell that means harm, and how its run may end. */
export interface Hostile {
  readonly name: string;
  readonly scripts: Scripts;
  readonly codes: readonly ErrorCode[];
}

/** On a machine that is busy enough any of them may run out of time first. */
const OVERTIME = ["limit.wall-time", "limit.fuel"] as const;

export const HOSTILE: readonly Hostile[] = [
  {
    name: "endless loop",
    scripts: { lua: "while true do end", javascript: "while (true) {}", tengo: "for {}" },
    codes: OVERTIME,
  },
  {
    name: "loop that swallows errors",
    scripts: {
      lua: "while true do pcall(function() while true do end end) end",
      javascript: "while (true) { try { while (true) {} } catch {} }",
      tengo: "f := func() { for {} }\nfor { f() }",
    },
    codes: OVERTIME,
  },
  {
    name: "loop in native code",
    scripts: {
      lua: 'return string.find(string.rep("a", 3000), string.rep(".-", 12) .. "b")',
      javascript: 'export default /(a+)+b/.test("a".repeat(40))',
      tengo: 'text := import("text")\nfor { text.repeat("a", 1000000) }',
    },
    codes: [...OVERTIME, "limit.memory"],
  },
  {
    name: "memory",
    scripts: {
      lua: 'local t = {} while true do t[#t + 1] = string.rep("x", 1000000) .. #t end',
      javascript: "const kept = []; while (true) kept.push(new Uint8Array(1e6).fill(1));",
      tengo: 'text := import("text")\nkept := []\nfor { kept = append(kept, text.repeat("x", 1000000) + len(kept)) }',
    },
    codes: ["limit.memory", ...OVERTIME],
  },
  {
    name: "memory in small pieces",
    scripts: {
      lua: "local t = {} for i = 1, 1e9 do t[i] = {i, {i}} end",
      javascript: "const kept = []; for (let i = 0; ; i++) kept.push({ i, more: [i] });",
      tengo: "kept := []\nfor i := 0; ; i++ { kept = append(kept, [i, [i]]) }",
    },
    codes: ["limit.memory", ...OVERTIME],
  },
  {
    name: "output",
    scripts: {
      lua: 'while true do print(string.rep("x", 1000)) end',
      javascript: 'while (true) console.log("x".repeat(1000));',
      tengo: 'fmt := import("fmt")\ntext := import("text")\nfor { fmt.println(text.repeat("x", 1000)) }',
    },
    codes: ["limit.output", ...OVERTIME],
  },
  {
    name: "recursion",
    scripts: {
      lua: "local function f() return 1 + f() end return f()",
      javascript: "const f = () => 1 + f(); export default f()",
      tengo: "f := func() { return 1 + f() }\nexport f()",
    },
    codes: ["limit.stack", "limit.memory", ...OVERTIME],
  },
  {
    name: "calls",
    scripts: {
      lua: 'while true do log.debug("") end',
      javascript: 'while (true) await log.debug("");',
      tengo: 'for { log.debug("") }',
    },
    codes: ["limit.calls", ...OVERTIME],
  },
  {
    name: "result",
    scripts: {
      lua: 'return string.rep("x", 5000000)',
      javascript: 'export default "x".repeat(5000000)',
      tengo: 'export import("text").repeat("x", 5000000)',
    },
    codes: ["limit.result", "limit.frame", ...OVERTIME],
  },
];

/** Waits until somebody ends its process. */
export const WAITING: Scripts = {
  lua: "time.sleep(600000)",
  javascript: "await time.sleep(600000)",
  tengo: 'import("time").sleep(600000)',
};
