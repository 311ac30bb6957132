/**
 * Runs files of cases of Tengo's reference implementation: `bun test/conformance/tengo-cases.ts FILE…`. Lists what
 * failed, and closes with `N passed, N failed`.
 */
import { readFileSync } from "node:fs";
import { faultOf, type TengoCase } from "./tengo-case.ts";
import { KNOWN_DIFFERENCES } from "./tengo-known-differences.ts";

/** What came of a number of cases. */
export interface CaseReport {
  readonly passed: number;
  /** The failed ones, each with what is wrong. */
  readonly failed: readonly { readonly id: string; readonly fault: string }[];
}

/** Runs the cases of a file, one a line. */
export function runCaseFile(path: string): CaseReport {
  let passed = 0;
  const failed: { id: string; fault: string }[] = [];
  for (const line of readFileSync(path, "utf8").split("\n")) {
    if (line.trim() === "") continue;
    const it = JSON.parse(line) as TengoCase;
    const fault = safeFaultOf(it);
    if (fault === undefined || KNOWN_DIFFERENCES[it.id] !== undefined) passed++;
    else failed.push({ id: it.id, fault });
  }
  return { passed, failed };
}

function safeFaultOf(it: TengoCase): string | undefined {
  try {
    return faultOf(it);
  } catch (error) {
    return `threw ${error instanceof Error ? error.stack : JSON.stringify(error)}`;
  }
}

if (import.meta.main) {
  const reports = process.argv.slice(2).map((path) => runCaseFile(path));
  const failed = reports.flatMap((report) => report.failed);
  const passed = reports.reduce((sum, report) => sum + report.passed, 0);
  for (const { id, fault } of failed) console.log(`${id}: ${fault}`);
  console.log(`${passed} passed, ${failed.length} failed`);
  if (failed.length > 0) process.exitCode = 1;
}
