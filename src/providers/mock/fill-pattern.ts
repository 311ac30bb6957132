/** Characters of the escapes, as one that matches each. */
const ESCAPES: Readonly<Record<string, string>> = {
  d: "1",
  D: "a",
  w: "a",
  W: "-",
  s: " ",
  S: "a",
  n: "\n",
  r: "\r",
  t: "\t",
  b: "",
  B: "",
};

/** No repetition is written out further. */
const MAX_REPEAT = 1000;

/**
 * A text that a regular expression matches, best effort: literals, classes, groups, the first alternative, and
 * `more` repetitions over the least where there may be more. Undefined for what it does not know (look-around,
 * back-references); the caller tests the text anyway.
 */
export function fillPattern(pattern: string, more: number): string | undefined {
  const reader: Reader = { pattern, at: 0, more };
  const text = readAlternatives(reader);
  return reader.at < pattern.length ? undefined : text;
}

interface Reader {
  readonly pattern: string;
  at: number;
  readonly more: number;
}

function readAlternatives(reader: Reader): string | undefined {
  const options: (string | undefined)[] = [readSequence(reader)];
  while (reader.pattern[reader.at] === "|") {
    reader.at++;
    options.push(readSequence(reader));
  }
  return options.find((option) => option !== undefined);
}

function readSequence(reader: Reader): string | undefined {
  let text: string | undefined = "";
  while (reader.at < reader.pattern.length && !"|)".includes(reader.pattern.charAt(reader.at))) {
    const atom = readAtom(reader);
    const count = readCount(reader);
    text = text === undefined || atom === undefined ? undefined : text + atom.repeat(count);
  }
  return text;
}

function readAtom(reader: Reader): string | undefined {
  const character = reader.pattern.charAt(reader.at++);
  switch (character) {
    case "^":
    case "$":
      return "";
    case ".":
      return "a";
    case "\\":
      return readEscape(reader);
    case "[":
      return readClass(reader);
    case "(":
      return readGroup(reader);
    default:
      return character;
  }
}

function readGroup(reader: Reader): string | undefined {
  const kind = /^\?(?::|<[^=!>]*>|[=!]|<[=!])/.exec(reader.pattern.slice(reader.at, reader.at + 80))?.[0];
  if (kind !== undefined) reader.at += kind.length;
  const text = readAlternatives(reader);
  reader.at++;
  return kind !== undefined && /[=!]$/.test(kind) ? undefined : text;
}

function readEscape(reader: Reader): string | undefined {
  const character = reader.pattern.charAt(reader.at++);
  const hex = /^(?:u\{([0-9a-f]+)\}|u([0-9a-f]{4})|x([0-9a-f]{2}))/i.exec(
    reader.pattern.slice(reader.at - 1, reader.at + 9),
  );
  if (hex !== null) {
    reader.at += hex[0].length - 1;
    return String.fromCodePoint(Number.parseInt(hex[1] ?? hex[2] ?? hex[3] ?? "61", 16));
  }
  if (character === "p" || character === "P") {
    const name = /^\{([^}]*)\}/.exec(reader.pattern.slice(reader.at));
    reader.at += name?.[0].length ?? 0;
    return { L: "a", Ll: "a", Lu: "A", N: "1", Nd: "1", Letter: "a" }[name?.[1] ?? ""];
  }
  if (/[1-9k]/.test(character)) return undefined;
  return ESCAPES[character] ?? character;
}

/** A character of the class: its first, or for a negated one the first ASCII sign that is not in it. */
function readClass(reader: Reader): string | undefined {
  const start = reader.at - 1;
  if (reader.pattern[reader.at] === "^") reader.at++;
  while (reader.at < reader.pattern.length && reader.pattern[reader.at] !== "]") {
    reader.at += reader.pattern[reader.at] === "\\" ? 2 : 1;
  }
  reader.at++;
  const test = new RegExp(`^${reader.pattern.slice(start, reader.at)}$`, "u");
  for (const candidate of "aA1-_. /abcdefghijklmnopqrstuvwxyzBCDEFGHIJKLMNOPQRSTUVWXYZ023456789!#$%&'()*+,:;<=>?@[]^`{|}~\"\\\n\té日") {
    if (test.test(candidate)) return candidate;
  }
  return undefined;
}

function readCount(reader: Reader): number {
  const found = /^(?:([*+?])|\{(\d+)(?:(,)(\d+)?)?\})\??/.exec(reader.pattern.slice(reader.at, reader.at + 24));
  if (found === null) return 1;
  reader.at += found[0].length;
  const [, sign, low, comma, high] = found;
  const least = sign === undefined ? Number(low) : sign === "+" ? 1 : 0;
  const greatest =
    sign === undefined ? (comma === undefined ? least : Number(high ?? Infinity)) : sign === "?" ? 1 : Infinity;
  return Math.min(least + reader.more, greatest, MAX_REPEAT);
}
