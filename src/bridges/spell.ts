import { bridgeFunction, type Bridge } from "../contract/bridge.ts";
import { binary, shape, record, v, value } from "../contract/schema.ts";
import type { ValueMap } from "../contract/value.ts";
import { grantSchema, refuseSpell } from "./spell/grant.ts";

const output = bridgeFunction({
  doc: "Writes to standard output as it is, without a newline: for answers that arrive in pieces.",
  parameters: () => ({ text: v.pipe(v.string(), v.description("What to write")) }),
  returns: () => v.null(),
  repeat: "safe",
  local: "output",
  run: () => null,
});

const input = bridgeFunction({
  doc: "All of standard input as text; empty where there is none. Bytes where it is not UTF-8.",
  parameters: () => ({}),
  returns: () => v.union([v.string(), binary()]),
  repeat: "safe",
  untimed: true,
  async run(_args, { effects }) {
    const bytes = await effects.readInput();
    try {
      return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
    } catch {
      return bytes;
    }
  },
});

const prompt = bridgeFunction({
  doc: "Asks the person for a line, after showing a text. Null (nil, undefined) at the end of input.",
  parameters: () => ({ text: v.optional(v.pipe(v.string(), v.description("Shown before the answer"))) }),
  returns: () => v.nullable(v.string()),
  repeat: "safe",
  untimed: true,
  run: ({ text }, { effects, signal }) => effects.readLine(text ?? "", signal),
});

const run = bridgeFunction({
  doc: "Runs another spell and waits for its end: with the rights of this one, out of the same budget, in a process of its own. It is given its parameters and no standard input; what it prints is in the answer, which prints as that. An error of it is this call's error.",
  parameters: () => ({
    name: v.pipe(v.string(), v.minLength(1), v.description("A name or a path, as `llmspell run` takes it")),
    parameters: v.optional(v.pipe(record(value()), v.description("Its parameters by name"))),
  }),
  returns: () =>
    shape({
      result: v.pipe(value(), v.description("What it returned")),
      output: v.pipe(v.string(), v.description("What it printed to standard output")),
      run: v.pipe(v.string(), v.description("The id of its run")),
    }),
  text: "output",
  // Its own record says how far it came.
  repeat: "safe",
  untimed: true,
  refuse: ({ name }, call) => refuseSpell(name, call),
  run: ({ name, parameters = {} }, call) => call.cast(name, parameters as ValueMap),
});

/** What a spell knows of itself. */
export const spell = {
  name: "spell",
  doc: "The spell itself: its name, its parameters, its standard input and output, and other spells that it may run.",
  capability: "run",
  grant: grantSchema,
  everything: { run: ["*", "./*", "./*/*"] },
  grantExample: '{ run: ["hello", "./helpers/*"] }',
  values: {
    name: { doc: "The spell's name", read: (run) => run.spell },
    version: { doc: "The version in spell.yaml; empty where it has none", read: (run) => run.version },
    description: { doc: "The description in spell.yaml", read: (run) => run.description },
    parameters: { doc: "The parameters by name, checked against spell.yaml", read: (run) => run.parameters },
  },
  functions: { output, input, prompt, run },
} satisfies Bridge;
