import type { SystemCalls } from "./system-calls.ts";

/** A signal handler in the processor's own instructions. */
export interface ThreadCode {
  readonly bytes: Uint8Array;
  /** Where the code begins that a handler returns to; undefined where the kernel brings its own. */
  readonly restorer: number | undefined;
}

const PR_SET_NO_NEW_PRIVS = 38;

/**
 * The handler that has the thread it runs on bind itself:
 *
 *     handler(signal, info, context) {
 *       prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
 *       *info->si_value = landlock_restrict_self(ruleset, 0);
 *     }
 *
 * In machine code because JavaScript runs on one thread only, and no function of the C library does this. It
 * keeps no register: the kernel restores them all when a handler returns. The bytes are what an assembler makes
 * of the lines beside them; a test has one say so where it is installed.
 */
export function makeThreadCode({ numbers }: SystemCalls, architecture: string, ruleset: number): ThreadCode {
  const word = (value: number) => [value & 255, (value >>> 8) & 255, (value >>> 16) & 255, value >>> 24];
  if (architecture === "arm64") {
    // mov xN, #value: 16 bits of value.
    const move = (register: number, value: number) => word((0xd2800000 | (value << 5) | register) >>> 0);
    const lines = [
      word(0xf9400c33), // ldr x19, [x1, #24]
      ...[move(8, numbers.prctl), move(0, PR_SET_NO_NEW_PRIVS), move(1, 1), move(2, 0), move(3, 0), move(4, 0)],
      word(0xd4000001), // svc #0
      ...[move(8, numbers.landlock_restrict_self), move(0, ruleset), move(1, 0)],
      word(0xd4000001), // svc #0
      word(0xb9000260), // str w0, [x19]
      word(0xd65f03c0), // ret
    ];
    return { bytes: new Uint8Array(lines.flat()), restorer: undefined };
  }
  const lines = [
    [0x48, 0x8b, 0x5e, 0x18], // movq 24(%rsi), %rbx
    [0xb8, ...word(numbers.prctl)], // movl $…, %eax
    [0xbf, ...word(PR_SET_NO_NEW_PRIVS)], // movl $…, %edi
    [0xbe, ...word(1)], // movl $1, %esi
    [0x31, 0xd2], // xorl %edx, %edx
    [0x45, 0x31, 0xd2], // xorl %r10d, %r10d
    [0x45, 0x31, 0xc0], // xorl %r8d, %r8d
    [0x0f, 0x05], // syscall
    [0xb8, ...word(numbers.landlock_restrict_self)], // movl $…, %eax
    [0xbf, ...word(ruleset)], // movl $…, %edi
    [0x31, 0xf6], // xorl %esi, %esi
    [0x0f, 0x05], // syscall
    [0x89, 0x03], // movl %eax, (%rbx)
    [0xc3], // retq
  ].flat();
  const restorer = [
    [0xb8, ...word(numbers.rt_sigreturn)], // movl $…, %eax
    [0x0f, 0x05], // syscall
  ].flat();
  return { bytes: new Uint8Array([...lines, ...restorer]), restorer: lines.length };
}
