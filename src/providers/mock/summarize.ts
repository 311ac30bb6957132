/** Sentences in a summary unless the request names a number. */
const DEFAULT_SENTENCES = 2;

/** Words that say nothing about what a text is about. */
const COMMON_WORDS = new Set(
  "a about after all also an and any are as at be because been but by can could did do does for from had has have he her his how i if in into is it its just like may more most no not of on one only or other our out over she so some such than that the their them then there these they this to up was we were what when which who will with would you your".split(
    " ",
  ),
);

/**
 * A summary by rule: the sentences whose words are most frequent in the whole text, in their own order, and
 * then its keywords. The score of a sentence is the mean frequency of its words that are not common ones;
 * of two equal ones the earlier wins.
 */
export function summarize(text: string, sentences: number = DEFAULT_SENTENCES): string {
  const all = sentencesOf(text);
  if (all.length <= sentences) return all.join(" ");
  const frequency = wordFrequency(text);
  const best = all
    .map((sentence, index) => ({ sentence, index, score: scoreOf(sentence, frequency) }))
    .sort((a, b) => b.score - a.score || a.index - b.index)
    .slice(0, sentences)
    .sort((a, b) => a.index - b.index)
    .map(({ sentence }) => sentence);
  const keywords = keywordsOf(text, 3);
  return `${best.join(" ")}${keywords.length === 0 ? "" : ` (About: ${keywords.join(", ")}.)`}`;
}

/** The most frequent words that are not common ones; of two equal ones the earlier comes first. */
export function keywordsOf(text: string, count: number): string[] {
  // Sorting keeps the order of first appearance among equals.
  return [...wordFrequency(text)]
    .sort((a, b) => b[1] - a[1])
    .slice(0, count)
    .map(([word]) => word);
}

function sentencesOf(text: string): string[] {
  const segments = new Intl.Segmenter("en", { granularity: "sentence" }).segment(text);
  return Array.from(segments, ({ segment }) => segment.replace(/\s+/g, " ").trim()).filter((line) => line !== "");
}

function wordsOf(text: string): string[] {
  const words = text.toLowerCase().match(/[\p{L}\p{N}][\p{L}\p{N}'’-]*/gu) ?? [];
  return words.filter((word) => word.length > 2 && !COMMON_WORDS.has(word));
}

function wordFrequency(text: string): Map<string, number> {
  const frequency = new Map<string, number>();
  for (const word of wordsOf(text)) frequency.set(word, (frequency.get(word) ?? 0) + 1);
  return frequency;
}

function scoreOf(sentence: string, frequency: ReadonlyMap<string, number>): number {
  const words = wordsOf(sentence);
  if (words.length === 0) return 0;
  return words.reduce((sum, word) => sum + (frequency.get(word) ?? 0), 0) / words.length;
}
