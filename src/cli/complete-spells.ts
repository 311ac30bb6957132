/** What completion offers for a spell: those of the project and those in the binary. Paths are the shell's own business. */
export async function completeSpells(): Promise<readonly string[]> {
  const { listSpells } = await import("../runtime/index.ts");
  return (await listSpells()).map(({ name }) => name);
}
