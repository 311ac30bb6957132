import type { Engine, ReadAsset, Reactor } from "../contract/engine.ts";
import type { HostMessage } from "../contract/message.ts";
import type { Isolation } from "../contract/profile.ts";
import type { Channel, ChannelEvents } from "./channel.ts";
import { hardeningFault, LAYER_NAMES } from "./harden/control.ts";

/**
 * Rung `none`: the engine in this very process. Its limits are those inside of its VM; nothing can kill it from
 * outside, and no layer of the operating system is around it: `required` fails with `grant.hardening`.
 */
export function openLocalChannel(
  engine: Engine,
  readAsset: ReadAsset,
  events: ChannelEvents,
  hardening: Isolation["hardening"] = "best-effort",
): Channel {
  let reactor: Reactor | undefined;
  let ended = false;
  // Before the engine is loaded, and while it works: a reactor takes one message at a time.
  const waiting: HostMessage[] = [];
  let busy = false;

  function end(): void {
    if (ended) return;
    ended = true;
    // Not at once: the reactor may be in the middle of sending.
    queueMicrotask(() => {
      reactor?.dispose();
      events.onEnd(undefined);
    });
  }

  async function open(): Promise<void> {
    const reason = "with isolation.rung none a spell has no process of its own";
    const fault = hardeningFault(hardening, { layers: [], missing: LAYER_NAMES.map((layer) => ({ layer, reason })) });
    if (fault !== undefined) throw fault;
    const factory = await engine.load(readAsset);
    reactor = factory.create((message) => {
      if (ended) return;
      events.onMessage(message);
      if (message.type === "result" || message.type === "failure") end();
    });
    deliverWaiting(reactor);
  }

  function send(message: HostMessage): void {
    if (ended) return;
    waiting.push(message);
    if (reactor !== undefined && !busy) deliverWaiting(reactor);
  }

  function deliverWaiting(to: Reactor): void {
    busy = true;
    for (let next = waiting.shift(); next !== undefined && !ended; next = waiting.shift()) {
      if (next.type === "start") to.start(next);
      else to.deliver(next);
    }
    busy = false;
  }

  const ready = open();
  // Nobody may be waiting yet when it fails.
  ready.catch(() => {});
  return { ready, send, kill: end };
}
