import { writeSync } from "node:fs";
import { isTerminal } from "../runtime/is-terminal.ts";
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

/** ANSI styles, or none. */
export type Style = Readonly<Record<"bold" | "dim" | "red" | "yellow" | "green" | "cyan", (text: string) => string>>;

const CODES = { bold: 1, dim: 2, red: 31, green: 32, yellow: 33, cyan: 36 } as const;

/** The process's own standard output and error. */
export function openTerminal(): Terminal {
  const isInteractive = isTerminal(2);
  const noColor = (process.env["NO_COLOR"] ?? "") !== "" || process.env["TERM"] === "dumb";
  const forced = (process.env["FORCE_COLOR"] ?? "0") !== "0";
  const spell = {
    stdout: spellOutput((text) => writeAll(1, text), isTerminal(1)),
    stderr: spellOutput((text) => writeAll(2, text), isInteractive),
  };
  return {
    out: (text) => writeAll(1, text),
    note: (line) => writeAll(2, `${line}\n`),
    err: (text) => writeAll(2, text),
    spell: (stream, text) => spell[stream](text),
    style: styles(forced || (isInteractive && !noColor)),
    isInteractive,
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

/** A reader that went away (`| head`): nothing more can be shown there, and that is no fault. */
const closed = new Set<number>();

/** At once and in order, whatever the other end is: a pipe may be full for a moment. */
function writeAll(descriptor: number, text: string | Uint8Array): void {
  if (closed.has(descriptor)) return;
  const bytes = typeof text === "string" ? new TextEncoder().encode(text) : text;
  for (let start = 0; start < bytes.length;) {
    try {
      start += writeSync(descriptor, bytes, start);
    } catch (error) {
      const code = error instanceof Error && "code" in error ? error.code : undefined;
      if (code === "EAGAIN") Bun.sleepSync(1);
      else {
        closed.add(descriptor);
        return;
      }
    }
  }
}
