/**
 * Writes the reference pages that are made from tables: `bun docs/generate.ts`. A test holds that they are current.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { ERROR_CODES, EXIT } from "../src/contract/error-codes.ts";
import { BRIDGES, ENGINES } from "../src/runtime/catalog.ts";
import { describeBridge, firstSentence, type FunctionDoc } from "../src/runtime/describe-bridge.ts";
import type { FieldDoc } from "../src/runtime/describe-type.ts";
import { notationOf, type Notation } from "../src/runtime/notation.ts";

const NOTE = "<!-- Made by docs/generate.ts from the tables in src: change those. -->\n";

/** Languages in the order of the engines, each once. */
const NOTATIONS: readonly Notation[] = ENGINES.filter(
  ({ language }, index) => ENGINES.findIndex((other) => other.language === language) === index,
).map(notationOf);

/** Every generated page by its path below docs/. */
export function generatedPages(): ReadonlyMap<string, string> {
  const pages = new Map([
    ["errors.md", errorsPage()],
    ["bridges/README.md", bridgesPage()],
  ]);
  for (const name of BRIDGES.keys()) pages.set(`bridges/${name}.md`, bridgePage(name));
  return pages;
}

function errorsPage(): string {
  const lines = [
    NOTE,
    "# Errors\n",
    "Every error has a stable code. A script reads it as `err.code`; `llmspell explain CODE` prints its row; a run that ends with it has the exit status below.\n",
    "| exit status | means |",
    "|---|---|",
    ...Object.entries(EXIT).map(([name, status]) => `| ${status} | ${name} |`),
    "",
    "A spell may raise errors with codes of its own; such a run ends with 1.\n",
    "| code | exit | what it means | what to do |",
    "|---|---|---|---|",
    ...Object.entries(ERROR_CODES).map(
      ([code, { exit, means, fix }]) => `| \`${code}\` | ${exit} | ${cell(means)} | ${cell(fix)} |`,
    ),
  ];
  return `${lines.join("\n")}\n`;
}

function bridgesPage(): string {
  const rows = [...BRIDGES.values()].map(
    ({ name, capability, doc }) => `| [\`${name}\`](${name}.md) | ${capability} | ${cell(firstSentence(doc))} |`,
  );
  const lines = [
    NOTE,
    "# Bridges\n",
    'A bridge is a module that a script may use, where the profile grants it. Its name is a global (but for `time` in Tengo, which has a function of that name). It may also be imported: `require("llm")`, `import { complete } from "llmspell:llm"`, in Tengo `import("llm")`. `llmspell bridges NAME --language LANGUAGE` prints these pages in a terminal.\n',
    "| bridge | capability | what it is for |",
    "|---|---|---|",
    ...rows,
  ];
  return `${lines.join("\n")}\n`;
}

function bridgePage(name: string): string {
  const bridge = BRIDGES.get(name);
  if (bridge === undefined) throw new Error(`no bridge ${name}`);
  const docs = NOTATIONS.map((notation) => describeBridge(bridge, notation));
  const [first] = docs;
  if (first === undefined) throw new Error("no language");
  const parts = [NOTE, `# ${name}\n`, `${first.doc}\n`];
  if (first.values.length > 0) {
    parts.push(
      "| value | what it is |",
      "|---|---|",
      ...first.values.map((each) => `| \`${each.name}\` | ${cell(each.doc)} |`),
      "",
    );
  }
  const known: Known = new Map();
  first.functions.forEach((_, index) =>
    parts.push(
      functionPart(
        docs.map((doc) => doc.functions[index]),
        known,
      ),
    ),
  );
  first.handles.forEach((handle, at) => {
    parts.push(`## A ${handle.kind}\n`, `${handle.doc}\n`);
    handle.methods.forEach((_, index) =>
      parts.push(
        functionPart(
          docs.map((doc) => doc.handles[at]?.methods[index]),
          known,
        ),
      ),
    );
  });
  parts.push("## In a profile\n", profilePart(name, first.grant));
  return `${parts
    .join("\n")
    .replace(/\n{3,}/g, "\n\n")
    .trimEnd()}\n`;
}

/** What was shown before on the same page, and where: a map of many keys is described once. */
type Known = Map<string, string>;

/** One function, as each language writes it. */
function functionPart(inLanguages: readonly (FunctionDoc | undefined)[], known: Known): string {
  const written = inLanguages.filter((each) => each !== undefined);
  const [first] = written;
  if (first === undefined) return "";
  const parts = [`### ${unique(written.map(({ name }) => `\`${name}\``)).join(", ")}\n`];
  written.forEach(({ signature, loop }, index) => {
    const language = NOTATIONS[index]?.language ?? "";
    parts.push(`\`\`\`${language}`, signature, ...(loop === undefined ? [] : [loop]), "```\n");
  });
  parts.push(`${first.doc}\n`);
  const rows = fieldRows(
    written.map(({ parameters }) => parameters),
    "",
    { name: first.name, known },
  );
  if (rows.length > 0) parts.push("| parameter | type | |", "|---|---|---|", ...rows, "");
  const { returns, text, counts } = first;
  const before = seen(returns.fields, { name: first.name, known });
  const prints = text === undefined ? "" : `, which prints as its \`${text}\``;
  const gives =
    before === undefined ? typesOf(written.map((each) => each.returns)) + prints : `what \`${before}\` gives`;
  parts.push(`Gives: ${gives}.${counts === undefined ? "" : ` Counts against \`limits.${counts}\`.`}\n`);
  if (returns.fields.length === 0 || before !== undefined) return parts.join("\n");
  const fields = fieldRows(
    written.map((each) => each.returns.fields),
    "",
  );
  return [...parts, "| field | type | |", "|---|---|---|", ...fields, ""].join("\n");
}

interface Place {
  readonly name: string;
  readonly known: Known;
}

/** Where the same fields were shown before; undefined where they are new or few. */
function seen(fields: readonly FieldDoc[], { name, known }: Place): string | undefined {
  if (fields.length < 4) return undefined;
  const key = JSON.stringify(fields);
  const before = known.get(key);
  if (before === undefined) known.set(key, name);
  return before;
}

/** Fields in the first language's order; a name that other languages write otherwise stands beside it. */
function fieldRows(inLanguages: readonly (readonly FieldDoc[])[], prefix: string, place?: Place): string[] {
  const [first = []] = inLanguages;
  return first.flatMap((field, index) => {
    const written = inLanguages.map((fields) => fields[index]).filter((each) => each !== undefined);
    const names = unique(written.map(({ name, optional }) => `\`${name}${optional ? "?" : ""}\``)).join(", ");
    const before = place === undefined ? undefined : seen(field.fields, place);
    const doc = before === undefined ? field.doc : `As those of \`${before}\``;
    const more = field.default === undefined ? "" : `${doc === "" ? "" : ". "}Unless told: \`${field.default}\``;
    const row = `| ${prefix}${names} | ${typesOf(written)} | ${cell(doc + more)} |`;
    return before === undefined
      ? [
          row,
          ...fieldRows(
            written.map(({ fields }) => fields),
            `${prefix}· `,
          ),
        ]
      : [row];
  });
}

/** The type as all languages call it; what a map holds is listed below it. */
function typesOf(written: readonly Pick<FieldDoc, "type" | "fields">[]): string {
  return cell(
    unique(written.map(({ type, fields }) => (fields.length > 0 && type.startsWith("{") ? "map" : type))).join(" / "),
  );
}

function unique(texts: readonly string[]): string[] {
  return [...new Set(texts)];
}

function profilePart(name: string, grant: readonly FieldDoc[]): string {
  if (grant.length === 0) return `\`bridges: { ${name}: {} }\`; it has no options.\n`;
  return [
    `Options under \`bridges: { ${name}: { … } }\`:\n`,
    "| option | type | |",
    "|---|---|---|",
    ...fieldRows([grant], ""),
  ].join("\n");
}

/** Text that stays in its cell of a table. */
function cell(text: string): string {
  return text.replaceAll("|", "\\|").replace(/\s+/g, " ");
}

if (import.meta.main) {
  for (const [path, text] of generatedPages()) {
    const file = join(import.meta.dir, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
}
