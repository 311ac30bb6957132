import { expect, test } from "bun:test";
import variant from "@jitl/quickjs-ng-wasmfile-release-sync";
import { EvalFlags, newQuickJSWASMModuleFromVariant } from "quickjs-emscripten";
import { STANDARD_LIMITS } from "../../../../src/contract/limits.ts";
import type { EngineMessage } from "../../../../src/contract/message.ts";
import { encodeValue } from "../../../../src/contract/wire.ts";
import { javascript } from "../../../../src/engines/javascript/index.ts";
import { EVALUATE } from "../../../../src/engines/javascript/quickjs-vm.ts";

/** Expressions whose values show that the VM was put together as its makers do. */
const EXPRESSIONS = [
  "[0.1 + 0.2, 2 ** 53, 1 / 3, -7 % 3, 5 / 2].join()",
  "JSON.stringify({ b: 1, a: [null, true, 'ü\\u2028'] })",
  "'aXbXc'.replaceAll('X', (sign, at) => `${sign}${at}`)",
  "[3, 1, 2].toSorted().concat([..'x'.repeat(0) || []]).length".replace("[..", "[..."),
  "/(?<year>\\d{4})-(\\d\\d)/u.exec('on 2026-11-21').groups.year",
  "[...new Set([1, 2, 2, 3])].map((n) => n * n).join()",
  "(1n << 70n).toString(36)",
  "String(new Date(Date.UTC(2026, 10, 21)).toISOString())",
  "Object.entries({ 2: 'b', 1: 'a', z: 1 }).flat().join()",
  "(() => { try { null.x } catch (error) { return error.constructor.name } })()",
];

const factory = await javascript.load(async (path) => Bun.file(path).bytes());

function ours(expression: string): unknown {
  const messages: EngineMessage[] = [];
  const reactor = factory.create((message) => messages.push(message));
  const program = { file: "main.js", source: `export default ${expression}`, modules: {} };
  const common = { program, parameters: {}, surface: {}, limits: STANDARD_LIMITS, seed: 1, time: 0 };
  reactor.start({ type: "start", mode: "run", ...common });
  reactor.dispose();
  const last = messages.at(-1);
  return last?.type === "result" ? encodeValue(last.value) : last;
}

test("expressions have the values that they have in the package's own VM", async () => {
  const theirs = await newQuickJSWASMModuleFromVariant(variant);
  for (const expression of EXPRESSIONS) {
    const value: unknown = theirs.evalCode(expression);
    expect(ours(expression)).toEqual(value);
  }
});

test("the flags of evaluation are the package's own", () => {
  expect<number>(EVALUATE.module).toBe(EvalFlags.JS_EVAL_TYPE_MODULE);
  const compileOnly: number = EvalFlags.JS_EVAL_TYPE_MODULE | EvalFlags.JS_EVAL_FLAG_COMPILE_ONLY;
  expect<number>(EVALUATE.compileOnly).toBe(compileOnly);
});
