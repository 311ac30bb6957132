/**
 * Whether a `/`-separated name matches a pattern: `*` stands for any letters but `/`, `**` for any with it (as a
 * whole part, for none as well), `?` for one letter but `/`. All else stands for itself.
 */
export function matchesGlob(pattern: string, name: string): boolean {
  return compile(pattern).test(name);
}

function compile(pattern: string): RegExp {
  // Runs of stars are one: nothing is gained by more, and they would take the square of the time.
  const tokens = pattern.replace(/\*{3,}/g, "**").match(/\*\*\/|\/\*\*$|\*\*|\*|\?|[^*?/]+|\//g) ?? [];
  const parts = tokens.map((token) => WILDCARDS[token] ?? RegExp.escape(token));
  return new RegExp(`^${parts.join("")}$`, "su");
}

const WILDCARDS: Readonly<Record<string, string>> = {
  "**/": "(?:.*/)?",
  "/**": "(?:/.*)?",
  "**": ".*",
  "*": "[^/]*",
  "?": "[^/]",
};
