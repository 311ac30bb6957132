/** The codes about runs on disk, a part of ERROR_CODES; the numbers are exit statuses: 1 failed, 2 usage, 3 denied. */
export const JOURNAL_ERROR_CODES = {
  "journal.open": {
    exit: 2,
    means: "The journal cannot be opened or created, so the run would leave no record.",
    fix: "Make the folder writable, name another file with --journal FILE, or run without a record with --no-journal.",
  },
  "journal.write": {
    exit: 1,
    means:
      "The journal cannot be written (the disk is full, or another process holds it); the run was ended before the script saw an answer that is not on disk.",
    fix: "Mend what the message names, then `llmspell resume` the run: what is on disk is kept.",
  },
  "journal.damaged": {
    exit: 2,
    means: "The journal, or a run in it, is not what was written: truncated, changed or overwritten.",
    fix: "Restore the file from a backup, or name another with --journal FILE; undamaged runs can still be shown and exported.",
  },
  "journal.version": {
    exit: 2,
    means: "The journal was written by another version of llmspell, in a form that this one does not know.",
    fix: "Use that version for its runs, or name another file with --journal FILE.",
  },
  "journal.busy": {
    exit: 2,
    means: "Another process is running or resuming this run.",
    fix: "Wait until it has ended, or end it; `llmspell runs tail RUN` shows what it does.",
  },
  "journal.diverged": {
    exit: 1,
    means: "The script did something else than what was recorded: its source, its parameters or its engine changed.",
    fix: "Replay the recorded source, fork the run before that call, or record it again.",
  },
  "journal.in-flight": {
    exit: 3,
    means:
      "A call that may not be repeated was under way when the run crashed, and nobody knows whether it had its effect.",
    fix: "Look whether it happened; then resume with --repeat-unsafe, or fork the run before it.",
  },
  "journal.stream-changed": {
    exit: 5,
    means:
      "A stream that was open when the run crashed was asked for again, and began otherwise than what the script had read.",
    fix: "Fork the run before the stream was opened.",
  },
  "journal.unfinished": {
    exit: 1,
    means: "The record of a run ends before the run did: it crashed there, or is still running.",
    fix: "`llmspell resume RUN` goes on from there.",
  },
  "limit.nesting": {
    exit: 4,
    means: "Spells ran spells more deeply than there may be processes of one run.",
    fix: "Have a spell return what another needs instead of running it.",
  },
  "run.unknown": {
    exit: 2,
    means: "There is no such run in the journal.",
    fix: "`llmspell runs list` shows those that are there; the beginning of an id is enough.",
  },
  "run.ended": {
    exit: 2,
    means: "The run has ended, so it cannot be resumed.",
    fix: "`llmspell replay` shows it again; `llmspell fork RUN --at N` goes on from one of its calls.",
  },
} as const;
