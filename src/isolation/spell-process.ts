import { SpellError } from "../contract/errors.ts";

/** The argument that makes the binary a spell's process; the engine's id follows. */
export const SPELL_PROCESS_FLAG = "--spell-process";

/** What the process sends first, before any frame: it is loaded and waits. */
export const READY_BYTE = 0x52;

/** Who listens to a process. */
export interface ProcessEvents {
  onBytes(chunk: Uint8Array): void;
  /** `how`: the exit code or the signal's name. All bytes were heard before. */
  onExit(how: string): void;
}

/** Not imported: that takes a ms, and the first child is started before anything else is done. */
const fs = () => process.getBuiltinModule("node:fs");

/** What the kernel says of a process: fewer than 1500 bytes. */
const page = Buffer.alloc(4096);

/** What a process uses. */
export interface ProcessUse {
  /** Bytes of resident memory. */
  readonly resident: number;
  readonly threads: number;
}

const UNKNOWN: ProcessUse = { resident: 0, threads: 0 };

/** One child of the same binary with one engine. It runs one spell and ends. */
export class SpellProcess {
  readonly ready: Promise<void>;
  /** Resolves when it has ended. */
  readonly gone: Promise<void>;
  readonly #child: Bun.Subprocess<"pipe", "pipe", "ignore">;
  #events: ProcessEvents | undefined;
  readonly #early: Uint8Array[] = [];
  /** Opened before the process is hardened: where /proc hides what may not be looked into, it could not be later. */
  #status: number | undefined;

  /** `command` starts this binary (or, in development, its source) without arguments. */
  constructor(command: readonly string[], engine: string) {
    this.#child = Bun.spawn([...command, SPELL_PROCESS_FLAG, engine], {
      stdin: "pipe",
      stdout: "pipe",
      stderr: "ignore",
      env: childEnvironment(),
    });
    this.#status = openStatus(this.#child.pid);
    const ready = Promise.withResolvers<void>();
    // Nobody may be waiting yet when it fails.
    ready.promise.catch(() => {});
    this.ready = ready.promise;
    this.gone = this.#read(ready.resolve, ready.reject);
  }

  get pid(): number {
    return this.#child.pid;
  }

  async #read(onReady: () => void, onNever: (error: SpellError) => void): Promise<void> {
    const reader = this.#child.stdout.getReader();
    let isReady = false;
    for (let next = await reader.read(); !next.done; next = await reader.read()) {
      let chunk: Uint8Array = next.value;
      if (!isReady && chunk.length > 0) {
        isReady = true;
        chunk = chunk.subarray(1);
        onReady();
      }
      if (chunk.length === 0) continue;
      if (this.#events === undefined) this.#early.push(chunk);
      else this.#events.onBytes(chunk);
    }
    await this.#child.exited;
    if (this.#status !== undefined) fs().closeSync(this.#status);
    this.#status = undefined;
    const { signalCode, exitCode } = this.#child;
    const how = signalCode === null ? `exit ${exitCode}` : String(signalCode);
    if (!isReady) onNever(new SpellError("process.died", `The spell's process did not start (${how})`));
    this.#events?.onExit(how);
  }

  listen(events: ProcessEvents): void {
    this.#events = events;
    for (const chunk of this.#early.splice(0)) events.onBytes(chunk);
  }

  write(bytes: Uint8Array): void {
    const { stdin } = this.#child;
    try {
      unlessGone(stdin.write(bytes));
      unlessGone(stdin.flush());
    } catch {
      // It has ended: onExit says so.
    }
  }

  kill(): void {
    this.#child.kill("SIGKILL");
  }

  /** Zeros where the system does not tell (elsewhere than on Linux). */
  use(): ProcessUse {
    if (this.#status === undefined) return UNKNOWN;
    try {
      const text = page.toString("latin1", 0, fs().readSync(this.#status, page, 0, page.length, 0));
      const field = (pattern: RegExp) => Number(pattern.exec(text)?.[1] ?? 0);
      return { resident: field(/^VmRSS:\s+(\d+) kB$/m) * 1024, threads: field(/^Threads:\s+(\d+)$/m) };
    } catch {
      return UNKNOWN;
    }
  }
}

/** What could not be written at once fails later, where the process has ended meanwhile: onExit says so. */
function unlessGone(written: number | Promise<number>): void {
  if (typeof written !== "number") written.catch(() => {});
}

/** Opens what the kernel says of a process; undefined elsewhere than on Linux. */
function openStatus(pid: number): number | undefined {
  try {
    return fs().openSync(`/proc/${pid}/status`, "r");
  } catch {
    return undefined;
  }
}

/**
 * How JavaScriptCore runs in a spell's process. It would compile the VM's largest functions after 150 steps, which is
 * before the script begins, on the processor that the broker needs; a few ms later is soon enough for what is hot.
 */
const TIER_UP = { BUN_JSC_thresholdForBBQOptimizeAfterWarmUp: "2000", BUN_JSC_thresholdForJITAfterWarmUp: "2000" };

/**
 * What is thrown keeps no list of the frames that it passes; an Error still has its own `stack`. Lua leaves its VM by an
 * exception at each call that waits, of which that list was a third.
 */
const THROW = { BUN_JSC_exceptionStackTraceLimit: "0" };

/**
 * Nearly all of the 8 MiB that a first thread has, where there are so many: a VM in WASM must meet its own limit first.
 * JavaScriptCore would take 5 MiB.
 */
const ENGINE = { ...TIER_UP, ...THROW, BUN_JSC_maxPerThreadStackUsage: String(7.5 * 1024 * 1024) };

/** A spell's process gets nothing of the environment, but for what Windows cannot start a program without. */
function childEnvironment(): Record<string, string> {
  const root = process.platform === "win32" ? process.env["SystemRoot"] : undefined;
  return root === undefined ? ENGINE : { ...ENGINE, SystemRoot: root };
}
