/** A program to run: no shell stands between, so that arguments are arguments. */
export interface ProgramRequest {
  /** As {@link Programs.find} gave it. */
  readonly program: FoundProgram;
  readonly args: readonly string[];
  /** Given on standard input, which ends after it; empty unless told. */
  readonly input?: Uint8Array | undefined;
  /** The folder that it runs in; the current one unless told. */
  readonly folder?: string | undefined;
  /** Variables beside those that every program gets. */
  readonly environment: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  /** Most bytes on standard output, and as many on standard error. */
  readonly maxOutputBytes: number;
}

/** A program as it was found when the run began. */
export interface FoundProgram {
  /** As it was asked for. */
  readonly name: string;
  /** Where it was found. */
  readonly path: string;
  /** The file that is run: `path` without links. */
  readonly file: string;
}

/** How a program ended, and what it wrote. */
export interface ProgramAnswer {
  /** Null where a signal ended it. */
  readonly status: number | null;
  /** Such as `SIGSEGV`; null where it ended itself. */
  readonly signal: string | null;
  readonly stdout: Uint8Array;
  readonly stderr: Uint8Array;
}

/** The programs of this machine. */
export interface Programs {
  /** A program by its name, on a fixed list of folders, or by its path. Undefined where there is none that can be run. */
  find(name: string): Promise<FoundProgram | undefined>;
  /**
   * Runs a program in a group of its own, and ends the group with it, at its time, at too much output and when the
   * signal is aborted. Rejects with `shell.not-started`, `shell.timeout` or `limit.program-output`.
   */
  run(request: ProgramRequest, signal: AbortSignal): Promise<ProgramAnswer>;
}
