/** prctl(2) */
const PR_SET_PDEATHSIG = 1n;
const SIGKILL = 9n;

/** The names that the C library goes by. */
const LIBRARIES = ["libc.so.6", "libc.musl-x86_64.so.1", "libc.musl-aarch64.so.1"];

/**
 * Has the kernel kill this process when its parent dies, also in the middle of an endless loop. Linux only:
 * elsewhere the process ends when it next reads its input. Answers whether it holds.
 */
export async function dieWithParent(): Promise<boolean> {
  if (process.platform !== "linux") return false;
  const parent = process.ppid;
  const { dlopen } = await import("bun:ffi");
  for (const name of LIBRARIES) {
    try {
      const library = dlopen(name, { prctl: { args: ["i32", "u64", "u64", "u64", "u64"], returns: "i32" } });
      const done = library.symbols.prctl(Number(PR_SET_PDEATHSIG), SIGKILL, 0n, 0n, 0n) === 0;
      // The parent may have died before the kernel was asked.
      if (process.ppid !== parent) process.kill(process.pid, "SIGKILL");
      return done;
    } catch {
      // Not this C library.
    }
  }
  return false;
}
