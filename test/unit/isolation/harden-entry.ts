// A spell's process on a machine of another kind than this one: `bun harden-entry.ts KIND --spell-process ENGINE`.
import { dlopen } from "bun:ffi";
import { beginEngine } from "../../../src/isolation/begin-engine.ts";
import { runSpellProcess } from "../../../src/isolation/child.ts";
import { encodeFilter } from "../../../src/isolation/harden/filter.ts";
import { LAYERS } from "../../../src/isolation/harden/index.ts";
import type { Layer } from "../../../src/isolation/harden/layer.ts";
import { systemCalls } from "../../../src/isolation/harden/system-calls.ts";
import { openLibc, type Libc } from "../../../src/isolation/open-libc.ts";

const ENOSYS = 38;
const EOPNOTSUPP = 95;
const PR_SET_NO_NEW_PRIVS = 38;

/** How many threads are tried. */
const MANY = 2000;

const library = await openLibc();
const calls = systemCalls();
if (library === undefined || calls === undefined) throw new Error("Linux only");
const libc: Libc = library;
const { numbers } = calls;

/** Has the kernel answer a system call with an error, in this thread and those that it starts. */
function answerWith(number: number, error: number): void {
  const filter = encodeFilter([
    [0x20, 0, 0, 0],
    [0x15, 0, 1, number],
    [0x06, 0, 0, 0x00050000 | error],
    [0x06, 0, 0, 0x7fff0000],
  ]);
  const program = new DataView(new ArrayBuffer(16));
  program.setUint16(0, filter.length / 8, true);
  program.setBigUint64(8, BigInt(libc.address(filter)), true);
  libc.prctl(PR_SET_NO_NEW_PRIVS, 1);
  if (libc.call(numbers.seccomp, 1, 1, new Uint8Array(program.buffer)) !== 0) throw new Error("no filter");
}

/** Layers of which one does something else. */
function changed(name: string, apply: Layer["apply"]): Layer[] {
  return LAYERS.map((layer) => (layer.name === name ? { ...layer, apply } : layer));
}

/** What native code inside of the process could do: threads that wait for ever, all within the filter. */
function bomb(): Layer["apply"] {
  const own = dlopen("libc.so.6", {
    pthread_create: { args: ["ptr", "ptr", "u64", "ptr"], returns: "i32" },
    dlsym: { args: ["u64", "ptr"], returns: "u64" },
  });
  const wait = own.symbols.dlsym(0, Buffer.from("sem_wait\0"));
  const place = new Uint8Array(8);
  const semaphore = new Uint8Array(64);
  return (...args) => {
    const reason = LAYERS.find(({ name }) => name === "seccomp")?.apply(...args);
    for (let count = 0; count < MANY; count++) own.symbols.pthread_create(place, null, wait, semaphore);
    return reason;
  };
}

const [, , kind] = process.argv;
let layers: readonly Layer[] = LAYERS;
if (kind === "no-seccomp") layers = changed("seccomp", () => "not in this kernel");
else if (kind === "no-landlock") answerWith(numbers.landlock_create_ruleset, ENOSYS);
else if (kind === "landlock-off") answerWith(numbers.landlock_create_ruleset, EOPNOTSUPP);
else if (kind === "thread-bomb") layers = changed("seccomp", bomb());
else throw new Error(`no machine of the kind ${kind}`);
await runSpellProcess(beginEngine(process.argv[4] ?? ""), layers);
process.exit(0);
