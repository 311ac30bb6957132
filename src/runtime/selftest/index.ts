/**
 * The hostile cases, and what runs them on this machine: each is a real run in a process of its own, cast by a broker
 * that goes through many of them, so that what a case leaves behind there is seen. Here may stand no rule of a sandbox:
 * what is found to be wrong is mended where it is.
 */
export { readCases, type AttackCase } from "./attack-case.ts";
export { EMBEDDED_CASES } from "./embedded-cases.ts";
export type { Ending, RunTask } from "./broker-message.ts";
export type { CaseResult } from "./judge.ts";
export { playHostileChild } from "./hostile-child.ts";
export { runSelftest, type SelftestReport } from "./run-selftest.ts";
export { serveBroker } from "./serve-broker.ts";
