import { EXIT } from "../contract/error-codes.ts";
import { SpellError } from "../contract/errors.ts";
import { nearest } from "../contract/nearest.ts";
import type { CaseResult, SelftestReport } from "../runtime/index.ts";
import { COMMIT, VERSION } from "./build-info.ts";
import { flagOption, listOption, textOption, type Command, type CommandInput, type Suggestion } from "./command.ts";
import { printable } from "./printable.ts";
import { suggestEngines } from "./suggestions.ts";
import { formatTable } from "./table.ts";
import type { Terminal } from "./terminal.ts";

/** Larger files of cases are none. */
const MAX_FILE = 16 * 1024 * 1024;

async function suggestPlaces(): Promise<readonly Suggestion[]> {
  return [...(await suggestEngines()), ["host", "The cases that are no script"]];
}

/** `llmspell selftest` */
export const selftest: Command = {
  name: "selftest",
  summary: "Run hostile spells on this machine, and say what held",
  group: "This machine:",
  options: [
    {
      flags: "--attack <file>",
      doc: "Run the cases of this file instead of those inside; may be repeated",
      repeat: true,
    },
    { flags: "--engine <engine>", doc: "Only on this engine, or only those of the host", complete: suggestPlaces },
    { flags: "--json", doc: "Print one JSON object" },
  ],
  examples: ["llmspell selftest", "llmspell selftest --attack ./more-cases.jsonl --engine lua"],
  async run(input) {
    const { terminal } = input;
    const { ENGINES, runSelftest } = await import("../runtime/index.ts").then(async (runtime) => ({
      ...runtime,
      ...(await import("../runtime/selftest/index.ts")),
    }));
    const engine = textOption(input, "engine");
    const engines = [...ENGINES.map(({ id }) => id), "host"];
    requireEngine(engine, engines);
    const report = await runSelftest({ files: await readFiles(input), engine, onProgress: progress(terminal) });
    const failed = report.results.filter(({ passed }) => !passed);
    const broken = report.layers.filter(({ status }) => status === "broken");
    const isWhole = failed.length + broken.length === 0;
    if (flagOption(input, "json")) {
      const counts = { passed: report.results.length - failed.length, failed: failed.length };
      terminal.out(`${JSON.stringify({ ok: isWhole, version: VERSION, commit: COMMIT, ...counts, ...report })}\n`);
    } else showReport(terminal, report, engines);
    return isWhole ? EXIT.done : EXIT.failed;
  },
};

function requireEngine(engine: string | undefined, engines: readonly string[]): void {
  if (engine === undefined || engines.includes(engine)) return;
  const hint = nearest(engine, engines);
  const advice = hint === undefined ? "" : `; did you mean "${hint}"?`;
  throw new SpellError("engine.unknown", `There is no engine "${engine}"${advice}`, {
    fix: `There are ${engines.join(", ")}`,
  });
}

async function readFiles(input: CommandInput): Promise<Map<string, string>> {
  const paths = listOption(input, "attack");
  if (paths.length === 0) {
    const { EMBEDDED_CASES } = await import("../runtime/selftest/index.ts");
    return new Map([["built in", EMBEDDED_CASES]]);
  }
  const files = new Map<string, string>();
  for (const path of paths) {
    const file = Bun.file(path);
    if (!(await file.exists())) throw new SpellError("usage", `There is no file "${path}"`);
    if (file.size > MAX_FILE) throw new SpellError("usage", `"${path}" is larger than ${MAX_FILE} bytes`);
    const text = await file.text();
    if (text.trim() === "") throw new SpellError("usage", `"${path}" holds no case`);
    files.set(path, text);
  }
  return files;
}

/** One line that is written over and over, for a person. */
function progress(terminal: Terminal): (done: number, all: number) => void {
  if (!terminal.isInteractive) return () => {};
  return (done, all) =>
    terminal.err(done === all ? "\r\u001b[K" : `\r\u001b[K${terminal.style.dim(`${done} of ${all}`)}`);
}

const MARKS = { ok: "ok", absent: "-", broken: "BROKEN" } as const;

function showReport(
  terminal: Terminal,
  { results, layers, milliseconds }: SelftestReport,
  engines: readonly string[],
): void {
  const { out } = terminal;
  out(`llmspell ${VERSION} (${COMMIT}), Bun ${Bun.version}, ${process.platform}-${process.arch}\n\nIsolation\n`);
  out(formatTable(layers.map(({ status, name, detail }) => [`  ${MARKS[status]}`, name, detail])));
  out("\nPassed/failed by class and engine\n");
  out(formatTable(matrix(results, engines)));
  const failed = results.filter(({ passed }) => !passed);
  if (failed.length > 0) out("\nFailed\n");
  for (const { id, engine, class: kind, faults } of failed)
    out(`  ${printable(id)} on ${printable(engine)} (${printable(kind)}): ${printable(faults.join("; "))}\n`);
  out(`\n${results.length} runs in ${(milliseconds / 1000).toFixed(1)} s\n`);
  out(`${results.length - failed.length} passed, ${failed.length} failed\n`);
}

function matrix(results: readonly CaseResult[], engines: readonly string[]): string[][] {
  const columns = [...engines, "-"].filter((engine) => results.some((result) => result.engine === engine));
  const classes = [...new Set(results.map((result) => result.class))].sort();
  const cell = (found: readonly CaseResult[]) => {
    if (found.length === 0) return ".";
    const passed = found.filter(({ passed }) => passed).length;
    return `${passed}/${found.length - passed}`;
  };
  const row = (title: string, of: readonly CaseResult[]) => [
    `  ${title}`,
    ...columns.map((engine) => cell(of.filter((result) => result.engine === engine))),
  ];
  const rows = classes.map((kind) =>
    row(
      printable(kind),
      results.filter((result) => result.class === kind),
    ),
  );
  return [["  ", ...columns], ...rows, row("all", results)];
}
