import type { Pointer } from "bun:ffi";

/** The calls of the C library that isolation makes. Integers go in as they are; addresses come from `address`. */
export interface Libc {
  /** Any system call by its number: its answer, or the negative `errno`, as the kernel itself gives it. Bytes go by address. */
  call(number: number, ...args: readonly (number | Uint8Array)[]): number;
  prctl(option: number, value: number): number;
  /** Whether a read of standard input would not block: there is some, or its end. */
  hasInput(): boolean;
  /** Lets whoever waits for this processor have it. */
  giveWay(): void;
  /** The address of bytes for inside of other bytes. The caller keeps them for as long as the kernel may read them. */
  address(bytes: Uint8Array | Int32Array): number;
  /** The bytes at an address. The caller knows that they are there, and for how long. */
  bytesAt(address: number, length: number): Uint8Array;
  /** musl signals a thread by another call than glibc. */
  readonly isMusl: boolean;
}

/** The names that the C library goes by. */
const LIBRARIES = ["libc.so.6", "libc.musl-x86_64.so.1", "libc.musl-aarch64.so.1"];

const SYMBOLS = {
  prctl: { args: ["i32", "u64", "u64", "u64", "u64"], returns: "i32" },
  poll: { args: ["ptr", "u64", "i32"], returns: "i32" },
  sched_yield: { args: [], returns: "i32" },
  syscall: { args: ["i64", "i64", "i64", "i64", "i64", "i64", "i64"], returns: "i64" },
  __errno_location: { args: [], returns: "ptr" },
} as const;

/** struct pollfd: descriptor 0, POLLIN. Here, for the kernel writes to it at every look: nobody else may get its memory. */
const standardInput = new Int32Array([0, 1]);

/** What the kernel was given addresses of: an address alone keeps nothing from being collected. */
const kept = new Set<object>();

/** Opens the C library; undefined elsewhere than on Linux, and where it goes by another name. */
export async function openLibc(): Promise<Libc | undefined> {
  if (process.platform !== "linux") return undefined;
  const { dlopen, ptr, read, toArrayBuffer } = await import("bun:ffi");
  for (const name of LIBRARIES) {
    try {
      const library = dlopen(name, SYMBOLS);
      kept.add(library);
      const { prctl, poll, sched_yield: schedYield, syscall, __errno_location: errnoLocation } = library.symbols;
      const input = ptr(standardInput);
      return {
        hasInput: () => standardInput.length > 0 && poll(input, 1, 0) !== 0,
        giveWay: () => void schedYield(),
        isMusl: name.includes("musl"),
        prctl: (option, value) => prctl(option, value, 0, 0, 0),
        address(bytes) {
          // The bytes of a small array move when it is first asked for its buffer: that is done here.
          kept.add(bytes.buffer);
          return ptr(bytes);
        },
        bytesAt: (place, length) => new Uint8Array(toArrayBuffer(place as Pointer, 0, length)),
        call(number, ...args) {
          kept.add(args);
          const words = args.map((argument) => (typeof argument === "number" ? argument : ptr(argument)));
          const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0] = words;
          const answer = Number(syscall(number, a, b, c, d, e, f));
          kept.delete(args);
          if (answer !== -1) return answer;
          const place = errnoLocation();
          return place === null ? -1 : -read.i32(place);
        },
      };
    } catch {
      // Not this C library.
    }
  }
  return undefined;
}
