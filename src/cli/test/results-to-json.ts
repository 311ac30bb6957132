import type { CaseResult, SpellCases } from "../../runtime/cases/index.ts";
import { isFailed } from "./case-status.ts";
import type { CaseTotals } from "./case-reporter.ts";

/** What `llmspell test --json` prints. */
export function resultsToJson(
  spells: readonly SpellCases[],
  results: readonly CaseResult[],
  totals: CaseTotals & { readonly milliseconds: number },
): object {
  const paths = new Map(spells.flatMap(({ path, cases }) => cases.map(({ spellCase }) => [spellCase.file, path])));
  const cases = results.map((result) => {
    const { spellCase, variant, differences, broken, run, milliseconds } = result;
    const error = broken ?? run?.failure;
    return {
      spell: paths.get(spellCase.file),
      name: spellCase.name,
      main: variant.main,
      engine: variant.engine.id,
      file: spellCase.file,
      passed: !isFailed(result),
      milliseconds,
      differences: differences.map(({ update: _update, path, ...rest }) => ({ path: path.join("."), ...rest })),
      ...(error === undefined ? {} : { error: { code: error.code, message: error.message } }),
      ...(run === undefined ? {} : { usage: run.usage }),
    };
  });
  return { ok: totals.failed === 0 && totals.skipped === 0, ...totals, cases };
}
