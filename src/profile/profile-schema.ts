import { parseCallPattern } from "../contract/call-pattern.ts";
import { LIMITS, type LimitName } from "../contract/limits.ts";
import { count, duration, once, size, z } from "../contract/schema.ts";

/** What profiles may name: each bridge's option schema by the bridge's name, and the ids of the engines. */
export interface ProfileCatalogue {
  readonly bridges: Readonly<Record<string, z.ZodObject>>;
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

function limitSchema(name: LimitName): z.ZodType<number> {
  const zero = MAY_BE_ZERO.has(name);
  const { unit } = LIMITS[name];
  if (unit === "milliseconds") return time();
  if (unit === "bytes") return zero ? bytesOrNone() : bytes();
  return zero ? countOrNone() : countOne();
}

const HOST =
  /^(\*\.)?[A-Za-z0-9_]([A-Za-z0-9_-]*[A-Za-z0-9_])?(\.[A-Za-z0-9_]([A-Za-z0-9_-]*[A-Za-z0-9_])?)*(:[0-9]{1,5})?$/;
const secret = once(() =>
  z.strictObject({
    from: z.enum(["env", "file", "keychain"]),
    name: z.string().min(1).optional(),
    hosts: z
      .array(z.string().regex(HOST, { error: 'is no host; write a name such as "api.example.org" or "*.example.org"' }))
      .min(1),
  }),
);
const secretName = once(() =>
  z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/, {
    error: "a secret's name must be letters, digits and underscores, with no digit in front",
  }),
);

const callPattern = once(() =>
  z.string().refine((text) => parseCallPattern(text) !== undefined, {
    error: 'is no pattern of calls; write "files.write", "http.*" or "http.post(url=https://api.example.org/*)"',
  }),
);

/** What `--limit` and `--budget` may be allowed to raise. */
const RAISABLE = [
  "*",
  ...Object.keys(LIMITS),
  ...["budget.usd", "budget.tokens", "budget.llmCalls", "budget.toolCalls"],
] as [string, ...string[]];

/** Everything but what depends on the catalogue; built once, when first used. */
function fixedShape() {
  const limits = Object.keys(LIMITS).map((name) => [name, limitSchema(name as LimitName).optional()]);
  return {
    extends: z.string().min(1).optional(),
    description: z.string().optional(),
    limits: z
      .strictObject(Object.fromEntries(limits) as Record<LimitName, z.ZodOptional<z.ZodType<number>>>)
      .optional(),
    ask: z.array(callPattern()).optional(),
    approve: z.array(callPattern()).optional(),
    egress: z.enum(["open", "closed-after-private"]).optional(),
    askTimeout: time().optional(),
    journal: z.enum(["on", "synced", "none"]).optional(),
    raisable: z.array(z.enum(RAISABLE)).optional(),
    budget: z
      .strictObject({
        usd: z.number().min(0).optional(),
        tokens: countOrNone().optional(),
        llmCalls: countOrNone().optional(),
        toolCalls: countOrNone().optional(),
      })
      .optional(),
    isolation: z
      .strictObject({
        rung: z.enum(["process", "none"]).optional(),
        hardening: z.enum(["required", "best-effort", "off"]).optional(),
      })
      .optional(),
    secrets: z.record(secretName(), secret()).optional(),
  };
}

/** The schema of a merged profile, in which nulls and `name+` are resolved. Every key may be absent. */
export type ProfileSchema = ReturnType<typeof buildSchema>;

function buildSchema({ bridges, engines }: ProfileCatalogue) {
  const grants = Object.entries(bridges).map(([name, schema]) => [name, schema.optional()] as const);
  return z.strictObject({
    ...fixedShape(),
    engines: z
      .array(z.enum(engines as [string, ...string[]]))
      .min(1)
      .optional(),
    bridges: z.strictObject(Object.fromEntries(grants)).optional(),
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
