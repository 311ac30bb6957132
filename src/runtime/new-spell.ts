import { mkdir, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import type { Engine } from "../contract/engine.ts";
import { SpellError } from "../contract/errors.ts";
import { engineOf, ENGINES } from "./catalog.ts";

/** How a new spell is made. */
export interface NewSpellOptions {
  /** A name, or a path whose last part is the name. */
  readonly path: string;
  /** The engine's id; the first of the list unless told. */
  readonly engine: string | undefined;
  /** In the engine's language with types. */
  readonly types: boolean;
  /** Writes over files that are there. */
  readonly force: boolean;
}

/** Writes a folder with spell.yaml, a main file that runs as it is, and a case that holds. Answers the files' paths, the main file last. */
export async function newSpell(options: NewSpellOptions): Promise<string[]> {
  const { path, force } = options;
  const { engine, ending } = chooseEngine(options);
  const name = basename(path);
  if (!/^[A-Za-z0-9][\w.-]*$/.test(name)) {
    throw new SpellError("usage", `"${name}" is no name for a spell`, { fix: "Use letters, digits, dots, _ and -" });
  }
  const byEnding = ENGINES.find(({ extensions }) => extensions.some((extension) => extension.ending === ending));
  const manifest = manifestText(name, byEnding === engine ? undefined : engine.id);
  const files = [
    { file: join(path, "spell.yaml"), text: manifest },
    { file: join(path, "tests", "one-line.yaml"), text: CASE },
    { file: join(path, `main${ending}`), text: engine.template },
  ];
  for (const { file } of files) if (!force && (await Bun.file(file).exists())) throw fileExists(file);
  try {
    await mkdir(join(path, "tests"), { recursive: true });
    for (const { file, text } of files) await writeFile(file, text, { flag: force ? "w" : "wx" });
  } catch (error) {
    const reason = error instanceof Error ? error.message.replace(/^\w+: /, "") : String(error);
    throw new SpellError("usage", `Cannot write "${path}": ${reason}`, { cause: error });
  }
  return files.map(({ file }) => file);
}

function fileExists(file: string): SpellError {
  return new SpellError("file.exists", `"${file}" is there already`, { details: { file } });
}

function chooseEngine({ engine: id, types }: NewSpellOptions): { engine: Engine; ending: string } {
  const engine = id === undefined ? defaultEngine(types) : engineOf(id);
  const extensions = ENGINES.filter(({ language }) => language === engine.language).flatMap((each) => [
    ...each.extensions,
  ]);
  const found = extensions.find((extension) => "types" in extension === types);
  if (found === undefined) {
    throw new SpellError("usage", `The engine ${engine.id} knows no types`, {
      fix: "Leave out --typescript or --engine",
    });
  }
  return { engine, ending: found.ending };
}

function defaultEngine(types: boolean): Engine {
  const found = ENGINES.find(({ extensions }) => extensions.some((extension) => "types" in extension === types));
  if (found === undefined) throw new SpellError("internal", "There is no engine");
  return found;
}

/** See docs/durability.md, "Testing spells". */
const CASE = `# What must be so, whatever the model says: llmspell test runs it without a key.
description: Asks once, with the topic in the question, and prints the answer
parameters: { topic: owls }
mock:
  otherwise: error
  replies:
    - { match: owls, text: Owls hear what you do not say. }
expect:
  output: Owls hear what you do not say.
  calls: [llm.complete]
`;

function manifestText(name: string, engine: string | undefined): string {
  return `# What the spell is, and what it takes: llmspell run ${name} --help shows it.
version: "0.1.0"
description: Asks a model for one line
${engine === undefined ? "" : `engine: ${engine}\n`}needs: [llm]
parameters:
  topic: { type: string, default: birds, description: What the line is about }
`;
}
