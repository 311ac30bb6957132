/**
 * Lua's messages name a line and a word. Which of the words on the line it is, its own text tells: strings and
 * comments do not count, and what was indexed, called or computed with stands before or after what does that.
 */

/** One token of a line, from column `at` (from 0). A key `["name"]` is the token `name`. */
interface Token {
  readonly text: string;
  readonly at: number;
  readonly key: boolean;
}

/** What a message speaks of: `near` a token, or a `local`, `field`, … of a name. */
interface Subject {
  readonly kind: string;
  readonly name: string;
}

/** Comments and strings, from their beginning to their end or to that of the text. */
const HIDDEN =
  /--\[(=*)\[[^]*?(?:\]\1\]|$)|--[^\n]*|\[(=*)\[[^]*?(?:\]\2\]|$)|"(?:\\[^]|[^"\\\n])*"?|'(?:\\[^]|[^'\\\n])*'?/g;

const TOKEN = /\[\s*["'](\w+)["']\s*\]|"+|\d[\w.]*|\.\d\w*|\w+|[=~<>]=|\.{2,3}|\/\/|<<|>>|::|\S/g;

const OPERATORS = new Set(["+", "-", "*", "/", "//", "%", "^", "&", "|", "~", "<<", ">>"]);

/** Lines with comments blanked and strings as rows of `"`, but for keys that are names: `t["name"]`. */
function codeOf(source: string): string {
  return source.replace(HIDDEN, (text: string, ...rest: unknown[]) => {
    const offset = Number(rest[2]);
    const filling = text.startsWith("--") ? " " : '"';
    const isKey = source[offset - 1] === "[" && source[offset + text.length] === "]" && /^["']\w+["']$/.test(text);
    return isKey ? text : text.replace(/[^\n]/g, filling);
  });
}

function tokensOf(code: string): Token[] {
  return [...code.matchAll(TOKEN)].map((match) => {
    const [whole, name] = match;
    if (name === undefined) return { text: whole, at: match.index, key: false };
    return { text: name, at: match.index + whole.indexOf(name), key: true };
  });
}

function subjectOf(message: string): Subject | undefined {
  const match = /(near|local|global|field|method|upvalue|constant|function) '(.+?)'(?!')/s.exec(message);
  return match === null ? undefined : { kind: match[1] ?? "", name: match[2] ?? "" };
}

const isMember = (tokens: readonly Token[], index: number) =>
  tokens[index]?.key === true || [".", ":"].includes(tokens[index - 1]?.text ?? "");

/** Where the chain of names that ends at `index` begins: that of `a.b:c` at `a`. */
function chainStart(tokens: readonly Token[], index: number): number {
  let start = index;
  while (start > 0 && isMember(tokens, start)) start -= tokens[start]?.key === true ? 1 : 2;
  return start;
}

/** Whether a name is of the kind that the message says: a field stands behind a dot, a variable does not. */
function hasKind({ kind }: Subject, tokens: readonly Token[], index: number): boolean {
  if (kind === "field" || kind === "method") return isMember(tokens, index);
  return kind === "constant" || kind === "function" || !isMember(tokens, index);
}

/** Whether with the name at `index` is done what the message says. */
function hasFault(message: string, tokens: readonly Token[], index: number): boolean {
  const next = tokens[index + 1];
  const after = next?.text ?? "";
  const before = tokens[chainStart(tokens, index) - 1]?.text ?? "";
  if (message.startsWith("attempt to index")) return next?.key === true || [".", "[", ":"].includes(after);
  if (message.startsWith("attempt to call")) return ["(", "{"].includes(after) || after.startsWith('"');
  if (message.startsWith("attempt to concatenate")) return after === ".." || before === "..";
  if (message.startsWith("attempt to get length")) return before === "#";
  return OPERATORS.has(after) || OPERATORS.has(before);
}

/** Whether a piece of the source from its beginning is refused with the message of the whole. */
export type IsRefused = (beginning: string) => boolean;

/** More occurrences of one token on a line are not tried. */
const MAX_TRIES = 16;

/**
 * The column (from 1) on a line that a message speaks of. Where that cannot be told from the other places of the same
 * word it is that of the line's first character; 0 where the line is empty.
 */
export function faultColumn(source: string, line: number, message: string, isRefused?: IsRefused): number {
  const text = source.split("\n")[line - 1] ?? "";
  const first = text.search(/\S/) + 1;
  const subject = subjectOf(message);
  if (subject === undefined) return first;
  // The token that a parser stopped at may be a string.
  const places = /^["'[]./.test(subject.name)
    ? textPlaces(text, subject.name)
    : namePlaces(source, line, subject, message);
  if (places.length === 1 || isRefused === undefined) return places.length === 1 ? (places[0] ?? 0) + 1 : first;
  const start = source.split("\n", line - 1).join("\n").length + (line > 1 ? 1 : 0);
  const stopped = places
    .slice(0, MAX_TRIES)
    .find((place) => isRefused(source.slice(0, start + place + subject.name.length)));
  return stopped === undefined ? first : stopped + 1;
}

function textPlaces(text: string, part: string): number[] {
  const place = text.indexOf(part);
  return place >= 0 && text.indexOf(part, place + 1) < 0 ? [place] : [];
}

/** Where the name stands, as narrowly as the message lets it be told. */
function namePlaces(source: string, line: number, subject: Subject, message: string): number[] {
  const tokens = tokensOf(codeOf(source).split("\n")[line - 1] ?? "");
  const all = [...tokens.keys()].filter((index) => tokens[index]?.text === subject.name);
  const ofKind = subject.kind === "near" ? all : all.filter((index) => hasKind(subject, tokens, index));
  const ofFault = subject.kind === "near" ? all : ofKind.filter((index) => hasFault(message, tokens, index));
  const narrowest = [ofFault, ofKind, all].find(({ length }) => length > 0) ?? [];
  return narrowest.map((index) => tokens[index]?.at ?? 0);
}

/** The last line with text, and the column behind it: where a text ends too early. */
export function endOfText(source: string): { readonly line: number; readonly column: number } {
  const lines = source.trimEnd().split("\n");
  return { line: lines.length, column: (lines.at(-1) ?? "").length + 1 };
}
