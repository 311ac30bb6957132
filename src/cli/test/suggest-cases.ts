import type { Suggestion } from "../command.ts";

/** The cases of the spells that were named before, or of the project, by their names. */
export async function suggestCases(before: readonly string[]): Promise<readonly Suggestion[]> {
  const { findCases } = await import("../../runtime/cases/index.ts");
  const spells = await findCases({ references: before, engine: undefined });
  const all = spells.flatMap(({ cases }) => cases.map(({ spellCase }) => spellCase));
  const abouts = new Map(all.map(({ name, description }) => [name, description]));
  return [...abouts].map(([name, about]) => [name, about] as const);
}
