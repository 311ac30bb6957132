/** A regular expression as a tree. What it captures does not matter here: only whether it matches. */
export type PatternNode =
  | { readonly type: "character"; readonly test: CharacterTest }
  | { readonly type: "begin" | "end" | "boundary" | "not-boundary" }
  | { readonly type: "sequence" | "choice"; readonly parts: readonly PatternNode[] }
  | { readonly type: "repeat"; readonly part: PatternNode; readonly least: number; readonly most: number }
  | { readonly type: "look"; readonly part: PatternNode; readonly behind: boolean; readonly negative: boolean };

/** Whether a code point is one of those that are meant. */
export type CharacterTest = (codePoint: number) => boolean;

/** Why a text is no regular expression, or none that is matched here. */
export class PatternFault extends Error {}

/** The test for one code point. */
export function only(expected: number): CharacterTest {
  return (codePoint) => codePoint === expected;
}

const ASCII = 128;

/**
 * The test for a class such as `[a-z]` or `\d`, as JavaScript has it: the engine's own regular expressions look at one
 * character, which cannot take long. Answers for ASCII are kept.
 */
export function classTest(text: string): CharacterTest {
  const expression = compileClass(text);
  const known = new Uint8Array(ASCII);
  return (codePoint) => {
    const seen = codePoint < ASCII ? known[codePoint] : 0;
    if (seen !== 0) return seen === 2;
    const matches = expression.test(String.fromCodePoint(codePoint));
    if (codePoint < ASCII) known[codePoint] = matches ? 2 : 1;
    return matches;
  };
}

function compileClass(text: string): RegExp {
  try {
    return new RegExp(`^${text}$`, "u");
  } catch (error) {
    // Patterns written without the flag u have `\-` and the like, or a class such as [\w-.].
    if (!text.startsWith("[")) throw new PatternFault(`${text} is no class of characters`, { cause: error });
  }
  try {
    return new RegExp(`^${text}$`);
  } catch (error) {
    throw new PatternFault(`${text} is no class of characters`, { cause: error });
  }
}
