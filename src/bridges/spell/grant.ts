import type { Refusal, RuleContext } from "../../contract/bridge.ts";
import { shape, once, type Parsed, v } from "../../contract/schema.ts";

/** What a profile may say of spells that a spell runs. */
export const grantSchema = once(() =>
  shape({
    run: v.optional(
      v.pipe(
        v.array(v.pipe(v.string(), v.minLength(1))),
        v.description(
          "Other spells that it may run, by name or path as `llmspell run` takes them: `hello`, `./helpers/*`",
        ),
      ),
      [],
    ),
  }),
);

/** A parsed grant. */
type Grant = Parsed<ReturnType<typeof grantSchema>>;

/** Why a spell may not be run, and the line that would allow it. */
export function refuseSpell(name: string, { grant }: RuleContext): Refusal | undefined {
  const { run } = grant as Grant;
  // A way up would lead out of what a pattern means.
  const climbs = name.split("/").includes("..");
  if (run.some((pattern) => pattern === name || (!climbs && matches(pattern, name)))) return undefined;
  const shown = JSON.stringify(name.slice(0, 200));
  return { reason: `it may not run the spell ${shown}`, grantLine: `spell: { run: [${shown}] }` };
}

/** `*` stands for any letters but `/`. */
function matches(pattern: string, name: string): boolean {
  const parts = pattern.split("*").map((part) => RegExp.escape(part));
  return new RegExp(`^${parts.join("[^/]*")}$`).test(name);
}
