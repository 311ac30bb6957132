import type { Bridge } from "../contract/bridge.ts";
import { check } from "../contract/check-schema.ts";
import type { Surface } from "../contract/message.ts";

/**
 * Makes the schemas of the functions that a source names, one at each step, while its process is still on its way:
 * making them at the first call would have the script wait. A name in a comment costs a moment and does no harm.
 */
export function* warmSchemas(
  source: string,
  surface: Surface,
  bridges: ReadonlyMap<string, Bridge>,
): Generator<void, void, undefined> {
  for (const [module, { functions }] of Object.entries(surface)) {
    for (const [guest, { name }] of Object.entries(functions)) {
      const definition = bridges.get(module)?.functions[name];
      if (definition === undefined || !source.includes(`${module}.${guest}`)) continue;
      for (const schema of [...Object.values(definition.parameters), definition.returns]) {
        check(schema, undefined);
        yield;
      }
    }
  }
}
