import { closeSync, openSync, readSync } from "node:fs";
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

const PAGE = 4096;

/** One line of seven numbers. */
const line = Buffer.alloc(256);

/** One child of the same binary with one engine. It runs one spell and ends. */
export class SpellProcess {
  readonly ready: Promise<void>;
  readonly #child: Bun.Subprocess<"pipe", "pipe", "ignore">;
  #events: ProcessEvents | undefined;
  readonly #early: Uint8Array[] = [];
  /** Opened before the process is hardened: where /proc hides what may not be looked into, it could not be later. */
  #memory: number | undefined;

  /** `command` starts this binary (or, in development, its source) without arguments. */
  constructor(command: readonly string[], engine: string) {
    this.#child = Bun.spawn([...command, SPELL_PROCESS_FLAG, engine], {
      stdin: "pipe",
      stdout: "pipe",
      stderr: "ignore",
      env: childEnvironment(),
    });
    this.#memory = openMemory(this.#child.pid);
    const ready = Promise.withResolvers<void>();
    // Nobody may be waiting yet when it fails.
    ready.promise.catch(() => {});
    this.ready = ready.promise;
    void this.#read(ready.resolve, ready.reject);
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
    if (this.#memory !== undefined) closeSync(this.#memory);
    this.#memory = undefined;
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
    try {
      void this.#child.stdin.write(bytes);
      void this.#child.stdin.flush();
    } catch {
      // It has ended: onExit says so.
    }
  }

  kill(): void {
    this.#child.kill("SIGKILL");
  }

  /** Resident memory; 0 where the system does not tell (elsewhere than on Linux). */
  residentBytes(): number {
    if (this.#memory === undefined) return 0;
    try {
      const length = readSync(this.#memory, line, 0, line.length, 0);
      return Number(line.toString("latin1", 0, length).split(" ")[1]) * PAGE;
    } catch {
      return 0;
    }
  }
}

/** Opens the line that tells of a process's memory; undefined elsewhere than on Linux. */
function openMemory(pid: number): number | undefined {
  try {
    return openSync(`/proc/${pid}/statm`, "r");
  } catch {
    return undefined;
  }
}

/** A spell's process gets no environment at all, but for what Windows cannot start a program without. */
function childEnvironment(): Record<string, string> {
  const root = process.platform === "win32" ? process.env["SystemRoot"] : undefined;
  return root === undefined ? {} : { SystemRoot: root };
}
