import type { Failure } from "../contract/errors.ts";
import type { EngineMessage, HostMessage } from "../contract/message.ts";

/** Who listens to a spell. After `onEnd` nothing more is heard. */
export interface ChannelEvents {
  onMessage(message: EngineMessage): void;
  /** The engine is gone: with a failure when it went before its result. */
  onEnd(failure: Failure | undefined): void;
}

/** A running engine, wherever it runs. */
export interface Channel {
  /** Resolves when the engine is loaded and waits for `start`. Rejects when it never will. */
  readonly ready: Promise<void>;
  send(message: HostMessage): void;
  /** Ends it at once, whatever it does; what it printed before is still heard. */
  kill(): void;
}
