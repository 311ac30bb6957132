import { bridgeFunction, type Bridge } from "../contract/bridge.ts";
import { z, once } from "../contract/schema.ts";

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

/** What a spell knows of itself. */
export const spell = {
  name: "spell",
  doc: "The spell itself: its name, its parameters, its standard input and output.",
  capability: "run",
  grant: once(() => z.strictObject({})),
  values: {
    name: { doc: "The spell's name", read: (run) => run.spell },
    version: { doc: "The version in spell.yaml; empty where it has none", read: (run) => run.version },
    description: { doc: "The description in spell.yaml", read: (run) => run.description },
    parameters: { doc: "The parameters by name, checked against spell.yaml", read: (run) => run.parameters },
  },
  functions: { output, input, prompt },
} satisfies Bridge;
