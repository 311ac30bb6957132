import { hashOf } from "./hash.ts";
import { summarize } from "./summarize.ts";

/** How much of a prompt the mock quotes, in characters. */
const MAX_QUOTE = 120;

/** The longest list that the mock writes. */
const MAX_ITEMS = 50;

const NUMBERS: Readonly<Record<string, number>> = {
  one: 1,
  two: 2,
  three: 3,
  four: 4,
  five: 5,
  six: 6,
  seven: 7,
  eight: 8,
  nine: 9,
  ten: 10,
  twelve: 12,
  some: 3,
  "a few": 3,
  several: 3,
};

/** A rule: what it looks for, and its answer; undefined passes on to the next rule. */
interface Rule {
  readonly pattern: RegExp;
  readonly answer: (match: RegExpExecArray, prompt: string) => string | undefined;
}

const NUMBER = String.raw`\d{1,3}|a few|two|three|four|five|six|seven|eight|nine|ten|twelve|some|several`;

/** In order; docs/providers.md describes them. */
const RULES: readonly Rule[] = [
  {
    pattern: /^\s*(?:please\s+)?(?:echo|repeat|say)(?:\s+after\s+me)?\s*[:,]?\s+([\s\S]+)$/i,
    answer: ([, text = ""]) => unquoted(text.trim()),
  },
  {
    pattern:
      /(?:^|\n)[^\n:]{0,200}\b(?:summari[sz]e|summary|tl;?dr)\b(?:[^\n:]{0,200}?\bin (\d{1,2}|one|two|three|four|five) sentences?)?[^\n:]{0,200}(?::|\n)\s*([\s\S]+)$/i,
    answer: ([, count, text = ""]) => summarize(text, count === undefined ? undefined : numberOf(count)),
  },
  {
    pattern: /\b(?:one|either) of(?: these| the following)?\s*:\s*([^\n.?!]+)/i,
    answer: ([whole, list = ""], prompt) => chooseFrom(list.split(/,|\bor\b/i), prompt.replace(whole, " ")),
  },
  {
    pattern: /\b(?:yes or no|true or false)\b/i,
    answer: ([choice], prompt) => chooseFrom(choice.split(/ or /i), prompt.replace(choice, " ")),
  },
  {
    pattern: new RegExp(
      String.raw`\b(?:list|name|give me|suggest|write|tell me)\s+(?:me\s+)?(${NUMBER})\s+([\p{L}\p{N} '-]{1,60})`,
      "iu",
    ),
    answer: ([, count = "", thing = ""]) => listOf(numberOf(count), thing.trim()),
  },
];

/** An answer to a prompt that nobody scripted: by the first rule that fits, otherwise a line that quotes the prompt. */
export function answerByRule(prompt: string): string {
  for (const { pattern, answer } of RULES) {
    const match = pattern.exec(prompt);
    const text = match === null ? undefined : answer(match, prompt);
    if (text !== undefined && text !== "") return text;
  }
  const line = prompt.replace(/\s+/g, " ").trim();
  if (line === "") return "Hello from the mock model.";
  return `Hello from the mock model. You asked: ${quote(line)}`;
}

/** A text in quotation marks, cut. */
export function quote(text: string): string {
  return `"${text.length <= MAX_QUOTE ? text : `${text.slice(0, MAX_QUOTE - 1)}…`}"`;
}

function unquoted(text: string): string {
  return /^(["'])[\s\S]*\1$/.test(text) ? text.slice(1, -1) : text;
}

function numberOf(text: string): number {
  return NUMBERS[text.toLowerCase()] ?? (Number.parseInt(text, 10) || 1);
}

/** The option that the prompt mentions, otherwise one that the prompt's hash decides. */
function chooseFrom(list: readonly string[], prompt: string): string | undefined {
  const options = list.map((option) => unquoted(option.trim())).filter((option) => option !== "");
  if (options.length === 0) return undefined;
  const words = ` ${prompt.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, " ")} `;
  const mentioned = (option: string): boolean =>
    words.includes(` ${option.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, " ")} `);
  return options.find(mentioned) ?? options[hashOf(prompt) % options.length];
}

function listOf(count: number, thing: string): string {
  const singular = thing.replace(/(?<=\p{L}{2})s\b/u, "");
  const lines = Array.from(
    { length: Math.min(count, MAX_ITEMS) },
    (_, index) => `${index + 1}. ${capital(singular)} ${index + 1}`,
  );
  return lines.join("\n");
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
