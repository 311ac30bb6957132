import { availableParallelism } from "node:os";
import type { Failure } from "../contract/errors.ts";
import { SpellError, toFailure } from "../contract/errors.ts";
import type { EngineMessage, HostMessage } from "../contract/message.ts";
import type { Isolation } from "../contract/profile.ts";
import type { Channel, ChannelEvents } from "./channel.ts";
import type { SpellProcess } from "./spell-process.ts";
import { engineMessageFromJson, hostMessageToJson } from "../contract/message-json.ts";
import { encodeFrame, FrameReader } from "./frames.ts";
import { hardeningFault, isFrame, type ControlFrame, type Hardened } from "./harden/control.ts";

/** What the broker holds a process to, from outside. */
export interface ProcessLimits {
  /** Bytes of one message from the process. */
  readonly frame: number;
  /** Bytes that its resident memory may grow by. */
  readonly memory: number;
}

/** How often the process is looked at, in ms. */
const WATCH_INTERVAL = 25;

/**
 * No script can start a thread, but a script that broke out of its VM could, for the JIT and the collector may. They
 * start a few for each processor.
 */
const MAX_THREADS = 64 + 8 * availableParallelism();

/**
 * Rung `process`: the engine in a process of its own, that is killed when it breaks a limit or sends nonsense.
 * It is ready when it is hardened too; where a layer is `required` and does not hold, never: `grant.hardening`.
 */
export function openProcessChannel(
  child: SpellProcess,
  limits: ProcessLimits,
  events: ChannelEvents,
  hardening: Isolation["hardening"] = "best-effort",
): Channel {
  const reader = new FrameReader(limits.frame);
  let ended = false;
  let last = false;
  let killed = false;
  let broken: Failure | undefined;
  const hardened = Promise.withResolvers<void>();
  // Nobody may be waiting yet when it fails.
  hardened.promise.catch(() => {});
  let isHardened = hardening === "off";
  if (isHardened) hardened.resolve();

  function receive(message: EngineMessage): void {
    if (killed && message.type !== "output") return;
    if (message.type === "result" || message.type === "failure") last = true;
    events.onMessage(message);
    if (last) child.kill();
  }

  /** Before it is hardened a process says nothing else. */
  function receiveFrame(frame: unknown): void {
    if (isHardened) return receive(engineMessageFromJson(frame));
    if (!isFrame<Hardened>(frame, "hardened")) throw new SpellError("frame.malformed", "The process is not hardened");
    isHardened = true;
    const fault = hardeningFault(hardening, frame);
    if (fault !== undefined) throw fault;
    hardened.resolve();
  }

  function fail(error: unknown): void {
    broken ??= toFailure(error);
    hardened.reject(error);
    killed = true;
    child.kill();
  }

  child.listen({
    onBytes(chunk) {
      if (last || broken !== undefined) return;
      try {
        for (const frame of reader.push(chunk)) if (!last) receiveFrame(frame);
      } catch (error) {
        fail(error);
      }
    },
    onExit(how) {
      if (ended) return;
      ended = true;
      clearInterval(watch);
      hardened.reject(new SpellError("process.died", `The spell's process ended before its start (${how})`));
      if (last || (killed && broken === undefined)) events.onEnd(undefined);
      else events.onEnd(broken ?? diedFailure(how));
    },
  });

  let baseline = 0;
  const watch = setInterval(() => {
    const { resident, threads } = child.use();
    baseline ||= resident;
    if (resident - baseline > limits.memory)
      fail(new SpellError("limit.memory", `The spell's process grew by ${resident - baseline} bytes`));
    else if (threads > MAX_THREADS)
      fail(new SpellError("process.died", `The spell's process was ended: it had started ${threads} threads`));
  }, WATCH_INTERVAL);
  watch.unref();

  async function open(): Promise<void> {
    // It is read when the engine is loaded: nothing waits for the way there.
    const frame: ControlFrame = { type: "harden", memory: limits.memory };
    if (hardening !== "off") child.write(encodeFrame(frame));
    await child.ready;
    await hardened.promise;
    baseline = child.use().resident;
  }

  const ready = open();
  ready.catch(() => {});
  return {
    ready,
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
