import { expect, test } from "bun:test";
import { nearest } from "../../../src/contract/nearest.ts";

const KEYS = ["wallTime", "memory", "calls", "callsInFlight", "llmCalls", "llm", "log", "json", "time"];

test.each([
  ["wallTme", "wallTime"],
  ["wall_time", "wallTime"],
  ["WALLTIME", "wallTime"],
  ["walltimes", "wallTime"],
  ["lml", "llm"],
  ["jsn", "json"],
  ["mem", "memory"],
  ["call", "calls"],
  ["callsinflght", "callsInFlight"],
  ["tiem", "time"],
])("%s means %s", (name, meant) => expect(nearest(name, KEYS)).toBe(meant));

test.each(["", "x", "zz", "http", "constructor", "__proto__", "a".repeat(100_000)])("%s means nothing here", (name) => {
  expect(nearest(name, KEYS)).toBeUndefined();
});
