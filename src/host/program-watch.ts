/** The argument that makes the binary a watch over the programs of a run; the run's mark follows. */
export const PROGRAM_WATCH_FLAG = "--program-watch";

/** Stands by what programs have left running, for the case that this process is killed. */
export interface ProgramWatch {
  /** Begins, once. */
  begin(mark: string): void;
  /** Nothing is left running: it is not needed any more. */
  end(): void;
}

/**
 * A process of its own that waits for the end of its input, which is the end of this process however it comes, and
 * then ends what carries the mark. `command` starts this program; without it, and elsewhere than on Linux, where
 * nobody can be found by a mark, there is no such process.
 */
export function openProgramWatch(command: readonly string[] | undefined): ProgramWatch {
  let watch: Bun.Subprocess<"pipe", "ignore", "ignore"> | undefined;
  return {
    begin(mark) {
      if (watch !== undefined || command === undefined || process.platform !== "linux") return;
      watch = Bun.spawn([...command, PROGRAM_WATCH_FLAG, mark], {
        stdin: "pipe",
        stdout: "ignore",
        stderr: "ignore",
        env: {},
        // A key on the terminal that ends this process must not end it too.
        detached: true,
      });
      watch.unref();
    },
    end() {
      watch?.kill("SIGKILL");
    },
  };
}
