import { hashOf } from "./hash.ts";

/** Numbers in a vector. */
export const DIMENSIONS = 64;

/**
 * A unit vector from a text's words: each word adds one to the place, and with the sign, that its hash says.
 * Texts that share words are therefore near to each other, whatever the words mean.
 */
export function embedText(text: string, dimensions = DIMENSIONS): number[] {
  const vector = Array.from({ length: dimensions }, () => 0);
  for (const word of text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []) {
    const hash = hashOf(word);
    const place = hash % dimensions;
    vector[place] = (vector[place] ?? 0) + (hash & 0x10000 ? 1 : -1);
  }
  const length = Math.hypot(...vector);
  // A text without words points somewhere too.
  if (length === 0) return vector.map((_, place) => (place === 0 ? 1 : 0));
  return vector.map((number) => number / length);
}
