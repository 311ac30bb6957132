/**
 * What went in and out of a run, and the same deliveries fed to another reactor: a run must be a function of the
 * messages that it was given and their order, whoever hosts it and when.
 */
import type { Engine } from "../../src/contract/engine.ts";
import {
  engineMessageFromJson,
  engineMessageToJson,
  hostMessageFromJson,
  hostMessageToJson,
} from "../../src/contract/message-json.ts";
import type { EngineMessage, HostMessage } from "../../src/contract/message.ts";
import { openProcessChannel, type ProcessPool } from "../../src/isolation/index.ts";
import { FakeHost } from "./fake-host.ts";
import { factoryOf, sourceFor, startMessage, type Case } from "./harness.ts";

/** A run as it was: what was delivered, as JSON as it would be kept, and what was said. */
export interface Recording {
  readonly delivered: readonly string[];
  readonly said: readonly string[];
  readonly ended: boolean;
}

/** Which of the messages that wait is delivered next, by how many there are. */
export type Choose = (waiting: number) => number;

/** Delivers what came first. */
export const inOrder: Choose = () => 0;

/** Delivers in an order of its own, the same for the same number. */
export function shuffled(seed: number): Choose {
  let state = seed;
  return (waiting) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * waiting);
  };
}

/** What is recorded of a run, besides its case. */
export interface RecordingOptions {
  readonly choose?: Choose;
  /** Calls are answered although the script has cancelled them: the answer was on its way. */
  readonly answerCancelled?: boolean;
}

/** Runs a case on a reactor in this process and keeps all that goes in and out. */
export async function record(it: Case, engine: Engine, options: RecordingOptions = {}): Promise<Recording> {
  const { choose = inOrder, answerCancelled = false } = options;
  const factory = await factoryOf(engine);
  const [delivered, said]: [string[], string[]] = [[], []];
  let ended = false;
  const waiting: HostMessage[] = [startMessage(it, engine, sourceFor(it, engine) ?? "")];
  const host = new FakeHost(it.given ?? {}, (message) => waiting.push(message));
  const reactor = factory.create((message) => {
    said.push(textOf(message));
    ended ||= message.type === "result" || message.type === "failure";
    if (message.type !== "cancel" || !answerCancelled) host.hear(message);
  });
  while (waiting.length > 0) {
    const [next] = waiting.splice(choose(waiting.length), 1);
    if (next === undefined) break;
    delivered.push(JSON.stringify(hostMessageToJson(next)));
    if (next.type === "start") reactor.start(next);
    else reactor.deliver(next);
  }
  reactor.dispose();
  return { delivered, said, ended };
}

/** Feeds what was delivered to a new reactor in this process, and gives what that says. */
export async function replay({ delivered }: Recording, engine: Engine): Promise<string[]> {
  const factory = await factoryOf(engine);
  const said: string[] = [];
  const reactor = factory.create((message) => said.push(textOf(message)));
  for (const text of delivered) {
    const message = hostMessageFromJson(JSON.parse(text));
    if (message.type === "start") reactor.start(message);
    else reactor.deliver(message);
  }
  reactor.dispose();
  return said;
}

/** Feeds it to a process of its own, all at once: nothing is waited for but the end, which the run must have had. */
export async function replayInProcess(recording: Recording, engine: Engine, pool: ProcessPool): Promise<string[]> {
  const said: string[] = [];
  const end = Promise.withResolvers<void>();
  const limits = { frame: 64 * 1024 * 1024, memory: 1024 * 1024 * 1024 };
  const channel = openProcessChannel(pool.take(engine.id), limits, {
    onMessage: (message) => void said.push(textOf(message)),
    onEnd(failure) {
      if (failure !== undefined) said.push(`the process ended: ${failure.message}`);
      end.resolve();
    },
  });
  await channel.ready;
  for (const text of recording.delivered) channel.send(hostMessageFromJson(JSON.parse(text)));
  await end.promise;
  return said;
}

/** A message as the broker reads it, whichever process it came from: its fields in one order. */
function textOf(message: EngineMessage): string {
  const sent: unknown = JSON.parse(JSON.stringify(engineMessageToJson(message)));
  return JSON.stringify(engineMessageToJson(engineMessageFromJson(sent)));
}
