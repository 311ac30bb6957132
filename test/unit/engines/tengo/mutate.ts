/** Makes programs that nobody would write out of programs that somebody wrote, always the same ones of a seed. */

/** Numbers of a seed (xorshift). */
export class Chance {
  constructor(private state: number) {
    this.state = state >>> 0 || 1;
  }

  /** A whole number from 0 to below a limit. */
  below(limit: number): number {
    this.state ^= this.state << 13;
    this.state ^= this.state >>> 17;
    this.state ^= this.state << 5;
    return (this.state >>> 0) % limit;
  }

  /** One of a list that is not empty. */
  of<T>(items: readonly T[]): T {
    return items[this.below(items.length)] as T;
  }
}

const TOKEN = /\s+|[A-Za-z_]\w*|\d[\w.]*|"(?:[^"\\\n]|\\.)*"|`[^`]*`|'(?:[^'\\\n]|\\.)*'|[<>&|^!=:+\-*/%]+|./gs;

/** What runs into a limit, or is at the edge of a type. */
const EXTREMES = [
  "9223372036854775807",
  "(-9223372036854775807-1)",
  "9007199254740993",
  "-1",
  "1e308",
  "1e-320",
  '"\\xff\\xfe"',
  '"\\u20ac"',
  "undefined",
  "'\\U0010ffff'",
  "bytes(100000)",
  "[[[]]]",
  "{a: {b: {}}}",
  "error(error(1))",
  "func(x) { return x }",
  "range(0, 100000)",
  'import("text").repeat("ab", 1000000)',
  'import("times").date(99999, 99, -99, 99, 99, 99, 99)',
  'import("math").nan()',
  'import("json").decode("[[1.5,null]]")',
  'format("%9999d", 1)',
  "len",
  "append",
  "freeze",
  "import",
  "export",
  "return",
  "break",
  "func(...a) {",
  "}",
  "(",
  "\0",
  "\n",
  "/*",
  "`",
];

const WRAPPINGS: readonly ((source: string) => string)[] = [
  (source) => `for { ${source}\n}`,
  (source) => `for i := 0; i < 100000; i++ { ${source}\n}`,
  (source) => `f := func() { ${source}\nf() }\nf()`,
  (source) => `f := func(n) { if n > 0 { f(n - 1); f(n - 1) }\n${source}\n}\nf(30)`,
  (source) => `a := []; for { a = append(a, func() { ${source}\nreturn a }) }`,
  (source) => `s := "x"; for { s += s }\n${source}`,
  (source) => `m := {}; for i := 0; true; i++ { m[i] = m; m = {m: m} }\n${source}`,
  (source) => "(".repeat(2000) + source,
  (source) => "[".repeat(20_000) + source,
  (source) => `${source}\nout = ${"-".repeat(5000)}1`,
  (source) =>
    `x := [1]; for i := 0; i < 100000; i++ { x = [x] }\n${source}\ny := copy(x); z := string(x); w := x == y; v := freeze(x)`,
];

function mutateBytes(source: string, chance: Chance): string {
  const at = chance.below(source.length + 1);
  const end = at + 1 + chance.below(8);
  switch (chance.below(5)) {
    case 0:
      return source.slice(0, at) + source.slice(end);
    case 1:
      return source.slice(0, end) + source.slice(at);
    case 2:
      return source.slice(0, at) + String.fromCharCode(chance.below(256)) + source.slice(at);
    case 3:
      return source.slice(0, at) + String.fromCharCode(chance.below(256)) + source.slice(at + 1);
    default:
      return source.slice(0, at) + source.slice(at + 1, end) + source.slice(at, at + 1) + source.slice(end);
  }
}

function mutateTokens(source: string, other: string, chance: Chance): string {
  const tokens = source.match(TOKEN) ?? [];
  if (tokens.length === 0) return other;
  const others = other.match(TOKEN) ?? [" "];
  const at = chance.below(tokens.length);
  const to = chance.below(tokens.length);
  switch (chance.below(7)) {
    case 0:
      tokens.splice(at, 1 + chance.below(3));
      break;
    case 1:
      tokens.splice(to, 0, ...tokens.slice(at, at + 1 + chance.below(6)));
      break;
    case 2:
      [tokens[at], tokens[to]] = [tokens[to] ?? "", tokens[at] ?? ""];
      break;
    case 3:
      tokens[at] = chance.of(others);
      break;
    case 4:
      tokens[at] = chance.of(EXTREMES);
      break;
    case 5:
      return tokens.slice(0, at).join("") + others.slice(chance.below(others.length)).join("");
    default:
      return replaceLiteral(tokens, chance);
  }
  return tokens.join("");
}

function replaceLiteral(tokens: string[], chance: Chance): string {
  const literals = tokens.flatMap((token, index) => (/^["'`\d]/.test(token) ? [index] : []));
  if (literals.length > 0) tokens[chance.of(literals)] = chance.of(EXTREMES);
  return tokens.join("");
}

function kindOf(token: string): string {
  if (/^["'`\d]/.test(token)) return "literal";
  if (/^(?:true|false|undefined)$/.test(token)) return "literal";
  if (/^[A-Za-z_]/.test(token)) return "name";
  return /^[<>&|^!=+\-*/%]+$/.test(token) ? "operator" : token;
}

/** Puts a token of the same kind in the place of one, so that the program can still be parsed. */
function exchange(source: string, other: string, chance: Chance): string {
  const tokens = source.match(TOKEN) ?? [];
  if (tokens.length === 0) return other;
  const at = chance.below(tokens.length);
  const kind = kindOf(tokens[at] ?? "");
  const alike = (other.match(TOKEN) ?? []).filter((token) => kindOf(token) === kind);
  if (alike.length > 0) tokens[at] = chance.of(alike);
  return tokens.join("");
}

/** A mutation of one of the sources: a few changes of bytes and tokens, and sometimes something around it. */
export function mutate(sources: readonly string[], chance: Chance): string {
  let source = chance.of(sources);
  if (chance.below(4) === 0) source += `\n${chance.of(sources).replace(/\bout :=/g, "out =")}`;
  for (let left = 1 + chance.below(3); left > 0; left--) {
    const kind = chance.below(10);
    if (kind === 0) source = mutateBytes(source, chance);
    else if (kind <= 3) source = mutateTokens(source, chance.of(sources), chance);
    else source = exchange(source, chance.of(sources), chance);
  }
  return chance.below(6) === 0 ? chance.of(WRAPPINGS)(source) : source;
}
