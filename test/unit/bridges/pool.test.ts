import { parse } from "../../../src/contract/check-schema.ts";
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { Adaptive } from "../../../src/bridges/pool/adaptive.ts";
import { Lane } from "../../../src/bridges/pool/lane.ts";
import { poolLimits } from "../../../src/bridges/pool/limits.ts";
import { SlidingWindow } from "../../../src/bridges/pool/sliding-window.ts";
import type { Clock } from "../../../src/contract/effects.ts";
import { SpellError } from "../../../src/contract/errors.ts";
import { castIn, onEveryEngine } from "../../cast-engines.ts";
import { startModelServer, type ModelServer } from "../../model-server.ts";
import { codeOf } from "./bridges.ts";

/** Sleeping takes no time and moves the clock on. */
function fakeClock(): Clock & { time: number } {
  const clock = {
    time: 0,
    now: () => clock.time,
    sleep: (ms: number) => {
      clock.time += ms;
      return Promise.resolve();
    },
  };
  return clock;
}

const { signal } = new AbortController();
const openLane = (limits: object, clock: Clock = fakeClock()) => Lane.open("t", parse(poolLimits(), limits), clock);
const passage = { signal, estimate: 1 };
const passed = <T>(value: T, tokens = 1) => Promise.resolve({ value, tokens });

describe("a window of a minute", () => {
  test("lets through what fits and holds the rest until there is room", async () => {
    const clock = fakeClock();
    const window = new SlidingWindow(100, clock);
    const settle = await window.take(60, signal);
    await window.take(40, signal);
    expect(clock.time).toBe(0);
    settle(10);
    await window.take(50, signal);
    expect(clock.time).toBe(0);
    await window.take(1, signal);
    expect(clock.time).toBeGreaterThanOrEqual(60_000);
  });

  test("lets through more than it ever holds, once nothing else is in it", async () => {
    const clock = fakeClock();
    const window = new SlidingWindow(10, clock);
    await window.take(5, signal);
    await window.take(1000, signal);
    expect(clock.time).toBeGreaterThanOrEqual(60_000);
  });

  test("who gives up waiting lets the next one go on", async () => {
    const clock = fakeClock();
    const window = new SlidingWindow(1, clock);
    const gone = new AbortController();
    gone.abort(new SpellError("call.cancelled", "Gone"));
    expect(await codeOf(window.take(1, gone.signal))).toBe("call.cancelled");
    await window.take(1, signal);
    expect(window.used()).toBe(1);
  });
});

describe("a lane", () => {
  test("holds calls to its concurrency and refuses what its queue does not take", async () => {
    const lane = await openLane({ concurrency: 2, queue: 1 });
    const gate = Promise.withResolvers<void>();
    let most = 0;
    const work = async () => {
      most = Math.max(most, lane.running);
      await gate.promise;
      return passed("ok");
    };
    const calls = [lane.run(passage, work), lane.run(passage, work), lane.run(passage, work)];
    expect([lane.running, lane.queued]).toEqual([2, 1]);
    expect(await codeOf(lane.run(passage, work))).toBe("pool.full");
    gate.resolve();
    await Promise.all(calls);
    expect([most, lane.refused, lane.running]).toEqual([2, 1, 0]);
  });

  test("lets a waiting call go when it is cancelled, and never sends it", async () => {
    const lane = await openLane({ concurrency: 1 });
    const gate = Promise.withResolvers<void>();
    const first = lane.run(passage, () => gate.promise.then(() => passed(1)));
    const controller = new AbortController();
    let sent = false;
    const second = lane.run({ signal: controller.signal, estimate: 1 }, () => {
      sent = true;
      return passed(2);
    });
    controller.abort(new SpellError("call.cancelled", "Gone"));
    expect(await codeOf(second)).toBe("call.cancelled");
    gate.resolve();
    await first;
    expect(sent).toBe(false);
  });

  test("ends a call that takes longer than its timeout, by its signal", async () => {
    const lane = await openLane({ timeout: "5ms" });
    const work = (own: AbortSignal) =>
      new Promise<never>((_resolve, reject) => {
        own.addEventListener("abort", () => reject(new Error("aborted")));
      });
    expect(await codeOf(lane.run(passage, work))).toBe("pool.timeout");
  });

  test("stops asking what keeps failing, tries one after the pause, and goes on", async () => {
    const lane = await openLane({ breaker: { failures: 2, pause: "20ms" } });
    const fail = (code: "provider.server" | "provider.request") => () => Promise.reject(new SpellError(code, "No"));
    // The question was wrong: that says nothing of the server.
    for (let turn = 0; turn < 5; turn++)
      expect(await codeOf(lane.run(passage, fail("provider.request")))).toBe("provider.request");
    expect(lane.breaker).toBe("closed");
    for (let turn = 0; turn < 2; turn++)
      expect(await codeOf(lane.run(passage, fail("provider.server")))).toBe("provider.server");
    expect(lane.breaker).toBe("open");
    let asked = 0;
    const count = () => passed(++asked);
    const code = await codeOf(lane.run(passage, count));
    expect([code, asked]).toEqual(["pool.open", 0]);
    while ((await codeOf(lane.run(passage, count))) === "pool.open") await Bun.sleep(5);
    expect([asked, lane.breaker]).toEqual([1, "closed"]);
  });

  test("sends no more tokens a minute than it may, by what they really were", async () => {
    const clock = fakeClock();
    const lane = await openLane({ tokensPerMinute: 100 }, clock);
    for (let turn = 0; turn < 2; turn++) await lane.run({ signal, estimate: 10 }, () => passed("ok", 50));
    expect(clock.time).toBe(0);
    await lane.run({ signal, estimate: 10 }, () => passed("ok", 50));
    expect(clock.time).toBeGreaterThanOrEqual(60_000);
  });
});

test("adaptive concurrency adds one after a round of good calls, halves at a 429, and counts a burst of them once", () => {
  const adaptive = new Adaptive({ least: 1, backOff: 0.5, slow: 100 }, 8);
  const good = (from: number, times: number) => {
    for (let turn = 0; turn < times; turn++) adaptive.note(from + turn, from + turn + 1, false);
  };
  expect(adaptive.concurrency).toBe(8);
  for (const began of [0, 1, 2]) adaptive.note(began, 10, true);
  expect(adaptive.concurrency).toBe(4);
  good(20, 4);
  expect(adaptive.concurrency).toBe(5);
  adaptive.note(30, 200, false);
  expect(adaptive.concurrency).toBe(2);
  for (let turn = 0; turn < 100; turn++) adaptive.note(1000 * turn, 1000 * turn + 500, false);
  expect(adaptive.concurrency).toBe(1);
  good(1e6, 100);
  expect(adaptive.concurrency).toBe(8);
});

describe("in a spell", () => {
  let server: ModelServer;
  beforeAll(async () => {
    server = await startModelServer();
    server.mock.onMessage("too fast", { error: { message: "Slow down", type: "rate_limit_error" }, status: 429 });
    server.mock.onMessage("broken", { error: { message: "Oh no" }, status: 400 });
    server.mock.onMessage(/./, { content: "A wren." });
  });
  afterAll(() => server.close());
  const env = () => ({ OPENAI_BASE_URL: server.openaiBaseUrl, OPENAI_API_KEY: "sk-test-0123456789" });

  test.each(
    onEveryEngine({
      lua: `
        pool.limit("openai", {concurrency = 1, requests_per_minute = 100, breaker = {failures = 3, pause = "1m"}})
        local asks = {}
        for i = 1, 3 do asks[i] = function() return llm.complete("A bird", {model = "openai/m"}).text end end
        local texts = async.all(asks)
        pcall(llm.complete, "broken", {model = "openai/m"})
        for piece in llm.stream("A bird", {model = "openai/m"}) do end
        local stats = pool.stats()
        local m, l = stats.models[1], stats.lanes[1]
        return {texts[3], m.model, m.calls, m.failures, m.in_flight, l.concurrency, l.requests_last_minute, l.breaker, pool.check("openai").healthy}`,
      javascript: `
        await pool.limit("openai", {concurrency: 1, requestsPerMinute: 100, breaker: {failures: 3, pause: "1m"}});
        const texts = await Promise.all([1, 2, 3].map(async () => (await llm.complete("A bird", {model: "openai/m"})).text));
        try { await llm.complete("broken", {model: "openai/m"}) } catch {}
        for await (const piece of await llm.stream("A bird", {model: "openai/m"}));
        const {models: [m], lanes: [l]} = await pool.stats();
        export default [texts[2], m.model, m.calls, m.failures, m.inFlight, l.concurrency, l.requestsLastMinute, l.breaker, (await pool.check("openai")).healthy]`,
      tengo: `
        pool.limit("openai", {concurrency: 1, requests_per_minute: 100, breaker: {failures: 3, pause: "1m"}})
        asks := []
        for i := 0; i < 3; i++ { asks = append(asks, async.spawn(func() { return llm.complete("A bird", {model: "openai/m"}).text })) }
        texts := async.all(asks)
        failed := llm.complete("broken", {model: "openai/m"})
        if !is_error(failed) { asks = undefined }
        for piece in llm.stream("A bird", {model: "openai/m"}) { _ := piece }
        stats := pool.stats()
        m := stats.models[0]
        l := stats.lanes[0]
        export [texts[2], m.model, m.calls, m.failures, m.in_flight, l.concurrency, l.requests_last_minute, l.breaker, pool.check("openai").healthy]`,
    }),
  )("%s: limits hold for llm's own calls", async (_name, engine, source) => {
    const { result, failure } = await castIn(engine, source, { env: env() });
    expect(failure).toBeUndefined();
    expect(result).toEqual(["A wren.", "openai/m", 5, 1, 0, 1, 5, "closed", true]);
  });

  test("a real 429 halves the concurrency and opens the breaker; the next model of a group is asked at once", async () => {
    const [, engine] = onEveryEngine({ lua: "", javascript: "", tengo: "" })[0] ?? [];
    if (engine === undefined) throw new Error("There are no engines");
    const source = `
      pool.limit("openai/m", {concurrency = 8, adaptive = {}, breaker = {failures = 2, pause = "1h"}})
      for i = 1, 2 do pcall(llm.complete, "too fast", {model = "openai/m", retries = 0}) end
      local stats = pool.stats()
      local answer = provider.complete("A bird", {models = {"openai/m", "openai/n"}})
      return {stats.lanes[1].concurrency, stats.lanes[1].breaker, stats.models[1].rate_limited, answer.attempts[1].code, answer.model}`;
    const { result, failure } = await castIn(engine, source, { env: env() });
    expect(failure).toBeUndefined();
    expect(result).toEqual([2, "open", 2, "pool.open", expect.any(String)]);
  });

  test("a provider that does not exist: the nearest is offered; an unknown limit too", async () => {
    const [, engine] = onEveryEngine({ lua: "", javascript: "", tengo: "" })[0] ?? [];
    if (engine === undefined) throw new Error("There are no engines");
    const unknown = await castIn(engine, `pool.limit("opnai", {concurrency = 1})`);
    expect(unknown.failure).toMatchObject({ code: "provider.unknown", message: expect.stringContaining('"openai"') });
    const wrong = await castIn(engine, `pool.limit("openai", {concurency = 1})`);
    expect(wrong.failure?.message).toContain('did you mean "concurrency"?');
  });

  test("a provider that is down is not healthy, and says why", async () => {
    const [, engine] = onEveryEngine({ lua: "", javascript: "", tengo: "" })[0] ?? [];
    if (engine === undefined) throw new Error("There are no engines");
    const down = { OPENAI_BASE_URL: "http://127.0.0.1:9/v1", OPENAI_API_KEY: "sk-test-0123456789" };
    const { result } = await castIn(engine, `return pool.check("openai")`, { env: down });
    expect(result).toMatchObject({ healthy: false, code: "provider.network" });
  });
});
