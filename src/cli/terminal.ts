import { writeSync } from "node:fs";
import type { SpellError } from "../contract/errors.ts";
import { isTerminal } from "../runtime/is-terminal.ts";
import { codeOf, writeFault } from "../runtime/write-fault.ts";
import { spellOutput } from "./spell-output.ts";

/** Where a command's results and messages go. */
export interface Terminal {
  /** Results: exactly these bytes. */
  readonly out: (text: string | Uint8Array) => void;
  /** Everything else: a line. */
  readonly note: (line: string) => void;
  /** Everything else: a part of a line. */
  readonly err: (text: string | Uint8Array) => void;
  /** What a spell prints, returns and asks; where it goes to a screen, nothing in it steers that. */
  readonly spell: (stream: "stdout" | "stderr", text: string | Uint8Array) => void;
  /** Styles for messages; plain where standard error is no terminal or NO_COLOR is set. */
  readonly style: Style;
  /** Whether a person reads standard error, so that progress may be shown. */
  readonly isInteractive: boolean;
  /** Columns of the terminal; 80 where there is none. */
  readonly columns: number;
}

/** The terminal of a process. */
export interface ProcessTerminal extends Terminal {
  /** Why not all that was written is where it should be; undefined where it is. */
  readonly fault: () => SpellError | undefined;
}

/** ANSI styles, or none. */
export type Style = Readonly<Record<"bold" | "dim" | "red" | "yellow" | "green" | "cyan", (text: string) => string>>;

const CODES = { bold: 1, dim: 2, red: 31, green: 32, yellow: 33, cyan: 36 } as const;

/** The process's own standard output and error. */
export function openTerminal(): ProcessTerminal {
  const isInteractive = isTerminal(2);
  const [stdout, stderr] = [new Sink(1, "standard output"), new Sink(2, "standard error")];
  const noColor = (process.env["NO_COLOR"] ?? "") !== "" || process.env["TERM"] === "dumb";
  const forced = (process.env["FORCE_COLOR"] ?? "0") !== "0";
  const spell = {
    stdout: spellOutput((text) => stdout.write(text), isTerminal(1)),
    stderr: spellOutput((text) => stderr.write(text), isInteractive),
  };
  return {
    out: (text) => stdout.write(text),
    note: (line) => stderr.write(`${line}\n`),
    err: (text) => stderr.write(text),
    spell: (stream, text) => spell[stream](text),
    style: styles(forced || (isInteractive && !noColor)),
    isInteractive,
    fault: () => stdout.fault ?? stderr.fault,
    // A getter: the stream behind it takes a while to make.
    get columns() {
      return process.stderr.columns || 80;
    },
  };
}

function styles(on: boolean): Style {
  const entries = Object.entries(CODES).map(([name, code]) => [
    name,
    (text: string) => (on && text !== "" ? `\x1b[${code}m${text}\x1b[0m` : text),
  ]);
  return Object.fromEntries(entries) as Style;
}

/** A reader that went away (`| head`, a terminal that was closed) or was never there: that is no fault. */
const NOBODY: ReadonlySet<string> = new Set(["EPIPE", "ECONNRESET", "EBADF"]);

/** Where text is written: all of it, or it is known why not. */
class Sink {
  #isClosed = false;
  #fault: SpellError | undefined;

  constructor(
    private readonly descriptor: number,
    private readonly name: string,
  ) {}

  get fault(): SpellError | undefined {
    return this.#fault;
  }

  /** At once and in order, whatever the other end is: a pipe may be full for a moment. */
  write(text: string | Uint8Array): void {
    const bytes = typeof text === "string" ? new TextEncoder().encode(text) : text;
    for (let start = 0; start < bytes.length && !this.#isClosed;) {
      try {
        start += writeSync(this.descriptor, bytes, start);
      } catch (error) {
        if (codeOf(error) === "EAGAIN") Bun.sleepSync(1);
        else this.#close(error);
      }
    }
  }

  #close(error: unknown): void {
    this.#isClosed = true;
    const isGone = NOBODY.has(codeOf(error)) || (codeOf(error) === "EIO" && isTerminal(this.descriptor));
    if (!isGone) this.#fault = writeFault(this.name, error);
  }
}
