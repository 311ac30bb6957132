import { describe, expect, test } from "bun:test";
import { SpellError, type Failure } from "../../../../src/contract/errors.ts";
import type { JournalEntry, RunJournal } from "../../../../src/contract/journal.ts";
import type { CallMessage, EngineMessage, HostMessage, StartMessage } from "../../../../src/contract/message.ts";
import { FunctionHandle } from "../../../../src/contract/value.ts";
import type { ChannelEvents } from "../../../../src/isolation/index.ts";
import { readRecordedRun, type RecordedRun } from "../../../../src/runtime/tape/recorded-run.ts";
import { TapedChannel } from "../../../../src/runtime/tape/taped-channel.ts";

const START = { type: "start", time: 0 } as unknown as StartMessage;

const call = (id: number, name = "f"): CallMessage => {
  return { type: "call", id, fiber: 1, module: "m", function: name, args: [] };
};
const answer = (id: number, value: number | string = id) => ({ type: "return", id, value, time: id }) as const;

/** A tape over an engine that the test plays. */
function open(entries?: readonly JournalEntry[], options: { live?: boolean; full?: boolean } = {}) {
  const log: string[] = [];
  const heard: EngineMessage[] = [];
  const failures: Failure[] = [];
  const written: JournalEntry[] = [];
  let buffer: JournalEntry[] = [];
  let engine: ChannelEvents | undefined;
  const journal: RunJournal = {
    id: "r",
    append: (entry) => void buffer.push(entry),
    flush() {
      if (options.full) throw new SpellError("journal.write", "full");
      if (buffer.length > 0) log.push(`disk ${buffer.map(nameOf).join(" ")}`);
      written.push(...buffer);
      buffer = [];
    },
    close() {},
  };
  const start = { type: "start", message: START } as unknown as JournalEntry;
  const record: RecordedRun | undefined = entries && readRecordedRun([start, ...entries]);
  const channel = new TapedChannel({
    open(events) {
      engine = events;
      return {
        ready: Promise.resolve(),
        send: (message: HostMessage) => void log.push(`script ${nameOf(message)}`),
        kill: () => void log.push("kill"),
      };
    },
    events: {
      onMessage: (message) => void heard.push(message),
      onEnd() {},
      onFault: (failure) => void failures.push(failure),
    },
    journal: () => (options.live === false ? undefined : journal),
    now: () => 5,
    record,
    clean: (entry) => entry,
    onLive: options.live === false ? undefined : async () => void log.push("live"),
  });
  const says = (...messages: EngineMessage[]) => {
    for (const message of messages) engine?.onMessage(message);
  };
  return { channel, log, heard, failures, written, says };
}

function nameOf(message: { readonly type: string; readonly id?: number }): string {
  return message.id === undefined ? message.type : `${message.type}${message.id}`;
}

const soon = () => Bun.sleep(1);

describe("a new run", () => {
  test("an answer is on disk before the script sees it, and answers at once are written at once", async () => {
    const { channel, log, says, written } = open();
    channel.send(START);
    says(call(1), call(2));
    channel.send(answer(1));
    channel.send(answer(2));
    expect(log).toEqual(["script start"]);
    await soon();
    expect(log).toEqual(["script start", "disk call1 call2 return1 return2", "script return1", "script return2"]);
    expect(written[0]).toMatchObject({ type: "call", id: 1, time: 5 });
  });

  test("what is only for the journal does not reach the script", async () => {
    const { channel, written } = open();
    channel.send({ ...answer(1), spent: { tokens: 1, usd: 0 } });
    const target = new FunctionHandle(1);
    channel.send({ type: "callback", id: 1, function: target, args: [], time: 1, call: 1, index: 1 });
    await soon();
    expect(written).toMatchObject([{ spent: { tokens: 1, usd: 0 } }, { call: 1, index: 1 }]);
  });

  test("where the disk takes nothing the script is told nothing, and the run ends", async () => {
    const { channel, log, says, failures } = open(undefined, { full: true });
    channel.send(START);
    says(call(1));
    channel.send(answer(1));
    await soon();
    expect([log, failures[0]?.code]).toEqual([["script start"], "journal.write"]);
  });
});

describe("a run that goes on", () => {
  const RECORD: JournalEntry[] = [call(1), call(2), call(3), answer(2), answer(1)];

  test("gets its answers in the recorded order, and what had no answer is done then", async () => {
    const { channel, log, heard, says } = open(RECORD);
    channel.send(START);
    says(call(1));
    expect(log).toEqual(["script start"]);
    says(call(2));
    expect(log).toEqual(["script start", "script return2", "script return1", "live"]);
    expect(heard).toEqual([]);
    says(call(3));
    await soon();
    expect(heard).toEqual([call(3)]);
    channel.send(answer(3));
    await soon();
    expect(log.slice(-2)).toEqual(["disk return3", "script return3"]);
  });

  test("what the script says beyond its record is new, and waits until all was delivered", async () => {
    const { channel, heard, says, written } = open([call(1), answer(1)]);
    channel.send(START);
    says(call(1), call(2));
    await soon();
    expect(heard).toEqual([call(2)]);
    channel.send(answer(2));
    await soon();
    expect(written.map(nameOf)).toEqual(["call2", "return2"]);
  });

  test("a call that the script gave up is not made again", async () => {
    const { channel, heard, says } = open([call(1), call(2), { type: "cancel", id: 1 }, answer(2)]);
    channel.send(START);
    says(call(1), call(2), { type: "cancel", id: 1 });
    await soon();
    expect(heard).toEqual([]);
  });

  test("another call than the recorded one ends it before anything happens", async () => {
    const { channel, heard, says, failures } = open(RECORD);
    channel.send(START);
    says(call(1), call(2, "other"));
    await soon();
    expect(heard).toEqual([]);
    expect(failures).toMatchObject([
      { code: "journal.diverged", details: { call: 2, recorded: "m.f()", now: "m.other()" } },
    ]);
  });

  test("a callback that was made is found again, with its end when that comes", async () => {
    const target = new FunctionHandle(7);
    const made = { type: "callback", id: 1, function: target, args: [], time: 1, call: 1, index: 1 } as const;
    const { channel, says } = open([call(1), made]);
    channel.send(START);
    says(call(1));
    await soon();
    expect(channel.recordedCallback(1, 1)).toEqual({ entry: made });
    expect(channel.recordedCallback(1, 2)).toBeUndefined();
    says({ type: "returned", id: 1, value: "x" });
    expect(channel.recordedCallback(1, 1)).toMatchObject({ end: { value: "x" } });
  });
});

describe("a replay", () => {
  test("makes no call, and ends as it ended", async () => {
    const result = { type: "result", value: 3, fuel: 1 } as const;
    const { channel, log, heard, says, failures } = open([call(1), answer(1), result], { live: false });
    channel.send(START);
    says(call(1), result);
    await soon();
    expect([log, heard, failures]).toEqual([["script start", "script return1"], [result], []]);
  });

  test("in an engine that takes other steps to say the same is the same run", async () => {
    const { channel, failures, says } = open([call(1), answer(1), { type: "result", value: 3, fuel: 1 }], {
      live: false,
    });
    channel.send(START);
    says(call(1), { type: "result", value: 3, fuel: 2000 });
    await soon();
    expect(failures).toEqual([]);
  });

  test("of a run that has no end says where the record ends", async () => {
    const { channel, log, says, failures } = open([call(1), answer(1), call(2)], { live: false });
    channel.send(START);
    says(call(1), call(2));
    await soon();
    expect([log.at(-1), failures[0]?.code]).toEqual(["kill", "journal.unfinished"]);
  });

  test("of one that was ended from outside ends in the same way", async () => {
    const failure = { code: "limit.wall-time", message: "late", details: null, stack: [] };
    const end = { type: "end", time: 1, failure, result: null, usage: {} } as unknown as JournalEntry;
    const { channel, says, failures } = open([call(1), end], { live: false });
    channel.send(START);
    says(call(1));
    await soon();
    expect(failures).toEqual([failure]);
  });

  test("where the script ends early instead of calling, that is told", async () => {
    const { channel, says, failures } = open([call(1), answer(1), call(2), answer(2)], { live: false });
    channel.send(START);
    says(call(1), { type: "result", value: null, fuel: 0 });
    await soon();
    expect(failures[0]?.message).toContain("recorded was m.f(), now it is the result null");
  });
});

test("recorded answers are sent ahead of the questions, but no more than told", () => {
  const sent: string[] = [];
  let engine: ChannelEvents | undefined;
  const entries = [1, 2, 3, 4].flatMap((id) => [call(id), answer(id)]);
  const start = { type: "start", message: START } as unknown as JournalEntry;
  const channel = new TapedChannel({
    open(events) {
      engine = events;
      return { ready: Promise.resolve(), send: (message) => void sent.push(nameOf(message)), kill() {} };
    },
    events: { onMessage() {}, onEnd() {}, onFault() {} },
    journal: () => undefined,
    now: () => 0,
    record: readRecordedRun([start, ...entries]),
    clean: (entry) => entry,
    ahead: 2,
  });
  channel.send(START);
  expect(sent).toEqual(["start", "return1", "return2"]);
  engine?.onMessage(call(1));
  expect(sent).toEqual(["start", "return1", "return2", "return3"]);
});
