import { describe, expect, test } from "bun:test";
import { SpellError } from "../../../src/contract/errors.ts";
import { STANDARD_LIMITS } from "../../../src/contract/limits.ts";
import type { Reservation, Spent } from "../../../src/contract/spending.ts";
import { Ledger } from "../../../src/gate/ledger.ts";

const never = new AbortController().signal;

/** What a reservation ended with: `ok`, or the error's code and message. */
async function outcome(reserving: Promise<Reservation>): Promise<string> {
  try {
    await reserving;
    return "ok";
  } catch (error) {
    return error instanceof SpellError ? `${error.code}: ${error.message}` : String(error);
  }
}

describe("counting calls", () => {
  test("the smaller of budget and limit holds, and is named", () => {
    const ledger = new Ledger({ ...STANDARD_LIMITS, llmCalls: 2, toolCalls: 1 }, { llmCalls: 1, toolCalls: 10 });
    ledger.enter("llmCalls");
    expect(() => ledger.enter("llmCalls")).toThrow("over budget.llmCalls = 1");
    ledger.enter("toolCalls");
    expect(() => ledger.enter("toolCalls")).toThrow("over limits.toolCalls = 1");
  });

  test("what a child uses counts for its parent, and the parent's limit holds", () => {
    const parent = new Ledger({ ...STANDARD_LIMITS, llmCalls: 1 });
    const child = new Ledger(STANDARD_LIMITS, {}, parent);
    child.enter("llmCalls");
    expect([parent.llmCalls, parent.callsInFlight]).toEqual([1, 1]);
    expect(() => child.enter("llmCalls")).toThrow("limits.llmCalls = 1");
    expect([child.calls, child.callsInFlight]).toEqual([1, 1]);
    child.release();
    expect([child.callsInFlight, parent.callsInFlight]).toEqual([0, 0]);
  });
});

describe("spending", () => {
  test("what is put aside comes back but for what was spent, once", async () => {
    const ledger = new Ledger(STANDARD_LIMITS, { tokens: 100, usd: 1 });
    const reservation = await ledger.reserve({ tokens: 60, usd: 0.5 }, never);
    expect(ledger.left()).toEqual({ tokens: 40, usd: 0.5 });
    reservation.settle({ tokens: 10, usd: 0.25 });
    reservation.settle({ tokens: 0, usd: 0 });
    expect(ledger.left()).toEqual({ tokens: 90, usd: 0.75 });
    expect([ledger.tokens, ledger.usd]).toEqual([10, 0.25]);
  });

  test("what is booked is never below 0, and where it is no sum it is the worst case", async () => {
    const ledger = new Ledger(STANDARD_LIMITS, { tokens: 100, usd: 1 });
    const settled = async (spent: object) => {
      (await ledger.reserve({ tokens: 10, usd: 0.125 }, never)).settle(spent as Spent);
      return [ledger.tokens, ledger.usd, ledger.unpriced];
    };
    expect(await settled({ tokens: -1000, usd: -26, unpriced: -1 })).toEqual([0, 0, 0]);
    expect(await settled({ tokens: Number.NaN, usd: Number.POSITIVE_INFINITY })).toEqual([10, 0.125, 0]);
    expect(await settled({ tokens: "05", usd: 0, unpriced: 7 })).toEqual([20, 0.125, 7]);
  });

  test("a worst case over what is left is refused, and says what is left", async () => {
    const ledger = new Ledger({ ...STANDARD_LIMITS, tokens: 100 }, { usd: 0.1 });
    expect(await outcome(ledger.reserve({ tokens: 101, usd: 0 }, never))).toBe(
      "limit.tokens: The call could take up to 101 tokens; 100 tokens of limits.tokens = 100 are left",
    );
    expect(await outcome(ledger.reserve({ tokens: 1, usd: 0.2 }, never))).toBe(
      "limit.usd: The call could take up to $0.2; $0.1 of budget.usd = 0.1 are left",
    );
  });

  test("calls at once cannot spend more than there is: the next waits for what may come back", async () => {
    const ledger = new Ledger(STANDARD_LIMITS, { tokens: 100 });
    const first = await ledger.reserve({ tokens: 80, usd: 0 }, never);
    const second = ledger.reserve({ tokens: 50, usd: 0 }, never);
    const third = ledger.reserve({ tokens: 95, usd: 0 }, never);
    first.settle({ tokens: 10, usd: 0 });
    (await second).settle({ tokens: 50, usd: 0 });
    expect(await outcome(third)).toStartWith("limit.tokens");
    expect(ledger.tokens).toBe(60);
  });

  test("whoever waits gives up when the call is cancelled, and holds nothing", async () => {
    const ledger = new Ledger(STANDARD_LIMITS, { tokens: 100 });
    const first = await ledger.reserve({ tokens: 80, usd: 0 }, never);
    const stop = new AbortController();
    const second = outcome(ledger.reserve({ tokens: 50, usd: 0 }, stop.signal));
    stop.abort(new SpellError("call.cancelled", "Cancelled"));
    expect(await second).toBe("call.cancelled: Cancelled");
    first.settle({ tokens: 0, usd: 0 });
    expect(ledger.left().tokens).toBe(100);
  });

  test("a child's spending is its parent's too, and neither may overshoot", async () => {
    const parent = new Ledger(STANDARD_LIMITS, { usd: 1 });
    const child = new Ledger(STANDARD_LIMITS, { usd: 5 }, parent);
    const sibling = new Ledger(STANDARD_LIMITS, {}, parent);
    const first = await child.reserve({ tokens: 1, usd: 0.75 }, never);
    expect([child.left().usd, sibling.left().usd]).toEqual([0.25, 0.25]);
    const second = sibling.reserve({ tokens: 1, usd: 0.5 }, never);
    first.settle({ tokens: 1, usd: 0.5 });
    (await second).settle({ tokens: 1, usd: 0.5 });
    expect(await outcome(child.reserve({ tokens: 1, usd: 0.01 }, never))).toStartWith("limit.usd");
    expect([parent.usd, child.usd, sibling.usd]).toEqual([1, 0.5, 0.5]);
  });

  test("a thousand calls at once that spend less than their worst case all happen, and never overshoot", async () => {
    const ledger = new Ledger({ ...STANDARD_LIMITS, tokens: 10_000 });
    let most = 0;
    const call = async () => {
      const reservation = await ledger.reserve({ tokens: 500, usd: 0 }, never);
      await Promise.resolve();
      reservation.settle({ tokens: 9, usd: 0 });
      most = Math.max(most, ledger.tokens);
    };
    await Promise.all(Array.from({ length: 1000 }, call));
    expect([ledger.tokens, most]).toEqual([9000, 9000]);
  });
});
