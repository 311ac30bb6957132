import { describe, expect, test } from "bun:test";
import { isErrorCode } from "../../src/contract/error-codes.ts";
import { ENGINES, runOnReactor, type Case } from "./harness.ts";
import { HELD_BY_PROCESS, HOSTILE, HOSTILE_LIMITS } from "./hostile.ts";

for (const engine of ENGINES) {
  describe(engine.id, () => {
    for (const [name, source] of Object.entries(HOSTILE[engine.language] ?? {})) {
      if (HELD_BY_PROCESS[engine.id]?.[name] !== undefined) continue;
      test(`${name} does no harm`, async () => {
        const it: Case = { name, [engine.language]: source, limits: HOSTILE_LIMITS, expect: {} };
        const run = await runOnReactor(it, engine);
        const { failure } = run;
        expect(`${failure?.code}: ${failure?.message}`).not.toStartWith("internal");
        if (failure !== undefined) {
          // A script may give its own errors any code; none here does but those of the fake host.
          expect(isErrorCode(failure.code) || ["a"].includes(failure.code)).toBe(true);
          expect(failure.message.length).toBeLessThanOrEqual(4096);
          expect(failure.message).not.toContain("/src/");
        } else if (!run.ended) {
          // It waits: for a call that the fake host never answers.
          const answered = run.calls.every(({ function: called }) => called !== "never");
          expect(answered).toBe(false);
        }
        run.asJson();
      });
    }
  });
}
