import { expect, test } from "bun:test";
import { spell } from "../../../src/bridges/spell.ts";
import type { RunInfo } from "../../../src/contract/run.ts";
import { callFunction, did, effects } from "./bridges.ts";

const run: RunInfo = { id: "1", spell: "name", version: "2", description: "d", parameters: { a: 1 }, naming: "camel" };

test("constants are those of the run", () => {
  const read = Object.entries(spell.values).map(([name, value]) => [name, value.read(run)]);
  expect(Object.fromEntries(read)).toEqual({ name: "name", version: "2", description: "d", parameters: { a: 1 } });
});

test("input is text as it is, or bytes where it is none", async () => {
  expect(await callFunction(spell, "input", {})).toBe("\uFEFFinput\r\n");
  const bytes = Uint8Array.of(0xff);
  expect(await callFunction(spell, "input", {}, { ...effects, readInput: () => Promise.resolve(bytes) })).toEqual(
    bytes,
  );
});

test("prompt shows its text and gives a line, or null at the end", async () => {
  expect(await callFunction(spell, "prompt", { text: "Name? " })).toBe("a line");
  expect(await callFunction(spell, "prompt", {})).toBe("a line");
  expect(did.asked).toEqual(["Name? ", ""]);
  expect(await callFunction(spell, "prompt", {}, { ...effects, readLine: () => Promise.resolve(null) })).toBeNull();
});

test("output is done by the binding and never comes here", () => {
  expect(spell.functions.output.local).toBe("output");
});
