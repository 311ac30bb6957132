import { expect, test } from "bun:test";
import { makeFilter, type Instruction } from "../../../src/isolation/harden/filter.ts";
import { systemCalls, type SystemCalls } from "../../../src/isolation/harden/system-calls.ts";

const ALLOW = 0x7fff0000;
const KILL = 0x80000000;
const EPERM = 0x00050001;
const ENOSYS = 0x00050026;
const PID = 4242;

/** Runs a filter as the kernel would, over struct seccomp_data. */
function run(program: readonly Instruction[], architecture: number, number: number, args: readonly bigint[]): number {
  const data = new DataView(new ArrayBuffer(64));
  data.setUint32(0, number, true);
  data.setUint32(4, architecture, true);
  for (const [index, value] of args.entries()) data.setBigUint64(16 + 8 * index, value, true);
  let accumulator = 0;
  for (let at = 0; at < program.length; at++) {
    const [code, whenTrue, whenFalse, operand] = program[at] as Instruction;
    if (code === 0x06) return operand;
    if (code === 0x05) at += operand;
    else if (code === 0x20) accumulator = data.getUint32(operand, true);
    else if (code === 0x15) at += accumulator === operand ? whenTrue : whenFalse;
    else if (code === 0x45) at += (accumulator & operand) !== 0 ? whenTrue : whenFalse;
    else throw new Error(`unknown instruction ${code}`);
  }
  throw new Error("ran off the end");
}

for (const name of ["x64", "arm64"]) {
  const calls = systemCalls(name) as SystemCalls;
  const filter = makeFilter(calls, PID, false);
  const { numbers } = calls;
  const ask = (number: number, ...args: bigint[]) => run(filter, calls.architecture, number, args);

  test(`${name}: what a running engine needs is let through`, () => {
    for (const call of [
      "read",
      "write",
      "futex",
      "mmap",
      "mprotect",
      "madvise",
      "clock_gettime",
      "exit_group",
    ] as const)
      expect(ask(numbers[call]), call).toBe(ALLOW);
  });

  test(`${name}: a thread may be started, a process or namespace may not`, () => {
    // pthread_create of glibc: VM, FS, FILES, SIGHAND, THREAD, SYSVSEM, SETTLS, PARENT_SETTID, CHILD_CLEARTID.
    expect(ask(numbers.clone, 0x3d0f00n)).toBe(ALLOW);
    expect(ask(numbers.clone, 0x11n), "fork").toBe(EPERM);
    expect(ask(numbers.clone, 0x4111n), "vfork").toBe(EPERM);
    expect(ask(numbers.clone, 0x3d0f00n | 0x10000000n), "CLONE_NEWUSER").toBe(EPERM);
    expect(ask(numbers.clone3)).toBe(ENOSYS);
  });

  test(`${name}: signals to its own threads only`, () => {
    expect(ask(numbers.tgkill, BigInt(PID), 1n, 6n)).toBe(ALLOW);
    expect(ask(numbers.tgkill, 1n, 1n, 6n)).toBe(EPERM);
    expect(ask(numbers.kill, BigInt(PID), 9n)).toBe(EPERM);
    expect(ask(numbers.tkill, 1n, 9n)).toBe(EPERM);
    expect(run(makeFilter(calls, PID, true), calls.architecture, numbers.tkill, [])).toBe(ALLOW);
  });

  test(`${name}: its limits may be read, not set, and no other process's`, () => {
    expect(ask(numbers.prlimit64, 0n, 7n, 0n, 0x7fff_1234n)).toBe(ALLOW);
    expect(ask(numbers.prlimit64, 0n, 7n, 0x7fff_0000_1000n, 0n)).toBe(EPERM);
    expect(ask(numbers.prlimit64, 0n, 7n, 0x7fff_0000_0000n, 0n), "an address whose low word is 0").toBe(EPERM);
    expect(ask(numbers.prlimit64, 1n, 7n, 0n, 0n)).toBe(EPERM);
  });

  test(`${name}: a thread may be named, the death with the parent not undone`, () => {
    expect(ask(numbers.prctl, 15n)).toBe(ALLOW);
    expect(ask(numbers.prctl, 1n, 0n), "PR_SET_PDEATHSIG").toBe(EPERM);
    expect(ask(numbers.prctl, 4n, 1n), "PR_SET_DUMPABLE").toBe(EPERM);
  });

  test(`${name}: of all numbers only those of the list are let through`, () => {
    const known = new Set<number>(Object.values(numbers));
    const through = Array.from({ length: 1024 }, (_, number) => number).filter((number) => ask(number) === ALLOW);
    expect(through.filter((number) => !known.has(number))).toEqual([]);
    expect(through.length).toBeLessThan(64);
    for (const call of ["openat", "socket", "execve", "unlinkat", "seccomp", "io_uring_setup"] as const)
      expect(through, call).not.toContain(numbers[call]);
    expect(ask(0x40000000 | numbers.read), "x32").toBe(EPERM);
    expect(ask(0xffffffff)).toBe(EPERM);
  });

  test(`${name}: another architecture's call ends the process`, () => {
    expect(run(filter, 0x40000003, numbers.read, [])).toBe(KILL);
    expect(run(filter, name === "x64" ? 0xc00000b7 : 0xc000003e, numbers.read, [])).toBe(KILL);
  });
}

test("a machine that is not known has no numbers", () => {
  expect(systemCalls("riscv64")).toBeUndefined();
  expect(systemCalls("constructor")).toBeUndefined();
});
