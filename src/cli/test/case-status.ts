import type { CaseResult } from "../../runtime/cases/index.ts";

/** Whether a case did not pass. */
export function isFailed({ differences, broken }: Pick<CaseResult, "differences" | "broken">): boolean {
  return broken !== undefined || differences.length > 0;
}
