/**
 * Whether a URL leads to a host as profiles write it: a name, or `*.` and a name for all below it; with a port for
 * that port alone, and for any without one.
 */
export function hostMatches(pattern: string, url: URL): boolean {
  const [, name = "", port] = /^(.*?)(?::(\d+))?$/.exec(pattern.toLowerCase()) ?? [];
  const own = url.port || (url.protocol === "https:" ? "443" : "80");
  if (port !== undefined && String(Number(port)) !== own) return false;
  const host = url.hostname.replace(/\.$/, "");
  return name.startsWith("*.") ? host.endsWith(name.slice(1)) : host === name;
}
