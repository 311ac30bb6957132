import { describe, expect, test } from "bun:test";
import { overrideLimits, resolveProfile } from "../../../src/profile/index.ts";
import { CATALOGUE } from "../../../src/runtime/catalog.ts";

const standard = await resolveProfile("standard", CATALOGUE);
const free = await resolveProfile("development", CATALOGUE);

function override(profile: typeof standard, limits: readonly string[], budget: readonly string[] = []) {
  try {
    return overrideLimits(profile, { limits, budget });
  } catch (error) {
    const { code, message, fix } = error as { code: string; message: string; fix: string };
    return { code, message, fix };
  }
}

describe("overrideLimits", () => {
  test("lowers limits and budgets, several in one text, each with its unit", () => {
    const profile = overrideLimits(standard, {
      limits: ["wallTime=10s,calls=7", "memory=16MiB"],
      budget: ["usd=0.10,tokens=50k"],
    });
    expect(profile.limits).toMatchObject({ wallTime: 10_000, calls: 7, memory: 16 * 1024 * 1024, fuel: 2e9 });
    expect(profile.budget).toEqual({ usd: 0.1, tokens: 50_000 });
    expect(profile.origins["limits.calls"]).toEqual({ file: "--limit", line: 0 });
    expect(profile.origins["limits.fuel"]).toEqual(standard.origins["limits.fuel"]);
    expect(standard.limits.calls).toBe(1000);
  });

  test("raises only what the profile says may be raised", () => {
    expect(override(standard, ["calls=1001"])).toEqual({
      code: "grant.limit",
      message: 'The profile "standard" has limits.calls = 1000; 1001 is more',
      fix: "Add to the profile: raisable: [calls]",
    });
    expect(override(standard, [], ["usd=2"])).toMatchObject({
      code: "grant.limit",
      fix: "Add to the profile: raisable: [budget.usd]",
    });
    expect(override({ ...standard, raisable: ["calls"] }, ["calls=1001"])).toMatchObject({ limits: { calls: 1001 } });
    expect(override(free, ["calls=1M"])).toMatchObject({ limits: { calls: 1_000_000 } });
  });

  test.each([
    [["callz=1"], 'did you mean "calls"?'],
    [["calls"], 'takes name=value, not "calls"'],
    [["=1"], "takes name=value"],
    [["calls=many"], "calls=many"],
    [["wallTime=-1s"], "wallTime=-1s"],
  ])("%p is told", (limits, message) => {
    expect(override(standard, limits)).toMatchObject({ code: "usage", message: expect.stringContaining(message) });
  });

  test("a budget's amount must be one", () => {
    for (const text of ["usd=much", "usd=", "usd=-1", "euros=1"]) {
      expect(override(standard, [], [text])).toMatchObject({ code: "usage" });
    }
  });
});
