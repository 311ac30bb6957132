/** What the host keeps of a WASM memory: the pages by which it differs from a fresh instance's, which the module's data fills. */
export interface MemoryImage {
  /** How large the memory was, in bytes. */
  readonly size: number;
  /** Neighbouring pages as one piece: where it begins, and its bytes in base64. */
  readonly pieces: readonly { readonly start: number; readonly base64: string }[];
}

/** An image whose bytes are decoded, so that any number of memories can be filled from it. */
export interface DecodedImage {
  readonly size: number;
  readonly pieces: readonly { readonly start: number; readonly bytes: Uint8Array }[];
}

/** The pages of an image: smaller than WASM's own, so that fewer bytes are kept that say nothing. */
const PAGE = 4096;

/** WASM's own pages. */
const WASM_PAGE = 65_536;

/** Takes the image of a memory. `blank` is that of an instance of the same module in which nothing has run. */
export function takeImage(memory: WebAssembly.Memory, blank: WebAssembly.Memory): MemoryImage {
  const [now, before] = [new Uint8Array(memory.buffer), new Uint8Array(blank.buffer)];
  const pieces: { start: number; base64: string }[] = [];
  for (let start = 0; start < now.length;) {
    let end = start;
    while (end < now.length && differs(now, before, end)) end += PAGE;
    if (end > start) pieces.push({ start, base64: now.subarray(start, end).toBase64() });
    start = end + PAGE;
  }
  return { size: now.length, pieces };
}

function differs(now: Uint8Array, before: Uint8Array, start: number): boolean {
  for (let index = start; index < start + PAGE; index++) if (now[index] !== (before[index] ?? 0)) return true;
  return false;
}

/** Decodes an image, once for all memories that are filled from it. */
export function decodeImage({ size, pieces }: MemoryImage): DecodedImage {
  return { size, pieces: pieces.map(({ start, base64 }) => ({ start, bytes: Uint8Array.fromBase64(base64) })) };
}

/** Turns the memory of a new instance, in which nothing has run, into what the image was taken of. */
export function restoreImage(memory: WebAssembly.Memory, { size, pieces }: DecodedImage): void {
  const missing = size - memory.buffer.byteLength;
  if (missing > 0) memory.grow(missing / WASM_PAGE);
  const bytes = new Uint8Array(memory.buffer);
  for (const piece of pieces) bytes.set(piece.bytes, piece.start);
}
