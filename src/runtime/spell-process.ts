import { beginEngine } from "../isolation/begin-engine.ts";

/** The other face of the binary: one spell's process. In a file of its own, so that it loads nothing of the broker. */
export async function runSpellProcess(engineId: string): Promise<void> {
  const engine = beginEngine(engineId);
  const child = await import("../isolation/child.ts");
  await child.runSpellProcess(engine);
}
