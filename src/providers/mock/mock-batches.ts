import { SpellError } from "../../contract/errors.ts";
import type { Batches, BatchResult, BatchState, GenerateRequest, Generation } from "../../contract/provider.ts";

/** Batches that are answered at once, and gone with the process. */
export function mockBatches(generate: (request: GenerateRequest, signal: AbortSignal) => Promise<Generation>): Batches {
  const kept = new Map<string, readonly BatchResult[]>();
  const stateOf = (id: string): BatchState => {
    const results = kept.get(id);
    if (results === undefined) throw new SpellError("provider.batch", `The mock has no batch "${id}"`);
    const succeeded = results.filter((result) => "generation" in result).length;
    return { id, status: "done", total: results.length, succeeded, failed: results.length - succeeded };
  };
  return {
    async submit(requests, signal) {
      const results: BatchResult[] = [];
      for (const request of requests) {
        const answer = generate(request, signal).then((generation): BatchResult => ({ generation }));
        results.push(await answer.catch((error: unknown) => ({ error: String((error as Error).message) })));
      }
      const id = `batch-${kept.size + 1}`;
      kept.set(id, results);
      return stateOf(id);
    },
    state: async (id) => stateOf(id),
    cancel: async (id) => stateOf(id),
    results: async (id) => {
      stateOf(id);
      return kept.get(id) ?? [];
    },
  };
}
