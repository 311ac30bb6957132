import { decodeRune, RUNE_ERROR } from "../../byte-strings.ts";
import { parseClass, parseEscape, parsePerlClass, parseUnicodeClass } from "./parse-class.ts";
import { PatternReader } from "./pattern-reader.ts";
import { hasCase } from "./rune-classes.ts";
import { make, RegexpFault, type Assertion, type Node, type Parsed } from "./syntax.ts";

/** What `(?i)` and its like set. */
interface Flags {
  readonly fold: boolean;
  readonly multiline: boolean;
  readonly dotAll: boolean;
  readonly lazy: boolean;
}

/** A group whose end is not yet read. */
interface Group {
  readonly flagsBefore: Flags;
  /** Undefined where it does not capture. */
  readonly index: number | undefined;
  readonly branches: Node[];
  items: Node[];
}

/** Repetition counts, and how deep an expression may nest: as in Go. */
const MAX_REPEAT = 1000;
const MAX_HEIGHT = 1000;
const MAX_SIZE = 3_355_443;

const BRACES = /\{(0|[1-9][0-9]*)(?:(,)(0|[1-9][0-9]*)?)?\}/y;

const PERL_ASSERTIONS: Readonly<Record<string, Assertion>> = {
  A: "begin-text",
  b: "word-boundary",
  B: "no-word-boundary",
  z: "end-text",
};

/** Whether repetitions with braces nest to at most `limit` copies. */
function repeatsFit(node: Node, limit: number): boolean {
  let left = limit;
  switch (node.kind) {
    case "repeat":
      if (node.counted) {
        const count = node.max < 0 ? node.min : node.max;
        if (node.max === 0) return true;
        if (count > left) return false;
        if (count > 0) left = Math.trunc(left / count);
      }
      return repeatsFit(node.item, left);
    case "capture":
      return repeatsFit(node.item, left);
    case "concat":
    case "alternate":
      return node.items.every((item) => repeatsFit(item, left));
    default:
      return true;
  }
}

class Parser {
  readonly #reader: PatternReader;
  readonly #groups: Group[] = [];
  readonly #names: string[] = [""];
  #group: Group;
  #flags: Flags = { fold: false, multiline: false, dotAll: false, lazy: false };
  /** Where the repetition began that was read last, if nothing has come after it. */
  #repeatAt = -1;

  constructor(readonly pattern: string) {
    this.#reader = new PatternReader(pattern);
    this.#group = { flagsBefore: this.#flags, index: undefined, branches: [], items: [] };
  }

  parse(): Parsed {
    const reader = this.#reader;
    while (!reader.done) {
      const at = reader.at;
      const repeated = this.#readOne();
      this.#repeatAt = repeated ? at : -1;
    }
    if (this.#groups.length > 0) throw new RegexpFault("missing closing )", this.pattern);
    return { root: this.#finish(this.#group), names: this.#names };
  }

  /** Reads one token; whether it was a repetition. */
  #readOne(): boolean {
    const reader = this.#reader;
    switch (reader.peek()) {
      case "(":
        this.#open();
        return false;
      case "|":
        reader.at++;
        this.#endBranch();
        return false;
      case ")":
        this.#close();
        return false;
      case "^":
        reader.at++;
        this.#push(make.assertion(this.#flags.multiline ? "begin-line" : "begin-text"));
        return false;
      case "$":
        reader.at++;
        this.#push(make.assertion(this.#flags.multiline ? "end-line" : "end-text"));
        return false;
      case ".":
        reader.at++;
        this.#push(make.any(this.#flags.dotAll));
        return false;
      case "[":
        this.#push(make.class(parseClass(reader, this.#flags.fold)));
        return false;
      case "*":
      case "+":
      case "?":
        this.#repeat();
        return true;
      case "{":
        return this.#braces();
      case "\\":
        this.#backslash();
        return false;
      default:
        this.#literal(reader.rune());
        return false;
    }
  }

  #checked(node: Node): Node {
    if (node.height > MAX_HEIGHT) throw new RegexpFault("expression nests too deeply", this.pattern);
    if (node.size > MAX_SIZE) throw new RegexpFault("expression too large", this.pattern);
    return node;
  }

  #push(node: Node): void {
    this.#group.items.push(this.#checked(node));
  }

  #literal(rune: number): void {
    this.#push(make.rune(rune, this.#flags.fold && hasCase(rune)));
  }

  #endBranch(): void {
    this.#group.branches.push(make.concat(this.#group.items));
    this.#group.items = [];
  }

  #finish(group: Group): Node {
    this.#endBranch();
    return this.#checked(make.alternate(group.branches));
  }

  #open(): void {
    const reader = this.#reader;
    if (reader.peek(1) === "?") return this.#openPerl();
    reader.at++;
    this.#openGroup("");
  }

  /** Opens a group that captures by a name, which may be empty. */
  #openGroup(name: string): void {
    this.#groups.push(this.#group);
    this.#group = { flagsBefore: this.#flags, index: this.#names.length, branches: [], items: [] };
    this.#names.push(name);
  }

  /** `(?P<name>`, `(?<name>`, `(?:`, `(?i)`, `(?i:` and their like. */
  #openPerl(): void {
    const reader = this.#reader;
    const prefix = ["(?P<", "(?<"].find((form) => reader.startsWith(form) && reader.peek(form.length) !== "");
    if (prefix === undefined) return this.#readFlags();
    const end = this.pattern.indexOf(">", reader.at);
    if (end < 0) {
      PatternReader.checkUtf8(reader.rest());
      throw new RegexpFault("invalid named capture", reader.rest());
    }
    const name = this.pattern.slice(reader.at + prefix.length, end);
    PatternReader.checkUtf8(name);
    if (!/^\w+$/.test(name)) throw new RegexpFault("invalid named capture", this.pattern.slice(reader.at, end + 1));
    reader.at = end + 1;
    this.#openGroup(name);
  }

  #readFlags(): void {
    const reader = this.#reader;
    const start = reader.at;
    const flags = { ...this.#flags };
    let on = true;
    let seen = false;
    reader.at += 2;
    while (!reader.done) {
      const char = String.fromCodePoint(reader.rune());
      if (char === "-" && on) {
        on = false;
        seen = false;
        continue;
      }
      if (char === ":" || char === ")") {
        if (!on && !seen) break;
        this.#applyFlags(flags, char === ":");
        return;
      }
      if (char === "i") flags.fold = on;
      else if (char === "m") flags.multiline = on;
      else if (char === "s") flags.dotAll = on;
      else if (char === "U") flags.lazy = on;
      else break;
      seen = true;
    }
    throw new RegexpFault("invalid or unsupported Perl syntax", this.pattern.slice(start, reader.at));
  }

  #applyFlags(flags: Flags, opens: boolean): void {
    if (opens) {
      this.#groups.push(this.#group);
      this.#group = { flagsBefore: this.#flags, index: undefined, branches: [], items: [] };
    }
    this.#flags = flags;
  }

  #close(): void {
    const outer = this.#groups.pop();
    if (outer === undefined) throw new RegexpFault("unexpected )", this.pattern);
    this.#reader.at++;
    const group = this.#group;
    const item = this.#finish(group);
    this.#group = outer;
    this.#flags = group.flagsBefore;
    this.#push(group.index === undefined ? item : make.capture(group.index, item));
  }

  #repeat(): void {
    const start = this.#reader.at;
    const char = this.#reader.peek();
    this.#reader.at++;
    this.#applyRepeat(start, char === "+" ? 1 : 0, char === "?" ? 1 : -1, false);
  }

  /** `{n}`, `{n,}` or `{n,m}`; anything else in braces is text. Whether it was a repetition. */
  #braces(): boolean {
    const reader = this.#reader;
    BRACES.lastIndex = reader.at;
    const match = BRACES.exec(this.pattern);
    if (match === null) {
      reader.at++;
      this.#literal(0x7b);
      return false;
    }
    const start = reader.at;
    const min = Number(match[1]);
    const max = match[2] === undefined ? min : match[3] === undefined ? -1 : Number(match[3]);
    reader.at += match[0].length;
    if (min > MAX_REPEAT || max > MAX_REPEAT || (max >= 0 && min > max)) {
      throw new RegexpFault("invalid repeat count", match[0]);
    }
    this.#applyRepeat(start, min, max, true);
    return true;
  }

  #applyRepeat(start: number, min: number, max: number, counted: boolean): void {
    const reader = this.#reader;
    let lazy = this.#flags.lazy;
    if (reader.peek() === "?") {
      reader.at++;
      lazy = !lazy;
    }
    if (this.#repeatAt >= 0) {
      throw new RegexpFault("invalid nested repetition operator", this.pattern.slice(this.#repeatAt, reader.at));
    }
    const text = this.pattern.slice(start, reader.at);
    const item = this.#group.items.pop();
    if (item === undefined) throw new RegexpFault("missing argument to repetition operator", text);
    const node = make.repeat(item, min, max, !lazy, counted);
    this.#push(node);
    if (counted && (min >= 2 || max >= 2) && !repeatsFit(node, MAX_REPEAT)) {
      throw new RegexpFault("invalid repeat count", text);
    }
  }

  #backslash(): void {
    const reader = this.#reader;
    const kind = reader.peek(1);
    const assertion = PERL_ASSERTIONS[kind];
    if (assertion !== undefined) {
      reader.at += 2;
      this.#push(make.assertion(assertion));
      return;
    }
    if (kind === "C") throw new RegexpFault("invalid escape sequence", "\\C");
    if (kind === "Q") return this.#quoted();
    const test = parseUnicodeClass(reader, this.#flags.fold) ?? parsePerlClass(reader, this.#flags.fold);
    if (test === undefined) this.#literal(parseEscape(reader));
    else this.#push(make.class(test));
  }

  /** `\Q…\E`: what stands between is text. */
  #quoted(): void {
    const reader = this.#reader;
    const start = reader.at + 2;
    const end = this.pattern.indexOf("\\E", start);
    const text = this.pattern.slice(start, end < 0 ? undefined : end);
    for (let at = 0; at < text.length;) {
      const decoded = decodeRune(text, at);
      if (decoded >> 3 === RUNE_ERROR && (decoded & 7) === 1) throw new RegexpFault("invalid UTF-8", text.slice(at));
      this.#literal(decoded >> 3);
      at += decoded & 7;
    }
    reader.at = end < 0 ? this.pattern.length : end + 2;
  }
}

/** Parses a pattern, a byte string, by the syntax of Go's regexp package. Throws {@link RegexpFault}. */
export function parseRegexp(pattern: string): Parsed {
  return new Parser(pattern).parse();
}
