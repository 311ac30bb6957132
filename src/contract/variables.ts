/** The variables of the environment, and those of the file that the person named. */
export interface Variables {
  get(name: string): string | undefined;
  names(): readonly string[];
  /** Whether it holds a provider's key or a secret of the profile: no pattern gives such a one. */
  isKey(name: string): boolean;
}

/**
 * Whether names and patterns (`APP_*`) cover a variable. One that holds a key must be named exactly, and so must one
 * for which `isExact` says so.
 */
export function coversVariable(patterns: readonly string[], name: string, isExact: (name: string) => boolean): boolean {
  if (patterns.includes(name)) return true;
  return !isExact(name) && patterns.some((pattern) => matchesStars(pattern, name));
}

/** `*` stands for any letters. The parts between stars are found one after the other: no pattern takes long. */
function matchesStars(pattern: string, name: string): boolean {
  const [first = "", ...rest] = pattern.split("*");
  const last = rest.pop();
  if (last === undefined) return pattern === name;
  if (!name.startsWith(first) || name.length < first.length + last.length || !name.endsWith(last)) return false;
  let at = first.length;
  const end = name.length - last.length;
  for (const part of rest) {
    const found = name.indexOf(part, at);
    if (found < 0 || found + part.length > end) return false;
    at = found + part.length;
  }
  return true;
}
