import { StandardInput } from "../host/index.ts";

/** Answers of a person are short; more is none. */
const MAX_BYTES = 1024 * 1024;

/** The lines of standard input, for questions of ours before a spell is there to read them. */
export function openLines(prompt: (text: string) => void): {
  readLine(question: string): Promise<string | null>;
  close(): void;
} {
  const input = new StandardInput(MAX_BYTES);
  const { signal } = new AbortController();
  return {
    readLine(question) {
      prompt(question);
      return input.readLine(signal);
    },
    close: () => input.close(),
  };
}
