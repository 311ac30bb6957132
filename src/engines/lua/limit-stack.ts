/** How many values Lua's stack may hold; some 50,000 nested calls. As built, there are 1,000,000. */
const MAX_STACK = 200_000;

/** `luaconf.h` */
const LUAI_MAXSTACK = 1_000_000;

/**
 * The constants of Lua's own limit in wasmoon 1.16.0's WASM, as `i32.const` (byte 0x41 and a number of three bytes):
 * in `luaD_growstack` and `luaD_shrinkstack`, and nowhere else. Pairs: where it is, and by how much it differs from
 * {@link LUAI_MAXSTACK}.
 */
// oxfmt-ignore
const PLACES: readonly number[] = [
  56364, -1,
  56387, 0,
  56396, 0,
  56409, 0,
  56437, 200,
  56549, -1,
  56567, 0,
  56596, 0,
  56609, 0,
];

/**
 * Lowers the depth at which Lua itself says "stack overflow". The stack of endless recursion, as built, takes more
 * than 64 MiB: under a smaller limit it would end as if the script kept too much.
 */
export function limitStack(wasm: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  const view = new DataView(wasm.buffer, wasm.byteOffset, wasm.byteLength);
  // Plain loops over plain numbers: this runs once, in each run, before anything is compiled.
  for (let index = 0; index < PLACES.length; index += 2) {
    const offset = PLACES[index]!;
    const difference = PLACES[index + 1]!;
    if (offset + 4 > wasm.length || view.getInt32(offset, true) !== constant(LUAI_MAXSTACK + difference)) {
      throw new Error("wasmoon's WASM is another than this knows");
    }
    view.setInt32(offset, constant(MAX_STACK + difference), true);
  }
  return wasm;
}

/** `i32.const` of a number from 2^13 to 2^20 - 1, signed LEB128 in three bytes: four bytes, the first one lowest. */
function constant(value: number): number {
  return 0x41 | ((value & 0x7f) << 8) | (((value >> 7) & 0x7f) << 16) | ((value >> 14) << 24) | 0x808000;
}
