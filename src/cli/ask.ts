import { dirname } from "node:path";
import { isTerminal } from "../runtime/is-terminal.ts";
import { SpellError } from "../contract/errors.ts";
import { castPlan } from "./cast.ts";
import { CAST_OPTIONS } from "./cast-options.ts";
import { flagOption, listOption, textOption, type Command, type CommandInput } from "./command.ts";
import { planRun } from "./plan-run.ts";

/** Options of other commands that a question has no use for. */
const NOT_FOR_QUESTIONS = /^(-p,|--engine|--learn|--lock)/;

/** `llmspell ask PROMPT` */
export const ask: Command = {
  name: "ask",
  summary: "Ask a model a quick question",
  group: "Run spells:",
  arguments: [{ form: "[prompt...]", doc: "The question; what comes on standard input is added to it" }],
  options: [
    { flags: "-f, --file <path>", doc: "An image, PDF, sound or text to send along; may be repeated", repeat: true },
    { flags: "--system <text>", doc: "What the model is told before the question" },
    { flags: "--schema <file>", doc: "JSON Schema (JSON or YAML): the answer is JSON of this form" },
    { flags: "--max-tokens <number>", doc: "The longest answer, in tokens" },
    { flags: "--temperature <number>", doc: "0 for the likeliest words, up to 2" },
    ...CAST_OPTIONS.filter(({ flags }) => !NOT_FOR_QUESTIONS.test(flags)),
  ],
  examples: [
    'llmspell ask "Name a bird" --model anthropic',
    'llmspell ask "What is in this picture?" --file wren.png',
    'git diff | llmspell ask "Write a commit message"',
  ],
  async run(input) {
    const runtime = await import("../runtime/index.ts");
    return castPlan(input, async () => {
      const files = listOption(input, "file");
      const wishes = await readWishes(input, files);
      return planRun(input, runtime.askSpell(), {
        profile: (profile) => runtime.askProfile(profile, files.map(dirname)),
        parameters: wishes,
      });
    });
  },
};

async function readWishes(input: CommandInput, files: readonly string[]) {
  const [words] = input.arguments;
  const prompt = typeof words === "string" ? words : (words ?? []).join(" ");
  const hasInput = !isTerminal(0);
  if (prompt === "" && files.length === 0 && !hasInput) {
    throw new SpellError("usage", "ask needs a question", { fix: 'llmspell ask "Name a bird"' });
  }
  const schema = await readSchema(textOption(input, "schema"));
  const [maxTokens, temperature] = [numberOption(input, "maxTokens"), numberOption(input, "temperature")];
  const system = textOption(input, "system");
  return {
    ...{ prompt, files: [...files], input: hasInput, stream: !flagOption(input, "json") },
    ...(schema !== undefined && { schema }),
    options: {
      ...(system !== undefined && { system }),
      ...(maxTokens !== undefined && { max_tokens: maxTokens }),
      ...(temperature !== undefined && { temperature }),
    },
  };
}

async function readSchema(file: string | undefined) {
  if (file === undefined) return undefined;
  const { readSchemaFile } = await import("../runtime/read-schema-file.ts");
  return readSchemaFile(file);
}

function numberOption(input: CommandInput, name: string): number | undefined {
  const text = textOption(input, name);
  if (text === undefined) return undefined;
  const number = Number(text);
  if (text.trim() !== "" && Number.isFinite(number)) return number;
  const flag = name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  throw new SpellError("usage", `--${flag} takes a number, not "${text}"`);
}
