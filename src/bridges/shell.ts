import { bridgeFunction, type Bridge, type LearnedGrant } from "../contract/bridge.ts";
import { SpellError } from "../contract/errors.ts";
import { binary, bytes, integer, shape, record, v } from "../contract/schema.ts";
import type { Variables } from "../contract/variables.ts";
import { type Grant, grantedProgram, grantSchema, isPassed, prepareGrant, refuseProgram } from "./shell/grant.ts";

const run = bridgeFunction({
  doc: "Runs a program to its end. Its arguments are a list, and no shell reads them. What it leaves running is ended with it. A status other than 0 is no error.",
  parameters: () => ({
    program: v.pipe(v.string(), v.minLength(1), v.description("As the profile names it")),
    args: v.optional(v.pipe(v.array(v.string()), v.description("Its arguments"))),
    options: v.optional(
      shape({
        input: v.optional(v.pipe(bytes(), v.description("Its standard input; empty unless told"))),
        cwd: v.optional(
          v.pipe(v.string(), v.minLength(1), v.description("The folder that it runs in; the current one unless told")),
        ),
        env: v.optional(v.pipe(record(v.string()), v.description("Variables, where the profile lets it have them"))),
        timeout: v.optional(
          v.pipe(integer(1), v.description("Milliseconds; at most, and unless told, what the profile says")),
        ),
      }),
    ),
  }),
  returns: () => {
    const text = () => v.union([v.string(), binary()]);
    return shape({
      status: v.nullable(v.pipe(integer(), v.description("0 where all is well; null where a signal ended it"))),
      signal: v.nullable(v.pipe(v.string(), v.description("Such as SIGSEGV"))),
      stdout: v.pipe(text(), v.description("Text; bytes where it is not UTF-8")),
      stderr: v.pipe(text(), v.description("As stdout")),
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
