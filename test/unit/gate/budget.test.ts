import { expect, test } from "bun:test";
import { STANDARD_LIMITS } from "../../../src/contract/limits.ts";
import { Ledger, withBudget } from "../../../src/gate/ledger.ts";

test("the smaller of budget and limit holds", () => {
  const limits = withBudget({ ...STANDARD_LIMITS, tokens: 100, llmCalls: 2 }, { tokens: 40, llmCalls: 10 });
  expect([limits.tokens, limits.llmCalls, limits.toolCalls]).toEqual([40, 2, STANDARD_LIMITS.toolCalls]);
  const ledger = new Ledger(limits);
  ledger.useTokens(40);
  expect(() => ledger.useTokens(1)).toThrow("over limits.tokens = 40");
});

test("what a child uses counts for its parent, and the parent's limit holds", () => {
  const parent = new Ledger({ ...STANDARD_LIMITS, llmCalls: 1 });
  const child = new Ledger(STANDARD_LIMITS, parent);
  child.enter("llmCalls");
  expect([parent.llmCalls, parent.inFlight]).toEqual([1, 1]);
  expect(() => child.enter("llmCalls")).toThrow("limits.llmCalls = 1");
  expect([child.calls, child.inFlight]).toEqual([1, 1]);
  child.release();
  expect([child.inFlight, parent.inFlight]).toEqual([0, 0]);
});
