import type { Moderations } from "../../contract/provider.ts";

/** Words that the mock takes offence at, by category. */
const WORDS: Readonly<Record<string, RegExp>> = {
  violence: /\b(kill|murder|attack|shoot|stab)\w*/i,
  hate: /\b(hate|despise)\w*/i,
  "self-harm": /\b(suicide|self-harm)\w*/i,
};

/** Judges a text by the words in it. */
export function moderateText(text: string): Moderations["results"][number] {
  const scores = Object.fromEntries(
    Object.entries(WORDS).map(([name, words]) => [name, words.test(text) ? 0.9 : 0.01]),
  );
  const categories = Object.keys(WORDS).filter((name) => (scores[name] ?? 0) > 0.5);
  return { flagged: categories.length > 0, categories, scores };
}
