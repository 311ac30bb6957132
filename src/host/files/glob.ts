import { SpellError } from "../../contract/errors.ts";

/** A pattern's part between two slashes: `**`, or what one name is compared with. */
type Part = "**" | NamePattern;

/** A star, or a test of one letter. */
type Token = "*" | ((letter: string) => boolean);

interface NamePattern {
  readonly tokens: readonly Token[];
  /** Whether it is for names with a dot in front. */
  readonly takesDot: boolean;
}

/** A pattern without its braces, ready to be compared name by name. */
export interface GlobPattern {
  /** The names in front that stand for themselves: where the search begins. */
  readonly base: string;
  readonly parts: readonly Part[];
}

/** Where in its patterns a search is: which parts may come next. Empty: nothing below can match. */
export type GlobState = ReadonlySet<number>;

/** The most patterns that the braces of one may stand for. */
const MAX_ALTERNATIVES = 64;

/**
 * Reads a pattern: `*` any letters of a name, `?` one, `[a-z]` one of these, `[!a-z]` one of no such, `{a,b}` either,
 * `**` any folders. A backslash has no meaning of its own.
 */
export function parseGlob(pattern: string, hidden: boolean): readonly GlobPattern[] {
  return expandBraces(pattern).map((each) => {
    const names = each.split("/");
    const first = names.findIndex((name) => /[*?[]/.test(name));
    const fixed = first < 0 ? names.length - 1 : first;
    const base = names.slice(0, fixed).join("/");
    const parts = names.slice(fixed).map((name): Part => (name === "**" ? name : namePattern(name, hidden)));
    return { base: each.startsWith("/") && base === "" ? "/" : base, parts };
  });
}

/** Where every search begins. */
export const START: GlobState = new Set([0]);

/** What a name leads to: whether it matches to the end, and how far one is within it. */
export function advance(
  parts: readonly Part[],
  state: GlobState,
  name: string,
  hidden: boolean,
): { readonly matches: boolean; readonly inside: GlobState } {
  const inside = new Set<number>();
  let matches = false;
  for (const index of closure(parts, state)) {
    const part = parts[index];
    if (part === undefined) continue;
    if (part === "**") {
      if (name.startsWith(".") && !hidden) continue;
      inside.add(index);
      matches ||= index === parts.length - 1;
    } else if (matchesName(part, name)) {
      if (index === parts.length - 1) matches = true;
      else inside.add(index + 1);
    }
  }
  return { matches, inside };
}

/** `**` may stand for no folder at all. */
function closure(parts: readonly Part[], state: GlobState): Set<number> {
  const all = new Set<number>();
  for (const start of state) {
    for (let index = start; index < parts.length; index++) {
      all.add(index);
      if (parts[index] !== "**") break;
    }
  }
  return all;
}

function namePattern(pattern: string, hidden: boolean): NamePattern {
  const texts = pattern.replace(/\*+/g, "*").match(/\[!?\]?[^\]]*\]|[^]/gu) ?? [];
  const tokens = texts.map((text): Token => {
    if (text === "*") return "*";
    if (text === "?") return () => true;
    return text.length > 2 && text.startsWith("[") ? letterClass(text) : (letter) => letter === text;
  });
  return { tokens, takesDot: hidden || pattern.startsWith(".") };
}

/** Goes back to the last star only, as an earlier one could take no more: the time is at most tokens times letters. */
function matchesName({ tokens, takesDot }: NamePattern, name: string): boolean {
  if (name.startsWith(".") && !takesDot) return false;
  const letters = [...name];
  let [at, token, star, resume] = [0, 0, -1, 0];
  while (at < letters.length) {
    const wanted = tokens[token];
    if (wanted === "*") {
      [star, resume] = [token++, at];
    } else if (wanted?.(letters[at] ?? "")) {
      at++;
      token++;
    } else if (star >= 0) {
      at = ++resume;
      token = star + 1;
    } else return false;
  }
  return tokens.slice(token).every((rest) => rest === "*");
}

function letterClass(text: string): (letter: string) => boolean {
  const isNot = text.startsWith("[!");
  const inner = text.slice(isNot ? 2 : 1, -1);
  const ranges = [...inner.matchAll(/([^])-([^])|([^])/gu)].map(([, from = "", to = "", single]) => {
    return [single ?? from, single ?? to] as const;
  });
  return (letter) => ranges.some(([from, to]) => order(from) <= order(letter) && order(letter) <= order(to)) !== isNot;
}

function order(letter: string): number {
  return letter.codePointAt(0) ?? 0;
}

/** `a{b,c}` → `ab`, `ac`. A brace without its other half stands for itself. */
function expandBraces(pattern: string): string[] {
  let open = [pattern];
  const done: string[] = [];
  while (open.length > 0) {
    const next: string[] = [];
    for (const each of open) {
      const found = /\{([^{}]*,[^{}]*)\}/.exec(each);
      if (found === null) done.push(each);
      else {
        const [whole, inner = ""] = found;
        const after = each.slice(found.index + whole.length);
        next.push(...inner.split(",").map((choice) => each.slice(0, found.index) + choice + after));
      }
    }
    if (done.length + next.length > MAX_ALTERNATIVES) {
      throw new SpellError("call.arguments", `The pattern stands for more than ${MAX_ALTERNATIVES} others`);
    }
    open = next;
  }
  return done;
}
