import { bridgeFunction, type Bridge, type LearnedGrant } from "../contract/bridge.ts";
import { SpellError } from "../contract/errors.ts";
import { bytes, integer, z } from "../contract/schema.ts";
import type { Variables } from "../contract/variables.ts";
import { type Grant, grantedProgram, grantSchema, isPassed, prepareGrant, refuseProgram } from "./shell/grant.ts";

const run = bridgeFunction({
  doc: "Runs a program to its end. Its arguments are a list, and no shell reads them. What it leaves running is ended with it. A status other than 0 is no error.",
  parameters: () => ({
    program: z.string().min(1).describe("As the profile names it"),
    args: z.array(z.string()).describe("Its arguments").optional(),
    options: z
      .strictObject({
        input: bytes().describe("Its standard input; empty unless told").optional(),
        cwd: z.string().min(1).describe("The folder that it runs in; the current one unless told").optional(),
        env: z.record(z.string(), z.string()).describe("Variables, where the profile lets it have them").optional(),
        timeout: integer(1).describe("Milliseconds; at most, and unless told, what the profile says").optional(),
      })
      .optional(),
  }),
  returns: () => {
    const text = () => z.union([z.string(), z.instanceof(Uint8Array)]);
    return z.strictObject({
      status: integer().nullable().describe("0 where all is well; null where a signal ended it"),
      signal: z.string().nullable().describe("Such as SIGSEGV"),
      stdout: text().describe("Text; bytes where it is not UTF-8"),
      stderr: text().describe("As stdout"),
    });
  },
  text: "stdout",
  repeat: "unsafe",
  untimed: true,
  refuse: refuseProgram,
  async run({ program, args = [], options = {} }, { grant: given, effects, signal }) {
    const grant = given as Grant;
    const name = grantedProgram(grant, program) ?? program;
    const found = await effects.programs.find(name);
    if (found === undefined)
      throw new SpellError("shell.not-started", `There is no program ${JSON.stringify(program)}`);
    if ([...args, options.cwd ?? ""].some((text) => text.includes("\0"))) {
      throw new SpellError("call.arguments", `shell.run: an argument of ${JSON.stringify(program)} holds NUL`);
    }
    const { input, cwd, timeout = grant.timeout } = options;
    const request = {
      program: found,
      args,
      input: typeof input === "string" ? new TextEncoder().encode(input) : input,
      folder: cwd,
      environment: { ...passedVariables(grant, effects.variables), ...options.env },
      timeoutMs: Math.min(timeout, grant.timeout),
      maxOutputBytes: grant.maxOutputBytes,
    };
    const { stdout, stderr, ...ending } = await effects.programs.run(request, signal);
    return { ...ending, stdout: toText(stdout), stderr: toText(stderr) };
  },
});

function passedVariables(grant: Grant, variables: Variables): Record<string, string> {
  if (grant.env.length === 0) return {};
  const names = variables.names().filter((name) => isPassed(grant, name, variables));
  return Object.fromEntries(names.map((name) => [name, variables.get(name) ?? ""]));
}

function toText(content: Uint8Array): string | Uint8Array {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(content);
  } catch {
    return content;
  }
}

/** Programs of this machine. */
export const shell = {
  name: "shell",
  doc: "Runs granted programs. A program has all the rights of the person who runs the spell: no root of `files` and no rule of `http` holds it, and many programs can be told to run others. Grant none to a spell that you would not run without a sandbox.",
  capability: "outside",
  flow: { reads: ["private", "untrusted"], sends: true },
  grant: grantSchema,
  everything: { programs: ["*"], env: ["*"] },
  learn: (_name, args): LearnedGrant => (typeof args["program"] === "string" ? { programs: [args["program"]] } : {}),
  grantExample: "{ programs: [git] }",
  prepare: prepareGrant,
  functions: { run },
} satisfies Bridge;
