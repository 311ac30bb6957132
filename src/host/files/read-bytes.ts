import { constants } from "node:fs";
import type { ByteRange } from "../../contract/files.ts";
import type { Entry, OpenFile } from "./folder.ts";

/** How much more is asked for where a file is longer than it said. */
const STEP = 64 * 1024;

/**
 * The bytes of a file, or one more than `maxBytes` where there are more: what it says of its size is not trusted.
 */
export async function readBytes(
  entry: Entry,
  range: ByteRange,
  maxBytes: number,
  signal: AbortSignal,
): Promise<Uint8Array> {
  const { offset = 0, length = Number.POSITIVE_INFINITY } = range;
  const most = Math.min(length, maxBytes + 1);
  const file = await entry.open(constants.O_RDONLY);
  try {
    return await readUpTo(file, offset, most, Math.max(0, entry.size - offset) + 1, signal);
  } finally {
    await file.close();
  }
}

async function readUpTo(
  file: OpenFile,
  offset: number,
  most: number,
  expected: number,
  signal: AbortSignal,
): Promise<Uint8Array> {
  let buffer = new Uint8Array(Math.min(most, expected));
  let filled = 0;
  while (filled < most) {
    signal.throwIfAborted();
    if (filled === buffer.length) buffer = grown(buffer, Math.min(most, filled + Math.max(STEP, filled)));
    const { bytesRead } = await file.read(buffer, filled, buffer.length - filled, offset + filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return filled === buffer.length ? buffer : buffer.slice(0, filled);
}

function grown(buffer: Uint8Array, length: number): Uint8Array<ArrayBuffer> {
  const larger = new Uint8Array(length);
  larger.set(buffer);
  return larger;
}
