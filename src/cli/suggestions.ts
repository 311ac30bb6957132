import type { Suggestion } from "./command.ts";

/** Spells by name: those of the project and those in the binary. Paths are the shell's own business. */
export async function suggestSpells(): Promise<readonly Suggestion[]> {
  const { listSpells } = await import("../runtime/list-spells.ts");
  return (await listSpells()).map(({ name, description }) => [name, description] as const);
}

/** Profiles by name: those of the project's llmspell.yaml and the built-in ones. */
export async function suggestProfiles(): Promise<readonly Suggestion[]> {
  const [{ BUILT_IN_PROFILES }, { findProject }] = await Promise.all([
    import("../profile/built-in-texts.ts"),
    import("../runtime/project.ts"),
  ]);
  const project = await findProject().catch(() => undefined);
  return [...(project?.profiles.keys() ?? []), ...BUILT_IN_PROFILES];
}

/** Providers, each standing for its default model. */
export async function suggestProviders(): Promise<readonly Suggestion[]> {
  const { PROVIDER_NAMES } = await import("../runtime/list-models.ts");
  return PROVIDER_NAMES;
}

/** Engines by id. */
export async function suggestEngines(): Promise<readonly Suggestion[]> {
  const { ENGINES } = await import("../runtime/catalog.ts");
  return ENGINES.map(({ id, title }) => [id, title] as const);
}

/** Limits, as `name=`. */
export async function suggestLimits(): Promise<readonly Suggestion[]> {
  const { LIMITS } = await import("../contract/limits.ts");
  return Object.entries(LIMITS).map(([name, { doc }]) => [`${name}=`, doc] as const);
}

/** Budgets, as `name=`. */
export function suggestBudgets(): readonly Suggestion[] {
  return [
    ["usd=", "US dollars"],
    ["tokens=", "Tokens sent to and received from models"],
    ["llmCalls=", "Calls to models"],
    ["toolCalls=", "Calls to tools"],
  ];
}

/** The languages that spells are written in. */
export async function suggestLanguages(): Promise<readonly Suggestion[]> {
  const { ENGINES } = await import("../runtime/catalog.ts");
  return [...new Set(ENGINES.map(({ language }) => language))];
}

/** Bridges by name. */
export async function suggestBridges(): Promise<readonly Suggestion[]> {
  const [{ BRIDGES }, { firstSentence }] = await Promise.all([
    import("../runtime/catalog.ts"),
    import("../runtime/describe-bridge.ts"),
  ]);
  return [...BRIDGES.values()].map(({ name, doc }) => [name, firstSentence(doc)] as const);
}

/** The parameters of the spell that was named before, as `name=`. */
export async function suggestParameters(before: readonly string[]): Promise<readonly Suggestion[]> {
  const [spell] = before;
  if (spell === undefined) return [];
  const { findSpell } = await import("../runtime/find-spell.ts");
  const found = await findSpell(spell, { maxBytes: MAX_SOURCE }).catch(() => undefined);
  return Object.entries(found?.manifest.parameters ?? {}).flatMap(([name, { description, enum: values }]) => {
    if (values === undefined) return [[`${name}=`, description] as const];
    return values.map((value) => [`${name}=${String(value)}`, description] as const);
  });
}

const MAX_SOURCE = 1024 * 1024;
