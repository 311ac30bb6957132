import { type CallSubject, wrongAnswer } from "../transport/provider-error.ts";

/** The vectors of an answer in the order of the texts: one a text, of numbers. `data` is what the server gave. */
export function vectorsOf(data: unknown, texts: number, subject: CallSubject): (readonly number[])[] {
  if (!Array.isArray(data)) throw wrongAnswer(subject, "no vectors");
  const items = data as readonly ({ readonly index?: unknown; readonly embedding?: unknown } | null)[];
  if (items.length !== texts) throw wrongAnswer(subject, `${items.length} vectors for ${texts} texts`);
  const vectors: (readonly number[])[] = [];
  for (const [place, item] of items.entries()) {
    // Some servers leave it out.
    const index = item?.index ?? place;
    if (typeof index !== "number" || !(Number.isInteger(index) && index >= 0 && index < texts)) {
      throw wrongAnswer(subject, `a vector for the text ${JSON.stringify(index)} of ${texts}, counted from 0`);
    }
    if (vectors[index] !== undefined) throw wrongAnswer(subject, `two vectors for the text ${index}, counted from 0`);
    vectors[index] = vectorOf(item?.embedding, subject);
  }
  return vectors;
}

function vectorOf(given: unknown, subject: CallSubject): readonly number[] {
  if (typeof given === "string") throw wrongAnswer(subject, "a vector as a text (base64) instead of a list of numbers");
  if (!Array.isArray(given) || given.length === 0) throw wrongAnswer(subject, "a vector that is no list of numbers");
  const numbers = given as readonly unknown[];
  const wrong = numbers.findIndex((item) => typeof item !== "number");
  if (wrong < 0) return numbers as readonly number[];
  throw wrongAnswer(subject, `a vector that has ${kindOf(numbers[wrong])} among its numbers`);
}

function kindOf(value: unknown): string {
  if (value === null) return "null";
  return typeof value === "string" ? "a text" : `a value of the type ${typeof value}`;
}
