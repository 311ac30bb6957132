import { classTest, only, PatternFault, type CharacterTest, type PatternNode } from "./pattern-tree.ts";

/** Longer patterns are no patterns of a person. */
const MAX_LENGTH = 10_000;
const MAX_NESTING = 100;
/** The most that a counted repetition may ask for. */
const MAX_COUNT = 10_000;

/**
 * A regular expression of JavaScript (ECMA-262, with the flag u) as a tree. What older patterns write beyond that
 * (`\-`, a lone brace) is taken as well. Throws {@link PatternFault}; references to groups are one.
 */
export function parsePattern(text: string): PatternNode {
  if (text.length > MAX_LENGTH) throw new PatternFault(`it has ${text.length} letters, and ${MAX_LENGTH} are taken`);
  const reader = new Reader(text);
  const tree = parseChoice(reader, 0);
  if (!reader.atEnd()) throw new PatternFault("a ) has no (");
  return tree;
}

class Reader {
  at = 0;
  constructor(readonly text: string) {}
  atEnd(): boolean {
    return this.at >= this.text.length;
  }
  sees(text: string): boolean {
    return this.text.startsWith(text, this.at);
  }
  take(text: string): boolean {
    if (!this.sees(text)) return false;
    this.at += text.length;
    return true;
  }
  /** What a sticky expression matches here. */
  match(expression: RegExp): RegExpExecArray | undefined {
    expression.lastIndex = this.at;
    const found = expression.exec(this.text);
    if (found === null) return undefined;
    this.at += found[0].length;
    return found;
  }
  codePoint(): number {
    const code = this.text.codePointAt(this.at) ?? 0;
    this.at += code > 0xffff ? 2 : 1;
    return code;
  }
}

function parseChoice(reader: Reader, depth: number): PatternNode {
  if (depth > MAX_NESTING) throw new PatternFault(`its groups nest deeper than ${MAX_NESTING} levels`);
  const parts = [parseSequence(reader, depth)];
  while (reader.take("|")) parts.push(parseSequence(reader, depth));
  return parts.length === 1 && parts[0] !== undefined ? parts[0] : { type: "choice", parts };
}

function parseSequence(reader: Reader, depth: number): PatternNode {
  const parts: PatternNode[] = [];
  while (!reader.atEnd() && !reader.sees("|") && !reader.sees(")")) parts.push(parseTerm(reader, depth));
  return { type: "sequence", parts };
}

function parseTerm(reader: Reader, depth: number): PatternNode {
  if (reader.take("^")) return { type: "begin" };
  if (reader.take("$")) return { type: "end" };
  if (reader.take("\\b")) return { type: "boundary" };
  if (reader.take("\\B")) return { type: "not-boundary" };
  const look = reader.match(/\(\?(<?)([=!])/y);
  if (look !== undefined) {
    const part = closeGroup(reader, parseChoice(reader, depth + 1));
    return { type: "look", part, behind: look[1] === "<", negative: look[2] === "!" };
  }
  return parseRepetition(reader, parseAtom(reader, depth));
}

function closeGroup(reader: Reader, part: PatternNode): PatternNode {
  if (!reader.take(")")) throw new PatternFault("a ( has no )");
  return part;
}

function parseRepetition(reader: Reader, part: PatternNode): PatternNode {
  const [least, most] = readCount(reader);
  if (least === 1 && most === 1) return part;
  if (least > most) throw new PatternFault(`{${least},${most}} counts down`);
  // Whether as many or as few as can be are tried first makes no difference to whether it matches.
  reader.take("?");
  return { type: "repeat", part, least, most };
}

function readCount(reader: Reader): readonly [number, number] {
  if (reader.take("*")) return [0, Infinity];
  if (reader.take("+")) return [1, Infinity];
  if (reader.take("?")) return [0, 1];
  const counted = reader.match(/\{(\d{1,9})(,?)(\d{0,9})\}/y);
  if (counted === undefined) return [1, 1];
  const least = Number(counted[1]);
  const most = counted[2] === "" ? least : counted[3] === "" ? Infinity : Number(counted[3]);
  if (least > MAX_COUNT || (most !== Infinity && most > MAX_COUNT)) {
    throw new PatternFault(`it repeats something more than ${MAX_COUNT} times`);
  }
  return [least, most];
}

/** All but the ends of lines. */
const DOT = "[^\\n\\r\\u2028\\u2029]";

function parseAtom(reader: Reader, depth: number): PatternNode {
  if (reader.match(/\((?:\?:|\?<[\p{ID_Start}$_][\p{ID_Continue}$\u200c\u200d]*>|(?!\?))/uy) !== undefined) {
    return closeGroup(reader, parseChoice(reader, depth + 1));
  }
  if (reader.sees("(?")) throw new PatternFault(`${reader.text.slice(reader.at, reader.at + 4)} is no group`);
  if (reader.sees("*") || reader.sees("+") || reader.sees("?")) throw new PatternFault("there is nothing to repeat");
  if (reader.match(/\{\d+,?\d*\}/y) !== undefined) throw new PatternFault("there is nothing to repeat");
  if (reader.sees("[")) return character(classTest(readClass(reader)));
  if (reader.take(".")) return character(classTest(DOT));
  if (reader.sees("\\")) return character(parseEscape(reader));
  return character(only(reader.codePoint()));
}

function character(test: CharacterTest): PatternNode {
  return { type: "character", test };
}

/** The text of a class, brackets included. */
function readClass(reader: Reader): string {
  const found = reader.match(/\[(?:[^\\\]]|\\[\s\S])*\]/y);
  if (found === undefined) throw new PatternFault("a [ has no ]");
  return found[0];
}

const CONTROLS = new Map([..."tnvfr"].map((letter, index) => [letter, [9, 10, 11, 12, 13][index] ?? 0]));

function parseEscape(reader: Reader): CharacterTest {
  const named = reader.match(/\\(?:[dDwWsS]|[pP]\{[\w=]{1,60}\})/y);
  if (named !== undefined) return classTest(named[0]);
  const pair = reader.match(/\\u([dD][89abAB][0-9a-fA-F]{2})\\u([dD][c-fC-F][0-9a-fA-F]{2})/y);
  if (pair !== undefined) {
    const [high, low] = [Number.parseInt(pair[1] ?? "", 16), Number.parseInt(pair[2] ?? "", 16)];
    return only((high - 0xd800) * 0x400 + (low - 0xdc00) + 0x10000);
  }
  const hex = reader.match(/\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|u\{([0-9a-fA-F]{1,6})\})/y);
  if (hex !== undefined) {
    const code = Number.parseInt(hex[1] ?? hex[2] ?? hex[3] ?? "", 16);
    if (code > 0x10ffff) throw new PatternFault(`${hex[0]} is no character`);
    return only(code);
  }
  const control = reader.match(/\\c([A-Za-z])/y);
  if (control !== undefined) return only((control[1] ?? "").charCodeAt(0) % 32);
  if (reader.match(/\\0(?!\d)/y) !== undefined) return only(0);
  if (reader.match(/\\(?:[1-9]|k<)/y) !== undefined) throw new PatternFault("a reference to a group is not supported");
  reader.take("\\");
  if (reader.atEnd()) throw new PatternFault("it ends with a backslash");
  const code = reader.codePoint();
  const letter = String.fromCodePoint(code);
  const known = CONTROLS.get(letter);
  if (known === undefined && /[A-Za-z0-9_]/.test(letter)) throw new PatternFault(`\\${letter} means nothing`);
  return only(known ?? code);
}
