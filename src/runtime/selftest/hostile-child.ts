import { readSync, writeSync } from "node:fs";
import { encodeFrame, FrameReader } from "../../isolation/frames.ts";
import { READY_BYTE } from "../../isolation/spell-process.ts";

/** What a hostile process may do with its descriptors. */
interface Wires {
  readonly frame: (json: unknown) => void;
  readonly bytes: (bytes: Uint8Array) => void;
  /** The next frame from the broker; the process ends where there is none. */
  readonly next: () => { readonly [key: string]: unknown };
  /** Does nothing until the process is killed. */
  readonly wait: () => never;
}

/** What one kind does once its run has started. */
type Play = (wires: Wires) => void;

const call = (id: number, module: string, name: string, args: readonly unknown[]) => ({
  type: "call",
  id,
  fiber: 1,
  module,
  function: name,
  args,
});
const result = (value: unknown) => ({ type: "result", value, fuel: 0 });

/** Asks for what no profile of its run grants, and gives what came of it as its result. */
const callNotGranted: Play = ({ frame, next }) => {
  frame(call(1, "files", "read", ["/etc/hostname"]));
  const answer = next();
  const refused = answer["error"] === undefined ? "nothing" : codeIn(answer["error"]);
  frame(result({ refused }));
};

const callUnknown: Play = ({ frame, next }) => {
  frame(call(1, "__proto__", "constructor", []));
  frame(result({ refused: codeIn(next()["error"]) }));
};

/** By kind. */
const PLAYS: Readonly<Record<string, Play>> = {
  "call-not-granted": callNotGranted,
  "call-unknown": callUnknown,
  "huge-frame": ({ bytes, wait }) => {
    bytes(new Uint8Array([0xff, 0xff, 0xff, 0xff]));
    wait();
  },
  garbage: ({ bytes, wait }) => {
    bytes(encodeRaw("{not json"));
    wait();
  },
  "wrong-fields": ({ frame, wait }) => {
    frame({ type: "call", id: -1, fiber: "x", module: {}, function: null, args: {} });
    wait();
  },
  deep: ({ bytes, wait }) => {
    const depth = 100_000;
    bytes(encodeRaw(`{"type":"result","fuel":0,"value":${"[".repeat(depth)}${"]".repeat(depth)}}`));
    wait();
  },
  prototype: ({ bytes, wait }) => {
    bytes(encodeRaw(`{"__proto__":{"polluted":1},"type":"result","fuel":0,"value":{"__proto__":{"polluted":1}}}`));
    wait();
  },
  "forged-ids": ({ frame }) => {
    frame({ type: "returned", id: 99, value: 1 });
    frame({ type: "cancel", id: 99 });
    frame(call(1, "time", "now", []));
    frame(call(1, "time", "now", []));
    frame(result(1));
  },
  "two-results": ({ frame, wait }) => {
    frame(result(1));
    frame(result(2));
    frame(call(1, "files", "read", ["/etc/hostname"]));
    wait();
  },
  flood: ({ frame }) => {
    const text = "x".repeat(64 * 1024);
    for (;;) frame({ type: "output", stream: "stdout", text });
  },
  "slow-frame": ({ bytes, wait }) => {
    bytes(new Uint8Array([0, 0, 4, 0, 0x7b]));
    wait();
  },
  silent: ({ wait }) => wait(),
  dies: ({ wait }) => {
    process.kill(process.pid, "SIGSEGV");
    wait();
  },
};

/** The kinds of hostile processes. */
export type ChildKind = keyof typeof PLAYS;

/** Stands in the place of a spell's process, loaded and ready, and does what its kind does when a run starts. */
export function playHostileChild(kind: string): void {
  const play = PLAYS[kind];
  if (play === undefined) return;
  const frames = readFrames();
  const next = (): { readonly [key: string]: unknown } => {
    const { done, value } = frames.next();
    if (done === true) throw new BrokerIsGone();
    return value as { readonly [key: string]: unknown };
  };
  const wait = (): never => {
    for (;;) next();
  };
  const bytes = (data: Uint8Array) => {
    for (let start = 0; start < data.length;) start += writeSync(1, data, start);
  };
  try {
    bytes(new Uint8Array([READY_BYTE]));
    while (next()["type"] !== "start");
    play({ frame: (json) => bytes(encodeFrame(json)), bytes, next, wait });
    wait();
  } catch (error) {
    if (!(error instanceof BrokerIsGone)) throw error;
  }
}

/** Its input ended: nothing is left to do. */
class BrokerIsGone extends Error {}

function* readFrames(): Generator<unknown, void, undefined> {
  const reader = new FrameReader(2 ** 31);
  const buffer = new Uint8Array(64 * 1024);
  for (;;) {
    const count = readSync(0, buffer);
    if (count === 0) return;
    yield* reader.push(buffer.slice(0, count));
  }
}

/** A frame of any text. */
function encodeRaw(text: string): Uint8Array {
  const body = new TextEncoder().encode(text);
  const frame = new Uint8Array(4 + body.length);
  new DataView(frame.buffer).setUint32(0, body.length);
  frame.set(body, 4);
  return frame;
}

/** The code in an error, whatever its form on the wire. */
function codeIn(error: unknown): string {
  return /"((?:grant|call)\.[\w-]+)"/.exec(JSON.stringify(error) ?? "")?.[1] ?? "nothing";
}
