/** How many values Lua's stack may hold; some 50,000 nested calls. As built, there are 1,000,000. */
const MAX_STACK = 200_000;

/** `luaconf.h` */
const LUAI_MAXSTACK = 1_000_000;

/**
 * The constants of Lua's own limit in wasmoon 1.16.0's WASM, as `i32.const` (byte 0x41 and a number of three bytes):
 * in `luaD_growstack` and `luaD_shrinkstack`, and nowhere else. By how much each differs from {@link LUAI_MAXSTACK}.
 */
const PLACES: readonly (readonly [offset: number, difference: number])[] = [
  [56364, -1],
  [56387, 0],
  [56396, 0],
  [56409, 0],
  [56437, 200],
  [56549, -1],
  [56567, 0],
  [56596, 0],
  [56609, 0],
];

/**
 * Lowers the depth at which Lua itself says "stack overflow". The stack of endless recursion, as built, takes more
 * than 64 MiB: under a smaller limit it would end as if the script kept too much.
 */
export function limitStack(wasm: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  for (const [offset, difference] of PLACES) {
    const [found, wanted] = [LUAI_MAXSTACK, MAX_STACK].map((size) => constant(size + difference));
    const bytes = wasm.subarray(offset, offset + 4);
    if (found === undefined || wanted === undefined || !bytes.every((byte, index) => byte === found[index])) {
      throw new Error("wasmoon's WASM is another than this knows");
    }
    bytes.set(wanted);
  }
  return wasm;
}

/** `i32.const` of a number from 2^13 to 2^20 - 1: signed LEB128 in three bytes. */
function constant(value: number): readonly number[] {
  return [0x41, (value & 0x7f) | 0x80, ((value >> 7) & 0x7f) | 0x80, value >> 14];
}
