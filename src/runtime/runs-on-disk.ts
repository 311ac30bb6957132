/** What the command line does with recorded runs. It is apart from `index.ts`, as it loads the journal. */
export { openLines } from "./open-lines.ts";
export { readRun, holdRun, forkedTape, resumedTape, type HeldRun, type ReadRun } from "./tape/held-run.ts";
export { changeRecord } from "./tape/change-record.ts";
export { describeCall } from "./tape/divergence.ts";
export { explainDivergence } from "./tape/explain-divergence.ts";
export { failCalls, unsafeBeneath, unsafeInFlight } from "./tape/in-flight.ts";
export { loadFile } from "./tape/load-file.ts";
export type { Delivery, RecordedRun } from "./tape/recorded-run.ts";
export { recordedSpell, withSpell } from "./tape/recorded-spell.ts";
export { replayRun } from "./tape/replay-run.ts";
