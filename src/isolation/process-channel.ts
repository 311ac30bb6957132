import type { Failure } from "../contract/errors.ts";
import { SpellError, toFailure } from "../contract/errors.ts";
import type { EngineMessage, HostMessage } from "../contract/message.ts";
import type { Channel, ChannelEvents } from "./channel.ts";
import type { SpellProcess } from "./spell-process.ts";
import { engineMessageFromJson, hostMessageToJson } from "./message-json.ts";
import { encodeFrame, FrameReader } from "./frames.ts";

/** What the broker holds a process to, from outside. */
export interface ProcessLimits {
  /** Bytes of one message from the process. */
  readonly frame: number;
  /** Bytes that its resident memory may grow by. */
  readonly memory: number;
}

/** How often resident memory is looked at, in ms. */
const MEMORY_INTERVAL = 25;

/** Rung `process`: the engine in a process of its own, that is killed when it breaks a limit or sends nonsense. */
export function openProcessChannel(child: SpellProcess, limits: ProcessLimits, events: ChannelEvents): Channel {
  const reader = new FrameReader(limits.frame);
  let ended = false;
  let last = false;
  let killed = false;
  let broken: Failure | undefined;

  function receive(message: EngineMessage): void {
    if (killed && message.type !== "output") return;
    if (message.type === "result" || message.type === "failure") last = true;
    events.onMessage(message);
    if (last) child.kill();
  }

  function fail(error: unknown): void {
    broken ??= toFailure(error);
    killed = true;
    child.kill();
  }

  child.listen({
    onBytes(chunk) {
      if (last || broken !== undefined) return;
      try {
        for (const frame of reader.push(chunk)) if (!last) receive(engineMessageFromJson(frame));
      } catch (error) {
        fail(error);
      }
    },
    onExit(how) {
      if (ended) return;
      ended = true;
      clearInterval(watch);
      if (last || (killed && broken === undefined)) events.onEnd(undefined);
      else events.onEnd(broken ?? diedFailure(how));
    },
  });

  let baseline = 0;
  const watch = setInterval(() => {
    const resident = child.residentBytes();
    baseline ||= resident;
    if (resident - baseline <= limits.memory) return;
    fail(new SpellError("limit.memory", `The spell's process grew by ${resident - baseline} bytes`));
  }, MEMORY_INTERVAL);
  watch.unref();

  return {
    ready: child.ready.then(() => {
      baseline = child.residentBytes();
    }),
    send: (message: HostMessage) => child.write(encodeFrame(hostMessageToJson(message))),
    kill() {
      killed = true;
      child.kill();
    },
  };
}

function diedFailure(how: string): Failure {
  const interrupted = how === "SIGINT";
  return {
    code: interrupted ? "interrupted" : "process.died",
    message: interrupted ? "Interrupted" : `The spell's process ended without a result (${how})`,
    details: null,
    stack: [],
  };
}
