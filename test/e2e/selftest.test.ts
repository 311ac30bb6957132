import { expect, setDefaultTimeout, test } from "bun:test";
import { leftOver, makeFolder, runBinary, TEST_TIME, until } from "./binary.ts";

setDefaultTimeout(TEST_TIME);

const CASES = new URL("../../src/runtime/selftest/cases.jsonl", import.meta.url);
const text = await Bun.file(CASES).text();

/** One of each kind that takes little time. */
const SAMPLE = ["L029", "L047", "L068", "L096", "L106", "L127", "L148", "L158", "J001", "J035", "J053", "J055"].concat([
  ...["J069", "T006", "T010", "T015", "T018", "H006", "H028"],
]);
const sample = text
  .split("\n")
  .filter((line) => SAMPLE.some((id) => line.includes(`"id":"${id}"`) || line.includes(`"id": "${id}"`)));

const lines = (cases: readonly (object | string)[]) =>
  cases.map((each) => (typeof each === "string" ? each : JSON.stringify(each))).join("\n");

async function attack(cases: readonly (object | string)[], ...more: readonly string[]) {
  const cwd = makeFolder({ "cases.jsonl": lines(cases) });
  return runBinary(["selftest", "--attack", "cases.jsonl", ...more], { cwd });
}

test("a sample of the cases inside holds, on every engine", async () => {
  expect(sample).toHaveLength(SAMPLE.length);
  const { stdout, stderr, status } = await attack(sample);
  expect(stderr).toBe("");
  expect(stdout).toMatch(/^ {2}(?:ok|-) +seccomp /m);
  expect(stdout).toMatch(/^ +lua +javascript +tengo +fengari +host$/m);
  expect(stdout).toMatch(/^ {2}path +1\/0 +\. +\. +1\/0 +\.$/m);
  // Eight of Lua run on two engines.
  expect(stdout).toEndWith(`\n${sample.length + 8} passed, 0 failed\n`);
  expect(status).toBe(0);
  expect(await until(() => leftOver().length === 0)).toBe(true);
});

test("a case whose expectation is a hole fails, with its reason", async () => {
  const holes = [
    { id: "HOLE-1", engine: "lua", class: "path", script: "return {{fs}}.read('link_out/secret.txt')", expect: "ok" },
    { id: "HOLE-2", engine: "js", class: "loop", script: "export default 1", expect: "error" },
    { id: "HOLE-3", engine: "tengo", class: "number", script: "export 1 + 1", expect: "ok", value: "3" },
    { id: "HOLE-4", engine: "js", class: "terminal", script: "export default '{{CANARY}}'", expect: "limit:time" },
  ];
  const { stdout, status } = await attack(holes, "--engine", "javascript");
  expect(stdout).toContain("  HOLE-2 on javascript (loop): ok instead of error");
  expect(stdout).toContain("  HOLE-4 on javascript (terminal): ok instead of limit:time");
  expect(stdout).not.toContain("HOLE-1");
  expect(stdout).toEndWith("\n0 passed, 2 failed\n");
  expect(status).toBe(1);

  const whole = await attack(
    holes.filter(({ id }) => id !== "HOLE-2"),
    "--json",
  );
  const report = JSON.parse(whole.stdout) as {
    readonly ok: boolean;
    readonly failed: number;
    readonly results: readonly { readonly id: string; readonly engine: string; readonly faults: readonly string[] }[];
  };
  expect(report).toMatchObject({ ok: false, failed: 4 });
  expect(report.results.map(({ id, engine }) => `${id} ${engine}`)).toEqual([
    "HOLE-1 lua",
    "HOLE-1 fengari",
    "HOLE-3 tengo",
    "HOLE-4 javascript",
  ]);
  expect(report.results[0]?.faults[0]).toStartWith("denied (grant.rule: ");
  expect(report.results[2]?.faults).toEqual(["it returned 2, not 3"]);
  expect(whole.status).toBe(1);
});

/** JavaScript that calls itself by way of the engine's own functions, whose frames are the largest. */
const NATIVE_RECURSION = [
  "const f = () => [1].map(f); f()",
  "const f = () => JSON.stringify({toJSON: f}); f()",
  "const f = () => [1, 2].sort(f); f()",
  "const f = () => 'x'.replace(/x/, f); f()",
  "const o = {get a() { return Reflect.get(o, 'a') }}; o.a",
  "const f = () => Reflect.construct(class { constructor() { f() } }, []); f()",
  "const o = {toString() { return String(o) }}; `${o}`",
  "const f = () => Array.from({length: 1}, f); f()",
  "function* f() { yield* f() } [...f()]",
  "const f = () => eval('f()'); f()",
];

test("a script can catch that it nests too deeply, by whatever way", async () => {
  const tries = NATIVE_RECURSION.map(
    (code) => `try { (() => { ${code} })(); r += " none" } catch (e) { r += " " + e.name }`,
  );
  const script = `let r = ""; ${tries.join("; ")}; export default r.trim()`;
  const value = NATIVE_RECURSION.map(() => "RangeError").join(" ");
  const { stdout, status } = await attack([
    { id: "DEEP", engine: "js", class: "recursion", script, expect: "ok", value },
  ]);
  expect(stdout).toEndWith("\n1 passed, 0 failed\n");
  expect(status).toBe(0);
});

test("lines that are no case are told, and fail", async () => {
  const ok = { id: "OK", engine: "lua", class: "c", script: "return 1", expect: "ok", value: "1" };
  const { stdout, status } = await attack([
    "{not json",
    { ...ok, id: 5 },
    { ...ok, expect: "fine" },
    { ...ok, id: "NONE", engine: "perl" },
    { ...ok, id: "HOST", engine: "host", script: "the moon is made of cheese" },
  ]);
  expect(stdout).toMatch(/^ {2}cases\.jsonl:1 on - \(-\): JSON Parse error/m);
  expect(stdout).toMatch(/^ {2}cases\.jsonl:2 on - \(-\): .*id/m);
  expect(stdout).toContain('  cases.jsonl:3 on - (-): There is no verdict "fine"');
  expect(stdout).toContain('  NONE on perl (c): there is no engine "perl"');
  expect(stdout).toContain("  HOST on host (c): what it does is not understood");
  expect(stdout).toEndWith("\n0 passed, 5 failed\n");
  expect(status).toBe(1);
});

test("a file that is not there, or holds no case, and an unknown engine are errors", async () => {
  const none = await runBinary(["selftest", "--attack", "none.jsonl"]);
  expect(none).toMatchObject({ status: 2, stdout: "" });
  expect(none.stderr).toContain('There is no file "none.jsonl"');
  const empty = await attack(["", ""]);
  expect(empty).toMatchObject({ status: 2, stdout: "" });
  expect(empty.stderr).toContain('"cases.jsonl" holds no case');
  const engine = await runBinary(["selftest", "--engine", "lau"]);
  expect(engine).toMatchObject({ status: 2, stdout: "" });
  expect(engine.stderr).toContain('There is no engine "lau"; did you mean "lua"?');
});
