import type { Value } from "../../contract/value.ts";
import { readJson } from "../../contract/json-text.ts";

/** The JSON in an answer: the whole of it, what stands in a fence, or from the first brace to the last. Undefined where there is none. */
export function readAnswerJson(text: string): Value | undefined {
  const fenced = /```(?:json)?\s*\n([\s\S]*?)\n\s*```/u.exec(text)?.[1];
  const braced = /[{[][\s\S]*[}\]]/u.exec(text)?.[0];
  for (const candidate of [text, fenced, braced]) {
    if (candidate === undefined) continue;
    try {
      return readJson(candidate);
    } catch {
      // The next form may be it.
    }
  }
  return undefined;
}
