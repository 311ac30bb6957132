import { bridgeFunction, type Bridge } from "../contract/bridge.ts";
import { value, z } from "../contract/schema.ts";
import type { ValueMap } from "../contract/value.ts";
import { grantSchema, refuseSpell } from "./spell/grant.ts";

const output = bridgeFunction({
  doc: "Writes to standard output as it is, without a newline: for answers that arrive in pieces.",
  parameters: () => ({ text: z.string().describe("What to write") }),
  returns: () => z.null(),
  repeat: "safe",
  local: "output",
  run: () => null,
});

const input = bridgeFunction({
  doc: "All of standard input as text; empty where there is none. Bytes where it is not UTF-8.",
  parameters: () => ({}),
  returns: () => z.union([z.string(), z.instanceof(Uint8Array)]),
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
  parameters: () => ({ text: z.string().describe("Shown before the answer").optional() }),
  returns: () => z.string().nullable(),
  repeat: "safe",
  untimed: true,
  run: ({ text }, { effects, signal }) => effects.readLine(text ?? "", signal),
});

const run = bridgeFunction({
  doc: "Runs another spell and waits for its end: with the rights of this one, out of the same budget, in a process of its own. It is given its parameters and no standard input; what it prints is in the answer, which prints as that. An error of it is this call's error.",
  parameters: () => ({
    name: z.string().min(1).describe("A name or a path, as `llmspell run` takes it"),
    parameters: z.record(z.string(), value()).describe("Its parameters by name").optional(),
  }),
  returns: () =>
    z.strictObject({
      result: value().describe("What it returned"),
      output: z.string().describe("What it printed to standard output"),
      run: z.string().describe("The id of its run"),
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
