import { TABLE_NAME, type QuickJsExports } from "./quickjs-wasm.ts";

/**
 * QuickJS can report promises that were rejected and are not handled, but quickjs-emscripten does not export
 * the function that asks for it. So the function table is exported from the WASM, a function is put into it,
 * and its number is written where JS_SetHostPromiseRejectionTracker would have written it.
 */

/**
 * Turns one export of a WASM binary, a function that nothing needs, into one of the function table. Changes the
 * binary where it stands: to make it longer would be to copy half a megabyte in every process.
 */
export function exportTable(binary: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  for (let at = 8; at < binary.length;) {
    const size = readLeb(binary, at + 1);
    if (binary[at] === EXPORT_SECTION) {
      patchExport(binary, readLeb(binary, size.end).end, size.end + size.value);
      return binary;
    }
    at = size.end + size.value;
  }
  throw new Error("the WASM exports nothing");
}

const EXPORT_SECTION = 7;
const TABLE_KIND = 1;

/** An export is its name's length and bytes, its kind and its number. */
function patchExport(binary: Uint8Array, start: number, end: number): void {
  const wanted = new TextEncoder().encode(TABLE_NAME);
  for (let at = start; at < end;) {
    const kind = at + 1 + (binary[at] ?? 0);
    const number = readLeb(binary, kind + 1);
    if (binary[at] === wanted.length && wanted.every((byte, index) => binary[at + 1 + index] === byte)) {
      binary[kind] = TABLE_KIND;
      // Table 0, in as many bytes as the function's number had: all but the last say that another follows.
      binary.fill(0x80, kind + 1, number.end - 1);
      binary[number.end - 1] = 0;
      return;
    }
    at = number.end;
  }
  throw new Error(`the WASM does not export "${TABLE_NAME}"`);
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
