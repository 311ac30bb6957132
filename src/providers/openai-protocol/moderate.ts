import type OpenAI from "openai";
import type { Moderations } from "../../contract/provider.ts";

/** What a server thinks of texts. Mistral gives no verdict of its own: there any category makes it one. */
export function moderationsOf(answer: OpenAI.ModerationCreateResponse): Moderations {
  return {
    model: answer.model,
    results: answer.results.map((result) => {
      const given = Object.entries(result.categories) as [string, boolean | null][];
      const categories = given.filter(([, holds]) => holds === true).map(([name]) => name);
      const scores = Object.fromEntries(Object.entries(result.category_scores) as [string, number][]);
      return { flagged: result.flagged ?? categories.length > 0, categories, scores };
    }),
  };
}
