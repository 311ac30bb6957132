/** One line of `allow`: which methods may go where. */
export interface Rule {
  readonly text: string;
  /** Undefined for all. */
  readonly methods: ReadonlySet<string> | undefined;
  /** `http:` or `https:`; undefined for both. */
  readonly protocol: string | undefined;
  /** As {@link matchesHost} has it. */
  readonly host: string;
  /** Undefined for the protocol's own, `*` for all. */
  readonly port: string | undefined;
  readonly path: RegExp;
  /** The path is `/**`: a server may read an escaped slash as it likes. */
  readonly isWholeHost: boolean;
}

const FORM =
  /^(\*|[A-Z]+(?:,[A-Z]+)*) (\*|https?):\/\/(\*|\[[^\]\s]+\]|(?:\*\.)?[^\s/:*?#@[\]]+)(?::(\*|\d{1,5}))?(\/\S*)$/;

/** What is said of a line that is no rule. */
export const RULE_FORM =
  'is no rule; write methods, a space and an address, such as "GET https://*.wikipedia.org/**" or "GET,POST https://api.example.com/v1/*"';

/** Reads a rule; undefined where it is none. */
export function parseRule(text: string): Rule | undefined {
  const [, methods = "", scheme = "", host = "", port, path = ""] = FORM.exec(text) ?? [];
  if (host === "" || /[?#]/.test(path)) return undefined;
  const name = canonicalHost(host);
  // The same parser as for requests, so that both write a letter alike.
  const pathname = URL.parse(`http://host${path}`)?.pathname;
  if (name === undefined || pathname === undefined || Number(port ?? 1) > 65_535) return undefined;
  return {
    text,
    methods: methods === "*" ? undefined : new Set(methods.split(",")),
    protocol: scheme === "*" ? undefined : `${scheme}:`,
    host: name,
    port,
    path: pathExpression(pathname),
    isWholeHost: pathname === "/**",
  };
}

/** Whether a rule lets a request go. Who may GET may HEAD. */
export function matchesRule(rule: Rule, method: string, url: URL): boolean {
  const { methods, protocol, host, port, path, isWholeHost } = rule;
  if (methods !== undefined && !methods.has(method) && !(method === "HEAD" && methods.has("GET"))) return false;
  if (protocol !== undefined && url.protocol !== protocol) return false;
  if (!matchesHost(host, hostOf(url))) return false;
  if (port !== "*" && portOf(url) !== portOf({ port: port ?? "", protocol: url.protocol })) return false;
  // Servers that undo %2F would see other folders than the rule does.
  if (!isWholeHost && /%(?:2f|5c|00)/i.test(url.pathname)) return false;
  return path.test(url.pathname);
}

/** Whether a host is one of a pattern: `*`, `*.example.org` (all below it, not itself), or the host. */
export function matchesHost(pattern: string, host: string): boolean {
  if (pattern === "*") return true;
  return pattern.startsWith("*.") ? host.endsWith(pattern.slice(1)) : host === pattern;
}

/** A URL's host without the dot that may end it. */
export function hostOf(url: URL): string {
  return url.hostname.replace(/\.$/, "");
}

/** A host or pattern as URLs write it: lower case, other scripts as Punycode, addresses in their usual form. */
export function canonicalHost(pattern: string): string | undefined {
  if (pattern === "*") return pattern;
  const [, star = "", name = ""] = /^(\*\.)?(.*)$/.exec(pattern) ?? [];
  const url = URL.parse(`http://${name}/`);
  if (url === null || name === "" || url.pathname !== "/" || url.port !== "" || url.username !== "") return undefined;
  return `${star}${hostOf(url)}`;
}

function portOf({ port, protocol }: Pick<URL, "port" | "protocol">): string {
  return String(Number(port === "" ? (protocol === "https:" ? 443 : 80) : port));
}

/** `*` for what is between two slashes, `**` for anything. */
function pathExpression(pattern: string): RegExp {
  const tokens = pattern.replace(/\*{3,}/g, "**").match(/\/\*\*$|\*\*|\*|[^*/]+|\//g) ?? [];
  const parts = tokens.map((token) => WILDCARDS[token] ?? RegExp.escape(token));
  return new RegExp(`^${parts.join("")}$`, "s");
}

const WILDCARDS: Readonly<Record<string, string>> = { "/**": "(?:/.*)?", "**": ".*", "*": "[^/]*" };
