import { expect, test } from "bun:test";
import { WallTimer } from "../../../src/runtime/wall-timer.ts";

test("the time in which a person is asked is not counted", async () => {
  const ended = Promise.withResolvers<string>();
  const timer = new WallTimer(20, () => ended.resolve("over"));
  timer.start();
  const asked = Promise.withResolvers<void>();
  const first = timer.during(() => asked.promise);
  const second = timer.during(() => asked.promise);
  // Longer than all that there is: it would be over by now if it counted.
  expect(await Promise.race([ended.promise, Bun.sleep(60).then(() => "waiting")])).toBe("waiting");
  asked.resolve();
  await Promise.all([first, second]);
  expect(await ended.promise).toBe("over");
});

test("after it was stopped it never ends, also when a person answers later", async () => {
  let over = false;
  const timer = new WallTimer(5, () => (over = true));
  timer.start();
  const asked = Promise.withResolvers<void>();
  const waiting = timer.during(() => asked.promise);
  timer.stop();
  asked.resolve();
  await waiting;
  await Bun.sleep(30);
  expect(over).toBe(false);
});

test("says what is left", async () => {
  const timer = new WallTimer(20_000, () => {});
  expect(timer.left()).toBe(20_000);
  timer.start();
  await Bun.sleep(20);
  const running = timer.left();
  expect(running).toBeWithin(0, 19_990);
  await timer.during(async () => {
    const before = timer.left();
    await Bun.sleep(20);
    expect(timer.left()).toBe(before);
  });
  expect(timer.left()).toBeLessThan(running);
  timer.stop();
});
