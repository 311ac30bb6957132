import { readSync, writeSync } from "node:fs";
import type { Reactor } from "../contract/engine.ts";
import { toFailure } from "../contract/errors.ts";
import type { EngineMessage } from "../contract/message.ts";
import { makeAwaitInput } from "./await-input.ts";
import type { BegunEngine } from "./begin-engine.ts";
import { dieWithParent } from "./die-with-parent.ts";
import { encodeFrame, FrameReader } from "./frames.ts";
import { isFrame, type HardenFrame, type ProbeFrame } from "./harden/control.ts";
import { harden, LAYERS, probe } from "./harden/index.ts";
import { engineMessageToJson, hostMessageFromJson } from "../contract/message-json.ts";
import { openLibc } from "./open-libc.ts";
import { READY_BYTE } from "./spell-process.ts";

/** One read of standard input, in bytes. */
const READ_SIZE = 64 * 1024;

/** A broker's frame may be as large as any answer that a profile allows. */
const MAX_FRAME = 2 ** 31;

/**
 * The spell's process: waits for its engine, says that it is ready, and runs one spell over blocking reads and
 * writes, until its input ends. It never opens anything else, and where the broker asks for it the kernel holds
 * it to that before anything of the script is read. `layers` is for tests.
 */
export async function runSpellProcess(engine: Promise<BegunEngine>, layers = LAYERS): Promise<void> {
  const parent = process.ppid;
  const bound = openLibc().then((library) => {
    dieWithParent(library, parent);
    return library;
  });
  const [{ compiled }, libc] = await Promise.all([engine, bound]);
  // Not hardened before: that interrupts every thread, those that compile too.
  const factory = await compiled;
  writeAll(new Uint8Array([READY_BYTE]));
  const frames = new FrameReader(MAX_FRAME);
  let reactor: Reactor | undefined;
  const awaitInput = makeAwaitInput(libc);
  for (let chunk = readChunk(); chunk !== undefined; chunk = readChunk()) {
    for (const frame of frames.push(chunk)) {
      if (reactor === undefined && isFrame<HardenFrame>(frame, "harden"))
        writeAll(encodeFrame(harden(libc, layers, frame)));
      else if (reactor === undefined && isFrame<ProbeFrame>(frame, "probe"))
        writeAll(encodeFrame(await probe(libc, frame)));
      else {
        const message = hostMessageFromJson(frame);
        reactor ??= factory.create(send);
        if (message.type === "start") reactor.start(message);
        else reactor.deliver(message);
      }
    }
    if (reactor !== undefined) awaitInput();
  }
}

function send(message: EngineMessage): void {
  let json: unknown;
  try {
    json = engineMessageToJson(message);
  } catch (error) {
    json = engineMessageToJson({ type: "failure", failure: toFailure(error) });
  }
  writeAll(encodeFrame(json));
}

const buffer = new Uint8Array(READ_SIZE);

function readChunk(): Uint8Array | undefined {
  for (;;) {
    try {
      const count = readSync(0, buffer);
      return count === 0 ? undefined : buffer.subarray(0, count);
    } catch (error) {
      if (!isAgain(error)) return undefined;
      Bun.sleepSync(1);
    }
  }
}

function writeAll(bytes: Uint8Array): void {
  for (let start = 0; start < bytes.length;) {
    try {
      start += writeSync(1, bytes, start);
    } catch (error) {
      if (!isAgain(error)) throw error;
      Bun.sleepSync(1);
    }
  }
}

function isAgain(error: unknown): boolean {
  return error instanceof Error && "code" in error && (error.code === "EAGAIN" || error.code === "EINTR");
}
