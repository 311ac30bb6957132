import { mkdtemp, realpath, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isTerminal } from "../is-terminal.ts";
import { isErrorCode } from "../../contract/error-codes.ts";
import { SpellError } from "../../contract/errors.ts";
import type { RecordedRun } from "../tape/recorded-run.ts";
import { selfCommand } from "../self-command.ts";
import { exportForCase } from "./recording.ts";

/** A run to be recorded, as `llmspell run` takes it. */
export interface LiveRunOptions {
  /** The spell and its options. */
  readonly words: readonly string[];
  /** The text of standard input; undefined: this process's own. */
  readonly input: string | undefined;
  readonly signal: AbortSignal;
}

/** What became of it. */
export interface LiveRun {
  /** The exported run. */
  readonly text: string;
  readonly record: RecordedRun;
  /** What was on standard input; undefined where a person typed it. */
  readonly input: string | undefined;
}

/** Runs a spell as `llmspell run` does, with all its effects, into a journal of its own. Throws where there was no run, or no end of it. */
export async function liveRun({ words, input, signal }: LiveRunOptions): Promise<LiveRun> {
  const scratch = await realpath(await mkdtemp(join(tmpdir(), "llmspell-case-")));
  const journal = join(scratch, "journal.db");
  try {
    const isTyped = input === undefined && isTerminal(0);
    const child = Bun.spawn([...selfCommand(), "run", ...words, "--journal", journal, "--json"], {
      stdin: isTyped ? "inherit" : "pipe",
      stdout: "pipe",
      stderr: "inherit",
      signal,
      killSignal: "SIGTERM",
    });
    const read = isTyped ? undefined : feed(child, input);
    const answer = await child.stdout.text();
    await child.exited;
    requireRun(answer);
    return { ...exportForCase(journal, scratch), input: await read?.() };
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

/** Hands on standard input for as long as the run takes; what it gives back ends that and tells the text. */
function feed(child: Bun.Subprocess, input: string | undefined): () => Promise<string> {
  const stdin = child.stdin as Bun.FileSink;
  const end = () => Promise.resolve(stdin.end()).catch(() => {});
  if (input !== undefined) {
    stdin.write(input);
    void end();
    return () => Promise.resolve(input);
  }
  const reader = Bun.stdin.stream().getReader();
  const pieces: Uint8Array[] = [];
  const pump = async () => {
    for (;;) {
      const { value, done } = await reader.read();
      if (done) break;
      pieces.push(value);
      stdin.write(value);
      await stdin.flush();
    }
    await end();
  };
  void pump().catch(() => {});
  return async () => {
    await reader.cancel().catch(() => {});
    try {
      return new TextDecoder("utf-8", { fatal: true }).decode(Buffer.concat(pieces));
    } catch (error) {
      throw new SpellError("usage", "Standard input is not UTF-8 text, which a case cannot hold", { cause: error });
    }
  };
}

/** A run that did not begin, or was ended from outside, is nothing to expect again. */
function requireRun(answer: string): void {
  const { id, error } = readAnswer(answer);
  const isCut = error !== undefined && CUT.has(error.code);
  if (id !== undefined && !isCut) return;
  const { code = "usage", message = "The run did not begin", fix } = error ?? {};
  throw new SpellError(isErrorCode(code) ? code : "script.error", message, fix === undefined ? {} : { fix });
}

function readAnswer(answer: string): { id?: string; error?: { code: string; message: string; fix?: string } } {
  try {
    return JSON.parse(answer) as ReturnType<typeof readAnswer>;
  } catch {
    // It said what was wrong on standard error.
    return {};
  }
}

const CUT: ReadonlySet<string> = new Set(["interrupted", "process.died", "journal.write", "journal.open"]);
