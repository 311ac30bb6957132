import { statSync } from "node:fs";
import { SpellError } from "../contract/errors.ts";
import type { FoundProgram, ProgramAnswer, ProgramRequest, Programs } from "../contract/programs.ts";
import { findProgram, PROGRAM_PATH } from "./find-program.ts";
import { endMarked, RUN_MARK } from "./end-marked.ts";
import { openProgramWatch } from "./program-watch.ts";

/** What of the environment programs get: where they find programs, their person's folder, and the language. */
const KEPT = ["HOME", "LANG", "LC_ALL", "LC_CTYPE", "TZ", "TMPDIR", "SystemRoot", "USERPROFILE", "TEMP"];

/**
 * The programs of this machine for one run. `close` ends all that are left, and what they have started; with `self`, the
 * command that starts this program, somebody else does where this process is killed.
 */
export function openPrograms(self?: readonly string[]): { readonly programs: Programs; readonly close: () => void } {
  const mark = crypto.randomUUID();
  // What a name meant when it was first asked for, it means to the end.
  const found = new Map<string, Promise<FoundProgram | undefined>>();
  const running = new Set<RunningProgram>();
  const watch = openProgramWatch(self);
  const programs: Programs = {
    find(name) {
      const known = found.get(name) ?? findProgram(name);
      found.set(name, known);
      return known;
    },
    async run(request, signal) {
      signal.throwIfAborted();
      watch.begin(mark);
      const program = start(request, mark);
      running.add(program);
      try {
        return await program.end(signal);
      } finally {
        running.delete(program);
      }
    },
  };
  const close = () => {
    for (const program of running) program.kill();
    running.clear();
    watch.end();
  };
  return { programs, close };
}

function start(request: ProgramRequest, mark: string): RunningProgram {
  const { program, args, input, folder = "." } = request;
  requireFolder(folder, program.name);
  const kept = KEPT.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name] ?? ""]]));
  const own = crypto.randomUUID();
  try {
    const child = Bun.spawn([program.file, ...args], {
      // Some programs are many, and go by the name that they are called by.
      argv0: program.path,
      cwd: folder,
      env: { ...Object.fromEntries(kept), PATH: PROGRAM_PATH, ...request.environment, [RUN_MARK]: `${mark}.${own}` },
      stdin: input === undefined ? "ignore" : new Uint8Array(input),
      stdout: "pipe",
      stderr: "pipe",
      // A session and group of its own, that can be ended as a whole.
      detached: true,
    });
    return new RunningProgram(child, request, `${mark}.${own}`);
  } catch (error) {
    const reason = error instanceof Error && "code" in error ? String(error.code) : String(error);
    throw new SpellError("shell.not-started", `Cannot start "${program.name}": ${reason}`, { cause: error });
  }
}

function requireFolder(folder: string, name: string): void {
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory()) return;
  throw new SpellError("shell.not-started", `Cannot start "${name}" in ${JSON.stringify(folder)}: it is no folder`);
}

type Child = Bun.Subprocess<Uint8Array<ArrayBuffer> | "ignore", "pipe", "pipe">;

/** One program that was started, and its group. */
class RunningProgram {
  readonly #failed = Promise.withResolvers<never>();
  #isOver = false;

  constructor(
    private readonly child: Child,
    private readonly request: ProgramRequest,
    private readonly mark: string,
  ) {
    this.#failed.promise.catch(() => {});
  }

  /** Waits for the program. What it has left running is ended too: else it could outlive the run. */
  async end(signal: AbortSignal): Promise<ProgramAnswer> {
    const { timeoutMs, program } = this.request;
    const abort = () => this.#fail(signal.reason);
    signal.addEventListener("abort", abort, { once: true });
    const timer = setTimeout(() => {
      this.#fail(new SpellError("shell.timeout", `"${program.name}" took longer than ${timeoutMs} ms`));
    }, timeoutMs);
    try {
      const texts = Promise.all([this.#collect(this.child.stdout), this.#collect(this.child.stderr)]);
      texts.catch(() => {});
      await Promise.race([this.child.exited, this.#failed.promise]);
      // Whoever still holds the pipes is in the group.
      this.kill();
      const [stdout, stderr] = await Promise.race([texts, this.#failed.promise]);
      const { exitCode, signalCode } = this.child;
      const isSignalled = signalCode !== null;
      return { status: isSignalled ? null : exitCode, signal: isSignalled ? String(signalCode) : null, stdout, stderr };
    } finally {
      clearTimeout(timer);
      signal.removeEventListener("abort", abort);
      this.kill();
    }
  }

  /** Ends the group, and what has left it. */
  kill(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    try {
      if (process.platform === "win32") this.child.kill("SIGKILL");
      else process.kill(-this.child.pid, "SIGKILL");
    } catch {
      // All of it has ended.
    }
    endMarked(this.mark);
  }

  #fail(reason: unknown): void {
    this.#failed.reject(reason);
    this.kill();
  }

  async #collect(stream: ReadableStream<Uint8Array>): Promise<Uint8Array> {
    const { maxOutputBytes, program } = this.request;
    const chunks: Uint8Array[] = [];
    let size = 0;
    for await (const chunk of stream) {
      size += chunk.length;
      if (size > maxOutputBytes) {
        const message = `"${program.name}" wrote more than maxOutputBytes = ${maxOutputBytes}`;
        const details = { limit: "maxOutputBytes", value: maxOutputBytes };
        this.#fail(new SpellError("limit.program-output", message, { details }));
        break;
      }
      chunks.push(chunk);
    }
    return Buffer.concat(chunks);
  }
}
