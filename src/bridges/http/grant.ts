import type { GrantFinding, PrepareContext, Refusal } from "../../contract/bridge.ts";
import { SpellError } from "../../contract/errors.ts";
import type { AddressKind } from "../../contract/network.ts";
import { duration, integer, shape, once, type Parsed, size, v } from "../../contract/schema.ts";
import { canonicalHost, hostOf, matchesHost, matchesRule, parseRule, RULE_FORM, type Rule } from "./rule.ts";

const MIB = 1024 * 1024;
const HOST_FORM = 'is no host; write a name such as "wiki.internal" or "*.internal"';
const PROXY_FORM = 'is no proxy; write its address, such as "http://proxy.internal:3128", or environment';

/** What a profile may say of the network. */
export const grantSchema = once(() =>
  shape({
    allow: v.optional(
      v.pipe(
        v.array(
          v.pipe(
            v.string(),
            v.check((text) => parseRule(text) !== undefined, RULE_FORM),
          ),
        ),
        v.description("Rules such as `GET https://*.wikipedia.org/**`: what none of them allows is refused"),
      ),
      [],
    ),
    private: v.optional(
      v.pipe(
        v.array(
          v.pipe(
            v.string(),
            v.check((text) => canonicalHost(text) !== undefined, HOST_FORM),
          ),
        ),
        v.description(
          "Hosts whose addresses may be on this machine or in a private network; `*` for all addresses there are",
        ),
      ),
      [],
    ),
    maxBytes: v.optional(v.pipe(size(), v.description("The most bytes of one answer, uncompressed")), 8 * MIB),
    timeout: v.optional(
      v.pipe(duration(), v.description("How long one call may take, with its redirects and retries")),
      "30s",
    ),
    idleTime: v.optional(
      v.pipe(duration(), v.description("How long a server may take to begin, and between two pieces")),
      "15s",
    ),
    retries: v.optional(
      v.pipe(integer(0, 10), v.description("How often a call that may be repeated is, where a server is busy or away")),
      2,
    ),
    redirects: v.optional(
      v.pipe(integer(0, 20), v.description("How many redirects are followed; each is checked by the rules again")),
      5,
    ),
    headers: v.optional(
      v.pipe(
        shape({
          deny: v.optional(
            v.pipe(v.array(v.pipe(v.string(), v.minLength(1))), v.description("Headers that a spell may not set")),
            [],
          ),
        }),
        v.description("Rules for headers"),
      ),
      { deny: [] },
    ),
    proxy: v.optional(
      v.pipe(
        v.string(),
        v.check((text) => text === "environment" || /^https?:$/.test(URL.parse(text)?.protocol ?? ""), PROXY_FORM),
        v.description("A proxy to go through, or `environment` for HTTPS_PROXY and HTTP_PROXY; none unless told"),
      ),
    ),
  }),
);

/** A parsed grant. */
export type Grant = Parsed<ReturnType<typeof grantSchema>>;

/** All hosts, addresses and methods. */
export const EVERYTHING = { allow: ["* *://*:*/**"], private: ["*"] };

const parsed = new WeakMap<Grant, readonly Rule[]>();

function rulesOf(grant: Grant): readonly Rule[] {
  const known = parsed.get(grant);
  if (known !== undefined) return known;
  const rules = grant.allow.map(parseRule).filter((rule) => rule !== undefined);
  parsed.set(grant, rules);
  return rules;
}

/** Why a request may not go; undefined where it may. */
export function refuseRequest(grant: Grant, method: string, url: URL): Refusal | undefined {
  const isNetwork = url.protocol === "http:" || url.protocol === "https:";
  if (isNetwork && rulesOf(grant).some((rule) => matchesRule(rule, method, url))) return undefined;
  const example = isNetwork ? `${method} ${url.origin}/**` : "GET https://example.org/**";
  return {
    reason: isNetwork ? `"${method} ${shown(url)}" is not granted` : `"${url.protocol}" is no address of the network`,
    grantLine: `http: { allow: [${[...grant.allow, example].map((rule) => JSON.stringify(rule)).join(", ")}] }`,
  };
}

/** Without what follows the path, where there may be anything. */
export function shown(url: URL): string {
  const text = `${url.protocol}//${url.host}${url.pathname}`;
  return text.length > 200 ? `${text.slice(0, 199)}…` : text;
}

/**
 * The addresses that a request may go to. Where a rule names an address or `localhost` itself, it is meant; a name
 * that only turns out to be one of this machine or of a private network must stand under `private`.
 */
export function kindsFor(grant: Grant, method: string, url: URL): readonly AddressKind[] {
  const host = hostOf(url);
  const isOpen = (pattern: string) => matchesHost(canonicalHost(pattern) ?? "", host);
  if (grant.private.includes("*")) return ["public", "private", "loopback", "special"];
  if (grant.private.some(isOpen)) return ["public", "private", "loopback"];
  const named = rulesOf(grant).some((rule) => rule.host === host && matchesRule(rule, method, url));
  if (named && isAddress(host)) return ["public", "private", "loopback", "special"];
  if (named && (host === "localhost" || host.endsWith(".localhost"))) return ["loopback"];
  return ["public"];
}

/** URLs write IPv4 with dots whatever was given, and IPv6 in brackets. */
function isAddress(host: string): boolean {
  return host.startsWith("[") || /^\d+\.\d+\.\d+\.\d+$/.test(host);
}

/** Asked at every step, so also where a redirect leads. */
export function allowStep(grant: Grant, method: string, url: URL): readonly AddressKind[] {
  const refusal = refuseRequest(grant, method, url);
  if (refusal === undefined) return kindsFor(grant, method, url);
  throw new SpellError("grant.rule", refusal.reason, {
    fix: `Under bridges: in the profile: ${refusal.grantLine}`,
    details: { grant: refusal.grantLine },
  });
}

/** Warns of rules that open more than most who write them mean. */
export async function prepareGrant({ grant: given, isOwn }: PrepareContext): Promise<readonly GrantFinding[]> {
  const grant = given as Grant;
  const findings: GrantFinding[] = [];
  const warn = (path: string, message: string, fix: string) => {
    if (isOwn(path)) findings.push({ severity: "warning", path, message, fix });
  };
  for (const [index, rule] of rulesOf(grant).entries()) {
    const text = JSON.stringify(rule.text);
    const methods = rule.methods === undefined ? "send anything to" : `${[...rule.methods].join(" and ")} from`;
    if (rule.host === "*")
      warn(`allow.${index}`, `${text} lets a spell ${methods} every host there is`, "Name the hosts");
    else if (/^\*\.[^.]+$/.test(rule.host)) {
      warn(
        `allow.${index}`,
        `${text} lets a spell ${methods} every host under ${rule.host.slice(1)}`,
        "Name the hosts",
      );
    }
  }
  for (const [index, pattern] of grant.private.entries()) {
    if (pattern !== "*") continue;
    const what = "lets a spell reach this machine, private networks and a cloud's metadata service";
    warn(`private.${index}`, `"*" ${what}, wherever a rule allows`, "Name the hosts");
  }
  return findings;
}
