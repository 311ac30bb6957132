import type { CallContext } from "../../../contract/bridge.ts";
import { MemoryStore, type Migration } from "./store.ts";

/** Keeps a step that is a function of the script: as long as the run, beside the store that has the versions. */
export async function keepFunction(call: CallContext, store: string, name: string, step: Migration): Promise<void> {
  const own = MemoryStore.of(call.run);
  const key = `${store}/${name}`;
  if ((await own.read(key)) === undefined) await own.add(key, {}, undefined);
  await own.addMigration(key, step);
}

/** The functions that this run registered for a name of a store. */
export async function keptFunctions(call: CallContext, store: string, name: string): Promise<readonly Migration[]> {
  return (await MemoryStore.of(call.run).read(`${store}/${name}`))?.migrations ?? [];
}
