import type { Terminal } from "./terminal.ts";

/** Says on a terminal that a model is being waited for; nothing elsewhere. */
export interface Progress {
  /** How many calls to models are under way now. */
  readonly waiting: (calls: number) => void;
  /** Must be told before anything else is written, with what is written. */
  readonly beforeOutput: (text: string | Uint8Array) => void;
  /** Takes the line away for good. */
  readonly stop: () => void;
}

/** Quick answers show nothing, in ms. */
const PATIENCE = 500;
const INTERVAL = 200;
/** Back to the start of the line, and clears it. */
const CLEAR = "\r\u001b[K";
const NEWLINE = 10;

/** The line stands where the next output would, and only there: a line that the spell has begun is never written over. */
export function openProgress(terminal: Terminal): Progress {
  if (!terminal.isInteractive) return { waiting() {}, beforeOutput() {}, stop() {} };
  let timer: ReturnType<typeof setInterval> | undefined;
  let since = 0;
  let isShown = false;
  let atLineStart = true;

  function clear(): void {
    if (isShown) terminal.err(CLEAR);
    isShown = false;
  }

  function draw(): void {
    const passed = performance.now() - since;
    if (passed < PATIENCE || !atLineStart) return;
    terminal.err(`${CLEAR}${terminal.style.dim(`waiting for a model, ${Math.floor(passed / 1000)} s`)}`);
    isShown = true;
  }

  function stop(): void {
    clearInterval(timer);
    timer = undefined;
    clear();
  }

  return {
    stop,
    waiting(calls) {
      if (calls === 0) return stop();
      if (timer !== undefined) return;
      since = performance.now();
      timer = setInterval(draw, INTERVAL);
    },
    beforeOutput(text) {
      clear();
      if (text.length > 0) atLineStart = typeof text === "string" ? text.endsWith("\n") : text.at(-1) === NEWLINE;
    },
  };
}
