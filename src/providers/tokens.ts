import { countMockTokens } from "./mock/count-mock-tokens.ts";

/** Longer runs of one kind are counted in slices: the tokenizer takes time squared in the length of a run. */
const MAX_RUN = 256;

const LONG_RUN = new RegExp(
  `[\\p{L}\\p{M}]{${MAX_RUN + 1},}|[^\\s\\p{L}\\p{N}]{${MAX_RUN + 1},}|\\s{${MAX_RUN + 1},}`,
  "gu",
);

/** OpenAI's model families by the encoding that they are known to use; the first that matches holds. */
const FAMILIES: readonly { readonly models: RegExp; readonly encoding: "o200k" | "cl100k" }[] = [
  { models: /^(gpt-4o|gpt-4\.1|gpt-4\.5|gpt-5|chatgpt-4o|codex-mini|o[1-9])/, encoding: "o200k" },
  { models: /^(gpt-4|gpt-3\.5|text-embedding-(3|ada-002))/, encoding: "cl100k" },
];

type Encoding = (typeof FAMILIES)[number]["encoding"];
type Counter = (text: string) => number;

/** Special tokens in a text are text: `<|endoftext|>` written by a user ends nothing. */
const PLAIN = { disallowedSpecial: new Set<string>() };

const loaded = new Map<Encoding, Promise<Counter>>();

/**
 * Tokens of a text. `model` is `provider/model`. Exact for OpenAI's models of a known encoding (but for
 * single words over 256 letters) and for the mock; otherwise by OpenAI's newest encoding, which is within
 * about a fifth for texts in English.
 */
export async function countTokens(
  text: string,
  model: string | undefined,
): Promise<{ readonly tokens: number; readonly exact: boolean }> {
  const [provider, name = ""] = splitName(model ?? "");
  if (provider === "mock") return { tokens: countMockTokens(text), exact: true };
  const family = provider === "openai" ? FAMILIES.find(({ models }) => models.test(name)) : undefined;
  const count = await counter(family?.encoding ?? "o200k");
  const { tokens, cut } = countInSlices(text, count);
  return { tokens, exact: family !== undefined && !cut };
}

function splitName(model: string): [provider: string, name?: string] {
  const slash = model.indexOf("/");
  return slash < 0 ? [model] : [model.slice(0, slash), model.slice(slash + 1)];
}

function counter(encoding: Encoding): Promise<Counter> {
  const known = loaded.get(encoding);
  if (known !== undefined) return known;
  const made = load(encoding);
  loaded.set(encoding, made);
  return made;
}

async function load(encoding: Encoding): Promise<Counter> {
  const { countTokens: count } =
    encoding === "o200k"
      ? await import("gpt-tokenizer/encoding/o200k_base")
      : await import("gpt-tokenizer/encoding/cl100k_base");
  return (text) => count(text, PLAIN);
}

function countInSlices(text: string, count: Counter): { tokens: number; cut: boolean } {
  let tokens = 0;
  let from = 0;
  let cut = false;
  for (const run of text.matchAll(LONG_RUN)) {
    cut = true;
    if (run.index > from) tokens += count(text.slice(from, run.index));
    tokens += countRun(run[0], count);
    from = run.index + run[0].length;
  }
  if (from < text.length) tokens += count(text.slice(from));
  return { tokens, cut };
}

function countRun(run: string, count: Counter): number {
  // Equal slices (a repeated letter) are counted once.
  const known = new Map<string, number>();
  let tokens = 0;
  for (let at = 0; at < run.length; at += MAX_RUN) {
    const slice = run.slice(at, at + MAX_RUN);
    const counted = known.get(slice) ?? count(slice);
    known.set(slice, counted);
    tokens += counted;
  }
  return tokens;
}
