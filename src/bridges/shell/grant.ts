import type { GrantFinding, PrepareContext, Refusal, RuleContext } from "../../contract/bridge.ts";
import { duration, shape, once, type Parsed, program, size, v } from "../../contract/schema.ts";
import { coversVariable, type Variables } from "../../contract/variables.ts";

/** Stands for any program. */
const ANY = "*";

/** What a profile may say of programs. */
export const grantSchema = once(() =>
  shape({
    programs: v.optional(
      v.pipe(
        v.array(program()),
        v.description("Programs by name, looked for in the system's folders, or by path; `*` is any"),
      ),
      [],
    ),
    env: v.optional(
      v.pipe(
        v.array(v.pipe(v.string(), v.minLength(1))),
        v.description("Variables that programs get beside PATH, HOME and the language; `*` stands for any letters"),
      ),
      [],
    ),
    timeout: v.optional(v.pipe(duration(), v.description("The longest that a program may run")), "1m"),
    maxOutputBytes: v.optional(
      v.pipe(size(), v.description("The most bytes of a program's output, and of its errors")),
      1024 * 1024,
    ),
  }),
);

/** A parsed grant. */
export type Grant = Parsed<ReturnType<typeof grantSchema>>;

/** The granted entry that a script's name for a program means: itself, or the path that ends in it. */
export function grantedProgram({ programs }: Grant, wanted: string): string | undefined {
  const name = wanted.replace(/^\.\//, "");
  const isMeant = (each: string) => each === wanted || (each.includes("/") && [each, fileName(each)].includes(name));
  return (
    programs.find((each) => each === wanted) ?? programs.find(isMeant) ?? (programs.includes(ANY) ? wanted : undefined)
  );
}

function fileName(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

/** Variables by which a program's own code could be exchanged: no pattern gives them. */
const STEERING = /^(?:PATH$|LD_|DYLD_|BUN_|NODE_OPTIONS$|LLMSPELL_)/i;

/** Whether programs may get a variable. */
export function isPassed({ env }: Grant, name: string, variables: Variables): boolean {
  return coversVariable(env, name, (each) => variables.isKey(each) || STEERING.test(each));
}

/** The rule of `run`. */
export function refuseProgram(
  args: {
    readonly program: string;
    readonly options?: { readonly env?: Readonly<Record<string, string>> | undefined } | undefined;
  },
  { grant: given, effects }: RuleContext,
): Refusal | undefined {
  const grant = given as Grant;
  if (grantedProgram(grant, args.program) === undefined) {
    return {
      reason: `The program ${JSON.stringify(args.program)} is not granted`,
      grantLine: grantLine({ ...grant, programs: [...grant.programs, args.program] }),
    };
  }
  const name = Object.keys(args.options?.env ?? {}).find((each) => !isPassed(grant, each, effects.variables));
  if (name === undefined) return undefined;
  return {
    reason: `The variable ${JSON.stringify(name)} may not be given to programs`,
    grantLine: grantLine({ ...grant, env: [...grant.env, name] }),
  };
}

function grantLine({ programs, env }: Grant): string {
  const entries = Object.entries({ programs, env }).filter(([, list]) => list.length > 0);
  return `shell: { ${entries.map(([key, list]) => `${key}: [${list.map((each) => JSON.stringify(each)).join(", ")}]`).join(", ")} }`;
}

/** Programs that run whatever they are told, so that naming them names all. */
const INTERPRETERS =
  /^(?:sh|bash|dash|zsh|fish|ksh|env|sudo|doas|xargs|find|awk|gawk|perl|python[\d.]*|ruby|node|bun|deno|php|lua|tclsh|ssh|busybox|make|nohup|timeout|nice|cmd|powershell|pwsh)(?:\.exe)?$/i;

/** Every program must be there; what lets a spell run anything is warned of. */
export async function prepareGrant({ grant: given, effects, isOwn }: PrepareContext): Promise<readonly GrantFinding[]> {
  const { programs, env } = given as Grant;
  const found = await Promise.all(
    programs.map(async (name, index): Promise<GrantFinding[]> => {
      const path = `programs.${index}`;
      if (name !== ANY && (await effects.programs.find(name)) === undefined) {
        const where = name.includes("/") ? "there" : "in the system's folders";
        const fix = "Name it by its path, or install it";
        return [{ severity: "error", path, message: `there is no program ${JSON.stringify(name)} ${where}`, fix }];
      }
      if (!isOwn(path) || !(name === ANY || INTERPRETERS.test(fileName(name)))) return [];
      return [{ severity: "warning", path, message: `"${name}" lets a spell run any program, with all your rights` }];
    }),
  );
  const wide = env.flatMap((name, index): GrantFinding[] => {
    if (!/^\*+$/.test(name) || !isOwn(`env.${index}`)) return [];
    return [{ severity: "warning", path: `env.${index}`, message: `"${name}" gives programs every variable but keys` }];
  });
  return [...found.flat(), ...wide];
}
