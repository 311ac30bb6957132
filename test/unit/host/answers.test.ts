import { afterAll, describe, expect, test } from "bun:test";
import { chmodSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { KeptQuestion } from "../../../src/contract/answers.ts";
import { openAnswers } from "../../../src/host/index.ts";

const folder = mkdtempSync(join(tmpdir(), "answers-"));
afterAll(() => rmSync(folder, { recursive: true }));

const never = new AbortController().signal;
const HOUR = 3_600_000;
let files = 0;

/** Answers over a clock that a test moves, and how often something was asked. */
function open(file = join(folder, `${files++}`, "answers.db")) {
  const seen = { now: 1_700_000_000_000.5, asked: 0 };
  const { answers, close } = openAnswers({ file, now: () => seen.now });
  const ask = async (text: string, more: Partial<KeptQuestion> = {}, size = 1) => {
    const kept = { question: [text], scope: "shared", run: "r1", ttl: HOUR, maxBytes: 10_000, ...more } as const;
    const make = () => Promise.resolve({ text: "x".repeat(size), place: ++seen.asked });
    return (await answers.answer(kept, make, never)).cached;
  };
  return { seen, answers, close, ask, file };
}

for (const scope of ["run", "shared"] as const) {
  describe(`answers of the scope ${scope}`, () => {
    test("are kept for exactly the same question, until their time is over", async () => {
      const { ask, seen } = open();
      expect([await ask("a", { scope }), await ask("a", { scope }), await ask("b", { scope })]).toEqual([
        false,
        true,
        false,
      ]);
      seen.now += HOUR - 1;
      expect(await ask("a", { scope })).toBe(true);
      seen.now += 2;
      expect(await ask("a", { scope })).toBe(false);
    });

    test("take no more room than they may: what was not used for longest goes first", async () => {
      const { ask, seen } = open();
      const put = (text: string) => {
        seen.now += 5;
        return ask(text, { scope, maxBytes: 3000 }, 900);
      };
      for (const text of ["a", "b", "c"]) expect(await put(text)).toBe(false);
      expect(await put("a")).toBe(true);
      expect(await put("d")).toBe(false);
      expect(await put("a")).toBe(true);
      expect(await put("b")).toBe(false);
    });

    test("that are too large are given and not kept", async () => {
      const { ask } = open();
      for (let round = 0; round < 2; round++) expect(await ask("a", { scope, maxBytes: 100 }, 200)).toBe(false);
    });

    test("are copies", async () => {
      const { answers } = open();
      const kept = { question: ["a"], scope, run: "r", ttl: HOUR, maxBytes: 1000 } as const;
      const value = { bytes: Uint8Array.of(1, 2), list: [1] };
      await answers.answer(kept, () => Promise.resolve(value), never);
      value.list.push(2);
      const { value: again } = await answers.answer(kept, () => Promise.reject(new Error("asked")), never);
      expect(again).toEqual({ bytes: Uint8Array.of(1, 2), list: [1] });
    });
  });
}

describe("answers", () => {
  test("of one run are none of another's", async () => {
    const { ask } = open();
    await ask("a", { scope: "run" });
    expect(await ask("a", { scope: "run", run: "r2" })).toBe(false);
  });

  test("that are shared outlive the process, in a file of this person alone", async () => {
    const first = open();
    await first.ask("a");
    first.close();
    expect(statSync(first.file).mode & 0o777).toBe(0o600);
    const second = open(first.file);
    expect(await second.ask("a")).toBe(true);
  });

  test("are given although they cannot be kept", async () => {
    const damaged = join(folder, "damaged.db");
    writeFileSync(damaged, "this is no database, whatever its name says");
    chmodSync(damaged, 0o600);
    for (const file of [damaged, "/proc/none/answers.db"]) {
      const { ask } = open(file);
      expect(await ask("a")).toBe(false);
    }
  });

  test("questions at once are asked once; where that fails, the next one asks", async () => {
    const { answers } = open();
    const kept = { question: ["a"], scope: "run", run: "r", ttl: HOUR, maxBytes: 1000 } as const;
    let asked = 0;
    const ask = () =>
      answers.answer(
        kept,
        async () => {
          const place = ++asked;
          await Bun.sleep(1);
          if (place === 1) throw new Error("No");
          return place;
        },
        never,
      );
    const [first, ...rest] = await Promise.allSettled([ask(), ask(), ask()]);
    expect(first.status).toBe("rejected");
    expect(rest).toEqual([
      { status: "fulfilled", value: { value: 2, cached: false } },
      { status: "fulfilled", value: { value: 2, cached: true } },
    ]);
    expect(asked).toBe(2);
  });

  test("who waits for another's answer can give up", async () => {
    const { answers } = open();
    const kept = { question: ["a"], scope: "run", run: "r", ttl: HOUR, maxBytes: 1000 } as const;
    const { promise, resolve } = Promise.withResolvers<number>();
    const first = answers.answer(kept, () => promise, never);
    const controller = new AbortController();
    const second = answers.answer(kept, () => Promise.resolve(2), controller.signal);
    await Bun.sleep(1);
    controller.abort(new Error("enough"));
    await expect(second).rejects.toThrow("enough");
    resolve(1);
    expect(await first).toEqual({ value: 1, cached: false });
  });
});
