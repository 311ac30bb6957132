/**
 * Test cases of spells: found, run in a process of their own each, compared with what they expect, recorded. What a
 * case may say is `src/profile/case-schema.ts`; a recording is replayed by `../tape`. How it looks is the command
 * line's business.
 */
export { findCases, type FindCasesOptions, type FoundCase, type SpellCases } from "./find-cases.ts";
export type { Difference } from "./difference.ts";
export { performTask } from "./perform-task.ts";
export { recordCase, type RecordedCase, type RecordOptions } from "./record-case.ts";
export { runCases, type CaseResult, type RunCasesOptions } from "./run-cases.ts";
export { updateCase, type CaseUpdate } from "./update-case.ts";
