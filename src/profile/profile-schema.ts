import { parseCallPattern } from "../contract/call-pattern.ts";
import { LIMITS, type LimitName } from "../contract/limits.ts";
import {
  count,
  duration,
  type MapSchema,
  number,
  shape,
  once,
  oneOf,
  record,
  type Schema,
  size,
  v,
} from "../contract/schema.ts";

/** What profiles may name: each bridge's option schema by the bridge's name, and the ids of the engines. */
export interface ProfileCatalogue {
  readonly bridges: Readonly<Record<string, MapSchema>>;
  readonly engines: readonly string[];
  /** What `"*"` under `bridges` grants of a bridge; `{}` where it is not named. */
  readonly everything?: Readonly<Record<string, object>>;
}

/** Limits that may be zero, because "none at all" makes sense for them. */
const MAY_BE_ZERO: ReadonlySet<LimitName> = new Set([
  "input",
  "output",
  "calls",
  "handles",
  "llmCalls",
  "toolCalls",
  "tokens",
] satisfies LimitName[]);

/** Made when the first profile is read: a run under a built-in one reads none. */
const time = once(duration);
const bytes = once(() => size(1));
const bytesOrNone = once(() => size(0));
const countOne = once(() => count(1));
const countOrNone = once(() => count(0));

function limitSchema(name: LimitName): Schema<number> {
  const zero = MAY_BE_ZERO.has(name);
  const { unit } = LIMITS[name];
  if (unit === "milliseconds") return time();
  if (unit === "bytes") return zero ? bytesOrNone() : bytes();
  return zero ? countOrNone() : countOne();
}

const HOST =
  /^(\*\.)?[A-Za-z0-9_]([A-Za-z0-9_-]*[A-Za-z0-9_])?(\.[A-Za-z0-9_]([A-Za-z0-9_-]*[A-Za-z0-9_])?)*(:[0-9]{1,5})?$/;
const secret = once(() =>
  shape({
    from: oneOf(["env", "file", "keychain"]),
    name: v.optional(v.pipe(v.string(), v.minLength(1))),
    hosts: v.pipe(
      v.array(
        v.pipe(v.string(), v.regex(HOST, 'is no host; write a name such as "api.example.org" or "*.example.org"')),
      ),
      v.minLength(1),
    ),
  }),
);
const secretName = once(() =>
  v.pipe(
    v.string(),
    v.regex(
      /^[A-Za-z_][A-Za-z0-9_]*$/,
      "a secret's name must be letters, digits and underscores, with no digit in front",
    ),
  ),
);

const callPattern = once(() =>
  v.pipe(
    v.string(),
    v.check(
      (text) => parseCallPattern(text) !== undefined,
      'is no pattern of calls; write "files.write", "http.*" or "http.post(url=https://api.example.org/*)"',
    ),
  ),
);

/** What `--limit` and `--budget` may be allowed to raise. */
const RAISABLE = [
  "*",
  ...Object.keys(LIMITS),
  ...["budget.usd", "budget.tokens", "budget.llmCalls", "budget.toolCalls"],
] as [string, ...string[]];

/** Everything but what depends on the catalogue; built once, when first used. */
function fixedShape() {
  const limits = Object.keys(LIMITS).map((name) => [name, v.optional(limitSchema(name as LimitName))]);
  return {
    extends: v.optional(v.pipe(v.string(), v.minLength(1))),
    description: v.optional(v.string()),
    limits: v.optional(
      shape(Object.fromEntries(limits) as Record<LimitName, v.OptionalSchema<Schema<number>, undefined>>),
    ),
    ask: v.optional(v.array(callPattern())),
    approve: v.optional(v.array(callPattern())),
    egress: v.optional(oneOf(["open", "closed-after-private"])),
    askTimeout: v.optional(time()),
    journal: v.optional(oneOf(["on", "synced", "none"])),
    raisable: v.optional(v.array(oneOf(RAISABLE))),
    budget: v.optional(
      shape({
        usd: v.optional(number(0)),
        tokens: v.optional(countOrNone()),
        llmCalls: v.optional(countOrNone()),
        toolCalls: v.optional(countOrNone()),
      }),
    ),
    isolation: v.optional(
      shape({
        rung: v.optional(oneOf(["process", "none"])),
        hardening: v.optional(oneOf(["required", "best-effort", "off"])),
      }),
    ),
    secrets: v.optional(record(secret(), secretName())),
  };
}

/** The schema of a merged profile, in which nulls and `name+` are resolved. Every key may be absent. */
export type ProfileSchema = ReturnType<typeof buildSchema>;

function buildSchema({ bridges, engines }: ProfileCatalogue) {
  const grants = Object.entries(bridges).map(([name, schema]) => [name, v.optional(schema)] as const);
  return shape({
    ...fixedShape(),
    engines: v.optional(v.pipe(v.array(oneOf(engines as [string, ...string[]])), v.minLength(1))),
    bridges: v.optional(shape(Object.fromEntries(grants))),
  });
}

/** What `"*"` grants, by the bridge's name. */
export function everyGrant({ bridges, everything = {} }: ProfileCatalogue): Record<string, object> {
  return Object.fromEntries(Object.keys(bridges).map((name) => [name, everything[name] ?? {}]));
}

const built = new WeakMap<ProfileCatalogue["bridges"], { readonly engines: string; readonly schema: ProfileSchema }>();

/** The schema for a catalogue; kept for the next profile. */
export function profileSchema(catalogue: ProfileCatalogue): ProfileSchema {
  const engines = catalogue.engines.join("\0");
  const known = built.get(catalogue.bridges);
  if (known?.engines === engines) return known.schema;
  const schema = buildSchema(catalogue);
  built.set(catalogue.bridges, { engines, schema });
  return schema;
}
