import { existsSync } from "node:fs";
import { basename, dirname, join, relative, resolve } from "node:path";
import { parse } from "../contract/check-schema.ts";
import { SpellError } from "../contract/errors.ts";
import { STANDARD_LIMITS, type LimitName } from "../contract/limits.ts";
import type { Profile } from "../contract/profile.ts";
import type { Effects } from "../contract/effects.ts";
import type { LearnedGrant } from "../contract/bridge.ts";
import type { Decision } from "../gate/index.ts";
import { writeWhole } from "../host/index.ts";
import { profileToYaml } from "../profile/index.ts";
import { BRIDGES } from "./catalog.ts";
import type { FoundSpell } from "./find-spell.ts";

/** What grants least, where an empty grant is not that: a bridge that the source names and the run did not call gets it. */
const LEAST: Readonly<Record<string, Readonly<Record<string, unknown>>>> = { llm: { models: [] } };

/** Collects what a run uses, and says the least profile that allows it. */
export class Learner {
  readonly #grants = new Map<string, Map<string, Set<string> | true>>();
  readonly #secrets = new Set<string>();

  constructor(
    private readonly profile: Profile,
    private readonly effects: Effects,
  ) {}

  /** Takes in a decision of the gate; refused calls are not learned. */
  note({ module, function: name, parsed, refusal }: Decision): void {
    if (refusal !== undefined) return;
    const grant = this.#grants.get(module) ?? new Map<string, Set<string> | true>();
    this.#grants.set(module, grant);
    const learned = BRIDGES.get(module)?.learn?.(name, parsed, this.effects) ?? {};
    for (const [option, values] of Object.entries(learned)) add(grant, option, values);
    if (module === "secret" && typeof parsed["name"] === "string") this.#secrets.add(parsed["name"]);
  }

  /**
   * The profile as YAML; paths in it begin in `folder`. `uses` are modules that the source names: those that were not
   * called, such as `spell`, are granted with nothing in them.
   */
  toYaml(name: string, engine: string, folder: string, uses: Iterable<string>): Promise<string> {
    const { profile } = this;
    const named = [...uses].filter((module) => Object.hasOwn(profile.bridges, module));
    const names = [...new Set([...this.#grants.keys(), ...named])].toSorted();
    const bridges = Object.fromEntries(names.map((module) => [module, this.#grantOf(module, folder)]));
    const limits = Object.entries(profile.limits).filter(
      ([limit, value]) => value !== STANDARD_LIMITS[limit as LimitName],
    );
    const secrets = Object.entries(profile.secrets).filter(([secret]) => this.#secrets.has(secret));
    return profileToYaml({
      ...{ name: `of what ${name} used`, description: `What ${name} needs`, engines: [engine], bridges },
      ...(limits.length > 0 ? { limits: Object.fromEntries(limits) } : {}),
      ...(Object.keys(profile.budget).length > 0 ? { budget: profile.budget } : {}),
      ...(profile.egress === "open" ? {} : { egress: profile.egress }),
      isolation: profile.isolation,
      ...(secrets.length > 0 ? { secrets: Object.fromEntries(secrets) } : {}),
      origins: {},
    } as unknown as Profile);
  }

  #grantOf(module: string, folder: string): Record<string, unknown> {
    const learned = this.#grants.get(module);
    const least = learned === undefined ? LEAST[module] : undefined;
    const grant: Record<string, unknown> = { ...least, ...this.#limitsOf(module) };
    for (const [option, values] of learned ?? []) {
      grant[option] = values === true ? true : [...values].map((value) => placed(module, value, folder)).toSorted();
    }
    return grant;
  }

  /** The numbers of a grant that are not those of every profile: a lock is no wider than what it was learned under. */
  #limitsOf(module: string): Record<string, unknown> {
    const schema = BRIDGES.get(module)?.grant();
    const standard = schema === undefined ? {} : (parse(schema, {}) as Record<string, unknown>);
    const own = Object.entries((this.profile.bridges[module] ?? {}) as Record<string, unknown>);
    return Object.fromEntries(own.filter(([key, value]) => typeof value === "number" && value !== standard[key]));
  }
}

function add(grant: Map<string, Set<string> | true>, option: string, values: LearnedGrant[string]): void {
  if (values === true) {
    grant.set(option, true);
    return;
  }
  const known = grant.get(option);
  const all = known instanceof Set ? known : new Set<string>();
  for (const value of values) all.add(value);
  grant.set(option, all);
}

/** Paths in a profile begin in its folder; those of a spell where it was started. */
function placed(module: string, value: string, folder: string): string {
  if (module !== "files" || value.startsWith("/")) return value;
  const path = relative(resolve(folder), resolve(value));
  return path === "" ? "." : path.startsWith("..") ? path : `./${path}`;
}

/** Where the lock of a spell is: `spell.lock.yaml` in its folder, or beside its file. */
export function lockFileOf(path: string): string {
  const file = basename(path);
  return join(
    dirname(path),
    file.startsWith("main.") ? "spell.lock.yaml" : `${file.replace(/\.[^.]+$/, "")}.lock.yaml`,
  );
}

/** A spell that may have a lock. */
interface Lockable extends Pick<FoundSpell, "name" | "path"> {
  readonly folder: Pick<FoundSpell["folder"], "onDisk">;
}

/** The lock of a spell as a profile's path: those are files only where they have a slash. Throws where it has none. */
export function lockProfileOf({ name, path, folder }: Lockable): string {
  if (!folder.onDisk) throw noPlaceForLock(name);
  const file = lockFileOf(path);
  if (!existsSync(file)) {
    throw new SpellError("profile.not-found", `${name} has no lock yet: there is no file "${file}"`, {
      fix: `Make it from what a run uses: llmspell run --lock ${path}`,
    });
  }
  return file.includes("/") ? file : `./${file}`;
}

/** The error for the lock of a spell that no file holds. */
export function noPlaceForLock(name: string): SpellError {
  return new SpellError("usage", `${name} has no folder for a lock: it is not on the disk`, {
    fix: "Use --learn, and --profile with what it prints",
  });
}

/** Writes a lock; answers its file. */
export async function writeLock(path: string, yaml: string): Promise<string> {
  const file = lockFileOf(path);
  await writeWhole(file, yaml);
  return file;
}
