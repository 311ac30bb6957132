import type { ModelFacts } from "../contract/catalogue.ts";
import { once } from "../contract/schema.ts";
import { factsOf, makeCatalogue, PROVIDERS } from "../providers/index.ts";

/** What is embedded, made when it is first asked for. */
const catalogue = once(() => makeCatalogue(PROVIDERS));

/** What can be known of models without asking them; without a journal no run was seen. */
export function modelFacts(journal: string | undefined): ModelFacts {
  return {
    catalogue,
    providers: () => Promise.resolve(PROVIDERS.map(factsOf)),
    async observed(since) {
      if (journal === undefined) return [];
      const { observedCalls } = await import("./observed-calls.ts");
      return observedCalls(journal, since);
    },
  };
}
