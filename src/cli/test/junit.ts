import type { CaseResult, SpellCases } from "../../runtime/cases/index.ts";
import { caseTitle, lineDiff } from "./case-reporter.ts";
import { isFailed } from "./case-status.ts";

/** Writes the report that continuous integration reads. Throws `usage` or `output.write` where the file cannot be written. */
export async function writeJunit(
  file: string,
  spells: readonly SpellCases[],
  results: readonly CaseResult[],
  milliseconds: number,
): Promise<void> {
  await (await import("../../runtime/write-result.ts")).writeResult(file, junitXml(spells, results, milliseconds));
}

/** The results as JUnit XML: a suite a spell, a failure for what does not hold, an error for what could not be run. */
export function junitXml(spells: readonly SpellCases[], results: readonly CaseResult[], milliseconds: number): string {
  const suites = spells.map(({ path, cases }) => {
    const files = new Set(cases.map(({ spellCase }) => spellCase.file));
    return { path, cases, own: results.filter(({ spellCase }) => files.has(spellCase.file)) };
  });
  const body = suites.map(({ path, cases, own }) => {
    const missing = cases.filter((each) => !own.some((result) => isSameCase(result, each)));
    const time = own.reduce((sum, result) => sum + result.milliseconds, 0);
    const rows = [...own.map((result) => testcase(path, result)), ...missing.map((each) => skipped(path, each))];
    return `  <testsuite name="${escape(path)}" ${counts(own, missing.length)} time="${seconds(time)}">\n${rows.join("")}  </testsuite>\n`;
  });
  const skippedCount = suites.reduce((sum, { cases }) => sum + cases.length, 0) - results.length;
  const head = `<testsuites name="llmspell test" ${counts(results, skippedCount)} time="${seconds(milliseconds)}">`;
  return `<?xml version="1.0" encoding="UTF-8"?>\n${head}\n${body.join("")}</testsuites>\n`;
}

type Case = SpellCases["cases"][number];

function isSameCase(a: Case, b: Case): boolean {
  return a.spellCase.file === b.spellCase.file && a.variant.main === b.variant.main;
}

function counts(results: readonly CaseResult[], skippedCount: number): string {
  const errors = results.filter(({ broken }) => broken !== undefined).length;
  const failures = results.filter(isFailed).length - errors;
  return `tests="${results.length + skippedCount}" failures="${failures}" errors="${errors}" skipped="${skippedCount}"`;
}

function attributes(path: string, each: Case): string {
  return `name="${escape(caseTitle(each))}" classname="${escape(path)}" file="${escape(each.spellCase.file)}"`;
}

function skipped(path: string, each: Case): string {
  return `    <testcase ${attributes(path, each)} time="0"><skipped/></testcase>\n`;
}

function testcase(path: string, result: CaseResult): string {
  const { broken, differences, milliseconds } = result;
  const open = `    <testcase ${attributes(path, result)} time="${seconds(milliseconds)}"`;
  if (!isFailed(result)) return `${open}/>\n`;
  if (broken !== undefined) {
    const { code, message } = broken;
    return `${open}>\n      <error type="${escape(code)}" message="${escape(message)}"/>\n    </testcase>\n`;
  }
  const failures = differences.map(({ message, expected, received }) => {
    const text =
      expected === undefined || received === undefined ? (received ?? "") : lineDiff(expected, received).join("\n");
    return `      <failure message="${escape(message)}">${escape(text)}</failure>\n`;
  });
  return `${open}>\n${failures.join("")}    </testcase>\n`;
}

function seconds(milliseconds: number): string {
  return (milliseconds / 1000).toFixed(3);
}

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "\n": "&#10;",
  "\t": "&#9;",
};

/** For attributes and texts; what XML cannot hold, even escaped, becomes U+FFFD. */
function escape(text: string): string {
  return (
    text
      .toWellFormed()
      // oxlint-disable-next-line no-control-regex -- exactly these are forbidden in XML 1.0
      .replace(/[\u0000-\u0008\u000b-\u001f\ufffe\uffff]/g, "\ufffd")
      .replace(/[&<>"\n\t]/g, (sign) => ENTITIES[sign] ?? sign)
  );
}
