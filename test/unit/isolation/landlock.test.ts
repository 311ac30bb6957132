import { describe, expect, test } from "bun:test";
import { resolve } from "node:path";
import { encodeRuleset } from "../../../src/isolation/harden/ruleset.ts";
import { systemCalls, type SystemCalls } from "../../../src/isolation/harden/system-calls.ts";
import { makeThreadCode } from "../../../src/isolation/harden/thread-code.ts";
import { asNobody, hasLandlock, readIfThere } from "./machine.ts";

const words = (version: number, signals = true) => [...new BigUint64Array(encodeRuleset(version, signals).buffer)];

test("the rules are those that each version of the interface knows, in a structure of its size", () => {
  expect(words(1)).toEqual([0x1fffn]);
  expect(words(2)).toEqual([0x3fffn]);
  expect(words(3)).toEqual([0x7fffn]);
  expect(words(4)).toEqual([0x7fffn, 3n]);
  expect(words(5)).toEqual([0xffffn, 3n]);
  expect(words(6)).toEqual([0xffffn, 3n, 3n]);
  expect(words(6, false), "signals left alone").toEqual([0xffffn, 3n, 1n]);
  expect(words(8)).toEqual([0xffffn, 3n, 3n]);
  expect(words(9)).toEqual([0x1ffffn, 3n, 3n]);
  expect(words(10)).toEqual([0x1ffffn, 15n, 3n]);
  expect(words(99), "of a later version what is known").toEqual([0x1ffffn, 15n, 3n]);
});

test("the structure is little-endian, a word of 8 bytes each", () => {
  expect([...encodeRuleset(6, true)]).toEqual([
    0xff, 0xff, 0, 0, 0, 0, 0, 0, 3, 0, 0, 0, 0, 0, 0, 0, 3, 0, 0, 0, 0, 0, 0, 0,
  ]);
});

const ASSEMBLY = {
  x64: `movq 24(%rsi), %rbx; movl $157, %eax; movl $38, %edi; movl $1, %esi; xorl %edx, %edx; xorl %r10d, %r10d
    xorl %r8d, %r8d; syscall; movl $446, %eax; movl $70000, %edi; xorl %esi, %esi; syscall; movl %eax, (%rbx); retq
    movl $15, %eax; syscall`,
  arm64: `ldr x19, [x1, #24]; mov x8, #167; mov x0, #38; mov x1, #1; mov x2, #0; mov x3, #0; mov x4, #0; svc #0
    mov x8, #446; mov x0, #61; mov x1, #0; svc #0; str w0, [x19]; ret`,
} as const;

describe.skipIf(Bun.which("llvm-mc") === null)("with an assembler", () => {
  for (const [architecture, triple, ruleset] of [
    ["x64", "x86_64", 70_000],
    ["arm64", "aarch64", 61],
  ] as const) {
    test(`${architecture}: the handler's bytes are what it makes of the lines beside them`, () => {
      const source = ASSEMBLY[architecture].replaceAll(";", "\n");
      const run = Bun.spawnSync(["llvm-mc", `-triple=${triple}`, "-show-encoding"], { stdin: Buffer.from(source) });
      const bytes = [...run.stdout.toString().matchAll(/encoding: \[([^\]]+)\]/g)].flatMap(([, list = ""]) =>
        list.split(",").map(Number),
      );
      const code = makeThreadCode(systemCalls(architecture) as SystemCalls, architecture, ruleset);
      expect([...code.bytes]).toEqual(bytes);
      // On arm64 the kernel brings the way back itself.
      expect(code.restorer).toBe(architecture === "x64" ? bytes.length - 7 : undefined);
    });
  }
});

/** Where the kernel's headers are, by architecture. */
const HEADERS = {
  x64: "/usr/include/x86_64-linux-gnu/asm/unistd_64.h",
  arm64: "/usr/include/asm-generic/unistd.h",
} as const;

for (const [architecture, path] of Object.entries(HEADERS)) {
  const header = readIfThere(path);
  test.skipIf(header === undefined)(`${architecture}: the numbers are those of the kernel's headers`, () => {
    const known = [...(header ?? "").matchAll(/#define\s+__NR(?:3264)?_(\w+)\s+(\d+)/g)];
    const theirs = new Map(known.map(([, name = "", number]) => [name, Number(number)]));
    const wrong = Object.entries(systemCalls(architecture)?.numbers ?? {}).filter(
      ([name, number]) => theirs.has(name) && theirs.get(name) !== number,
    );
    expect(wrong).toEqual([]);
    expect(theirs.size).toBeGreaterThan(200);
  });
}

const ENTRY = [process.execPath, resolve(import.meta.dir, "landlock-entry.ts")];
describe.skipIf(!hasLandlock)("where the kernel has Landlock", () => {
  for (const [who, command] of [
    ["the person that runs the tests", ENTRY],
    ["nobody in particular", [...(asNobody ?? []), ...ENTRY]],
  ] as const) {
    test.skipIf(command !== ENTRY && asNobody === undefined)(`every thread that runs already is bound: ${who}`, () => {
      for (let round = 0; round < 5; round++) {
        const run = Bun.spawnSync([...command], { stderr: "pipe" });
        const said = JSON.parse(run.stdout.toString() || JSON.stringify(run.stderr.toString())) as { threads: number };
        expect(said).toEqual({
          threads: said.threads,
          before: [["read"], "read"],
          reason: "bound",
          after: [["EACCES"], "EACCES"],
        } as typeof said);
        expect(said.threads).toBeGreaterThan(3);
      }
    });
  }
});
