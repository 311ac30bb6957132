/** A token of a source, without what it means: as much as it takes to find calls and the functions around a place. */
export interface Token {
  readonly kind: "name" | "mark" | "literal";
  readonly text: string;
  /** Where it starts in the source. */
  readonly at: number;
  /** The index of the bracket that it stands in; -1 outside of all. A bracket itself stands in the one around it. */
  readonly inside: number;
}

const BLANK = /(?:\s|\/\/[^\n]*|\/\*[^]*?\*\/)+/y;
const NAME = /[#A-Za-z_$\u0080-\uFFFF][\w$\u0080-\uFFFF]*/y;
const NUMBER = /\.?\d[\w.]*/y;
const TEXT = /"[^"\\\n]*(?:\\[^][^"\\\n]*)*"|'[^'\\\n]*(?:\\[^][^'\\\n]*)*'/y;
const PATTERN = /\/(?:[^/\\[\n]|\\.|\[(?:[^\]\\\n]|\\.)*\])+\/[a-z]*/y;
/** A template's text up to its end or to the next expression in it. */
const TEMPLATE = /[^`\\$]*(?:(?:\\[^]|\$(?!\{))[^`\\$]*)*(?:`|\$\{)/y;
const MARK = /=>|\?\.(?!\d)|\.\.\.|\+\+|--|[^]/y;

/** Words after which an expression begins, so that `/` begins a pattern and `(` is no call. */
const BEFORE_EXPRESSION = new Set(
  "return typeof delete void throw new in of instanceof await yield case do else extends default".split(" "),
);
/** Words whose parentheses are no call. */
const STATEMENTS = new Set("if for while switch catch with function".split(" "));

/** Whether a name is of the language, where it follows no dot: what stands in parentheses after it is no argument. */
export function isWord(text: string): boolean {
  return BEFORE_EXPRESSION.has(text) || STATEMENTS.has(text);
}

/** Whether braces after that word are a value. */
export function beginsExpression(text: string): boolean {
  return BEFORE_EXPRESSION.has(text) && text !== "do" && text !== "else";
}

/** Whether the word after that one belongs to it. */
export function isPrefix(text: string): boolean {
  return (
    BEFORE_EXPRESSION.has(text) || /^(?:async|function|class|const|let|var|import|export|static|get|set)$/.test(text)
  );
}

/** Whether parentheses after that word belong to a statement with a block. */
export function isStatementWord(text: string): boolean {
  return STATEMENTS.has(text) && text !== "function";
}

/** The tokens of a source up to where it cannot be told any more what they are. */
export function readTokens(source: string): Token[] {
  const tokens: Token[] = [];
  const open: number[] = [];
  let at = 0;
  const take = (pattern: RegExp): string | undefined => {
    pattern.lastIndex = at;
    return pattern.exec(source)?.[0];
  };
  const add = (kind: Token["kind"], text: string): void => {
    tokens.push({ kind, text, at, inside: open.at(-1) ?? -1 });
    at += text.length;
  };
  const addTemplate = (start: string): void => {
    at += start.length;
    const text = take(TEMPLATE);
    at -= start.length;
    if (text === undefined) at = source.length;
    else if (text.endsWith("`")) add("literal", start + text);
    else {
      add("mark", start + text);
      open.push(tokens.length - 1);
    }
  };
  while (at < source.length) {
    const blank = take(BLANK);
    if (blank !== undefined) at += blank.length;
    if (at >= source.length) break;
    const mark = source[at] ?? "";
    const name = take(NAME);
    if (name !== undefined) add("name", name);
    else if (mark === "`") addTemplate("`");
    else if (mark === "}" && tokens[open.at(-1) ?? -1]?.text.endsWith("${")) {
      open.pop();
      addTemplate("}");
    } else {
      const literal = take(NUMBER) ?? take(TEXT) ?? (mark === "/" && mayBePattern(tokens) ? take(PATTERN) : undefined);
      if (literal !== undefined) add("literal", literal);
      else {
        if (mark === ")" || mark === "]" || mark === "}") open.pop();
        add("mark", take(MARK) ?? mark);
        if (mark === "(" || mark === "[" || mark === "{") open.push(tokens.length - 1);
      }
    }
  }
  return tokens;
}

/** Whether an expression may begin after these tokens: `/` divides otherwise. */
function mayBePattern(tokens: readonly Token[]): boolean {
  const last = tokens.at(-1);
  if (last === undefined) return true;
  if (last.kind === "literal") return false;
  if (last.kind === "name") return BEFORE_EXPRESSION.has(last.text) && tokens.at(-2)?.text !== ".";
  return ![")", "]", "}", "++", "--"].includes(last.text);
}
