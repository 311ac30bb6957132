/**
 * A pattern of calls, as profiles write it: `files.write`, `files.*`, `*`, or with arguments
 * `http.post(url=https://api.example.org/*, options.retries=0)`. Names are the canonical ones (camelCase); a star
 * stands for any text. A value in double quotes is meant as it is, without stars.
 */
export interface CallPattern {
  /** As it was written. */
  readonly text: string;
  readonly name: RegExp;
  readonly arguments: readonly { readonly path: readonly string[]; readonly value: RegExp }[];
}

const FORM = /^([A-Za-z*][\w*]*(?:\.[\w*]+)*)\s*(?:\((.*)\))?$/su;
const ARGUMENT = /^\s*([A-Za-z_]\w*(?:\.\w+)*)\s*=\s*("(?:[^"\\]|\\.)*"|[^",]*?)\s*(?:,|$)/su;

/** Reads a pattern; undefined where it is none. */
export function parseCallPattern(text: string): CallPattern | undefined {
  const [, name, list = ""] = FORM.exec(text.trim()) ?? [];
  if (name === undefined) return undefined;
  const args: CallPattern["arguments"][number][] = [];
  for (let rest = list.trim(); rest !== "";) {
    const found = ARGUMENT.exec(rest);
    if (found === null) return undefined;
    const value = literalOr(found[2] ?? "");
    if (value === undefined) return undefined;
    args.push({ path: (found[1] ?? "").split("."), value });
    rest = rest.slice(found[0].length).trim();
  }
  return { text, name: globExpression(name === "*" ? "*.*" : name), arguments: args };
}

function literalOr(text: string): RegExp | undefined {
  if (!text.startsWith('"')) return globExpression(text);
  try {
    return new RegExp(`^${RegExp.escape(JSON.parse(text) as string)}$`, "su");
  } catch {
    return undefined;
  }
}

function globExpression(glob: string): RegExp {
  const parts = glob.split(/\*+/).map((part) => RegExp.escape(part));
  return new RegExp(`^${parts.join(".*")}$`, "su");
}

/**
 * Whether a call is one of those that a pattern means. `args` are the parsed arguments by name. A path or URL can be
 * spelt in many ways: where a pattern asks, it means `any` spelling; where it allows, `every` one must be meant.
 */
export function matchesCall(
  pattern: CallPattern,
  name: string,
  args: Readonly<Record<string, unknown>>,
  spellings: "any" | "every",
): boolean {
  if (!pattern.name.test(name)) return false;
  return pattern.arguments.every(({ path, value }) => {
    let at: unknown = args;
    for (const key of path)
      at = typeof at === "object" && at !== null && Object.hasOwn(at, key) ? (at as never)[key] : undefined;
    if (at === undefined) return false;
    const text = plainText(at);
    const isMeant = [text, plainSpelling(text)].map((spelling) => value.test(spelling));
    return spellings === "any" ? isMeant.includes(true) : !isMeant.includes(false);
  });
}

/** A URL as it is asked for, a path without `.`, `..` and empty parts; all else as it is. */
function plainSpelling(text: string): string {
  if (/^[a-z][a-z0-9+.-]*:\/\//iu.test(text)) return URL.parse(text)?.href ?? text;
  if (!text.includes("/") && text !== "." && text !== "..") return text;
  const parts: string[] = [];
  for (const part of text.split(/[/\\]/)) {
    if (part === ".." && parts.length > 0 && parts.at(-1) !== "..") parts.pop();
    else if (part !== "." && part !== "" && !(part === ".." && text.startsWith("/"))) parts.push(part);
  }
  return `${text.startsWith("/") ? "/" : ""}${parts.join("/")}`;
}

/** The pattern that means exactly the calls with this first argument. */
export function exactPattern(name: string, args: Readonly<Record<string, unknown>>): string {
  const [first] = Object.entries(args);
  if (first === undefined || typeof first[1] !== "string" || first[1].length > 1000) return name;
  return `${name}(${first[0]}=${JSON.stringify(first[1])})`;
}

function plainText(value: unknown): string {
  return typeof value === "string" ? value : (JSON.stringify(value) ?? "");
}
