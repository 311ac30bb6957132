import { TABLE_NAME, type QuickJsExports } from "./quickjs-wasm.ts";

/**
 * QuickJS can report promises that were rejected and are not handled, but quickjs-emscripten does not export
 * the function that asks for it. So the function table is exported from the WASM, a function is put into it,
 * and its number is written where JS_SetHostPromiseRejectionTracker would have written it.
 */

/** Adds an export of the function table to a WASM binary: one more entry in its section 7. */
export function exportTable(binary: Uint8Array): Uint8Array<ArrayBuffer> {
  const name = new TextEncoder().encode(TABLE_NAME);
  const entry = [name.length, ...name, 1, 0];
  let at = 8;
  while (at < binary.length) {
    const start = at;
    const id = binary[at];
    const size = readLeb(binary, at + 1);
    const end = size.end + size.value;
    if (id === 7) {
      const count = readLeb(binary, size.end);
      const body = [...writeLeb(count.value + 1), ...binary.subarray(count.end, end), ...entry];
      const section = [7, ...writeLeb(body.length), ...body];
      const result = new Uint8Array(binary.length - (end - start) + section.length);
      result.set(binary.subarray(0, start));
      result.set(section, start);
      result.set(binary.subarray(end), start + section.length);
      return result;
    }
    at = end;
  }
  throw new Error("the WASM exports nothing");
}

function readLeb(bytes: Uint8Array, start: number): { value: number; end: number } {
  let value = 0;
  let end = start;
  for (let shift = 0; ; shift += 7) {
    const byte = bytes[end++] ?? 0;
    value |= (byte & 0x7f) << shift;
    if (byte < 0x80) return { value: value >>> 0, end };
  }
}

function writeLeb(value: number): number[] {
  const bytes: number[] = [];
  for (; value >= 0x80; value >>>= 7) bytes.push((value & 0x7f) | 0x80);
  return [...bytes, value];
}

/** What the tracker is told: a promise was rejected without a handler, or got one after that. */
export type RejectionListener = (promise: bigint, handled: boolean) => void;

/** Puts a function into the table that tells `listener`, and gives its number there. */
export function addTracker(exports: QuickJsExports, listener: RejectionListener): number {
  return exports.table.grow(1, trackerFunction(listener));
}

/** Makes a new runtime call the tracker of that number. `runtime` points to the JSRuntime, whose module loader must have been set. */
export function installTracker(memory: WebAssembly.Memory, runtime: number, number: number): void {
  const words = new Uint32Array(memory.buffer, runtime, 128);
  const jobs = words.findIndex((word, index) => index > INTERRUPT_WORD && word === runtime + index * 4);
  // struct JSRuntime: …, host_promise_rejection_tracker, its opaque, job_list (empty: points to itself twice), …
  const tracker = jobs - 2;
  if (jobs < 0 || words[jobs + 1] !== words[jobs] || words[tracker] !== 0 || words[tracker + 1] !== 0) {
    throw new Error("the layout of JSRuntime has changed");
  }
  words[tracker] = number;
}

/** Lists that lie before the interrupt handler in JSRuntime are not the list of jobs. */
const INTERRUPT_WORD = 40;

/** A WASM function (context, promise, reason, handled, opaque) that calls `listener`: a table takes no other. */
function trackerFunction(listener: RejectionListener): unknown {
  const [i32, i64] = [0x7f, 0x7e];
  const header = [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0]; // \0asm, version 1
  const type = [1, 9, 1, 0x60, 5, i32, i64, i64, i32, i32, 0];
  const imported = [2, 7, 1, 1, 0x65, 1, 0x66, 0, 0]; // "e" "f"
  const exported = [7, 5, 1, 1, 0x66, 0, 0]; // the same as "f"
  const bytes = new Uint8Array([...header, ...type, ...imported, ...exported]);
  const body = (_context: number, promise: bigint, _reason: bigint, handled: number) =>
    listener(promise, handled !== 0);
  const instance = new WebAssembly.Instance(new WebAssembly.Module(bytes), { e: { f: body } });
  return instance.exports["f"];
}
