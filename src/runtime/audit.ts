import { SpellError } from "../contract/errors.ts";
import type { Profile, Origin } from "../contract/profile.ts";
import { isValueMap, type Value } from "../contract/value.ts";
import { encodeValue } from "../contract/wire.ts";
import type { Decision } from "../gate/index.ts";
import { openAppend } from "../host/index.ts";

/** A file to which one JSON line a decision of the gate is added. */
export interface Audit {
  /** Writes what was decided for a run. */
  note(run: AuditedRun, decision: Decision): void;
  close(): void;
}

/** What is written of the run in each line. */
export interface AuditedRun {
  readonly id: string;
  readonly spell: string;
  readonly profile: Profile;
}

/** Opens the file of `--audit`; lines are added at its end. Arguments are written as a digest only: they may be private. */
export async function openAudit(file: string, now: () => number): Promise<Audit> {
  const target = await openAppend(file);
  return {
    note({ id, spell, profile }, { module, function: name, args, refusal }) {
      const rule = ruleOf(profile, module, refusal);
      const line = {
        time: new Date(now()).toISOString(),
        run: id,
        spell,
        profile: profile.name,
        call: `${module}.${name}`,
        arguments: digest(args),
        verdict: refusal === undefined ? "allowed" : "refused",
        ...(refusal === undefined ? {} : { code: refusal.code, message: refusal.message }),
        rule: rule.path,
        file: rule.origin.file,
        line: rule.origin.line,
      };
      target.append(`${JSON.stringify(line)}\n`);
    },
    close: () => target.close(),
  };
}

/** The place of the profile that decided. */
function ruleOf(profile: Profile, module: string, refusal: SpellError | undefined): { path: string; origin: Origin } {
  const path = refusedBy(refusal) ?? `bridges.${module}`;
  return { path, origin: profile.origins[path] ?? { file: "default", line: 0 } };
}

function refusedBy(refusal: SpellError | undefined): string | undefined {
  if (refusal === undefined) return undefined;
  const details = isValueMap(refusal.details) ? refusal.details : {};
  const limit = details["limit"];
  if (typeof limit === "string") return limit.includes(".") ? limit : `limits.${limit}`;
  if (refusal.code === "grant.approval") return "ask";
  return refusal.code === "grant.flow" ? "egress" : undefined;
}

/** SHA-256 of the arguments in wire form, keys in order: the same arguments have the same digest. */
function digest(args: readonly Value[]): string {
  const text = JSON.stringify(encodeValue(args as Value), (_key, item: unknown) => {
    if (typeof item !== "object" || item === null || Array.isArray(item)) return item;
    return Object.fromEntries(Object.entries(item).toSorted(([a], [b]) => (a < b ? -1 : 1)));
  });
  return `sha256:${new Bun.CryptoHasher("sha256").update(text).digest("hex")}`;
}
