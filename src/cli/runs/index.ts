/**
 * `llmspell runs`: the recorded runs, as a person looks at them. One file a command; `run-record.ts` sorts a run's
 * entries into what is shown, `page/` makes the page of `--html`. Everything in a journal was written by spells: texts
 * go out through `printable` or, on the page, through `escapeHtml`.
 */
import type { Command } from "../command.ts";
import { diff } from "./diff.ts";
import { exportRun } from "./export.ts";
import { importRun } from "./import.ts";
import { list } from "./list.ts";
import { prune } from "./prune.ts";
import { show } from "./show.ts";
import { tail } from "./tail.ts";
import { verify } from "./verify.ts";

/** `llmspell runs list|show|diff|tail|export|import|prune|verify` */
export const runs: Command = {
  name: "runs",
  summary: "Look at recorded runs, compare, export, import, verify and prune them",
  group: "Look things up:",
  commands: [list, show, diff, tail, exportRun, importRun, verify, prune],
};
