import type { Engine, ReadAsset, Reactor } from "../contract/engine.ts";
import type { HostMessage } from "../contract/message.ts";
import type { Channel, ChannelEvents } from "./channel.ts";

/** Rung `none`: the engine in this very process. Its limits are those inside of its VM; nothing can kill it from outside. */
export function openLocalChannel(engine: Engine, readAsset: ReadAsset, events: ChannelEvents): Channel {
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

  const ready = engine.load(readAsset).then((factory) => {
    reactor = factory.create((message) => {
      if (ended) return;
      events.onMessage(message);
      if (message.type === "result" || message.type === "failure") end();
    });
    deliverWaiting(reactor);
  });

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

  return { ready, send, kill: end };
}
