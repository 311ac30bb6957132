import { basename, dirname, join, relative, resolve } from "node:path";
import { STANDARD_LIMITS, type LimitName } from "../contract/limits.ts";
import type { Profile } from "../contract/profile.ts";
import type { Effects } from "../contract/effects.ts";
import type { LearnedGrant } from "../contract/bridge.ts";
import type { Decision } from "../gate/index.ts";
import { writeWhole } from "../host/index.ts";
import { profileToYaml } from "../profile/index.ts";
import { BRIDGES } from "./catalog.ts";

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

  /** The profile as YAML; paths in it begin in `folder`. `uses` are modules that were read without a call, such as `spell`. */
  toYaml(name: string, engine: string, folder: string, uses: Iterable<string>): Promise<string> {
    const { profile } = this;
    for (const module of uses) {
      if (Object.hasOwn(profile.bridges, module) && !this.#grants.has(module)) this.#grants.set(module, new Map());
    }
    const names = [...this.#grants.keys()].toSorted();
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
    const grant: Record<string, unknown> = {};
    for (const [option, values] of this.#grants.get(module) ?? []) {
      grant[option] = values === true ? true : [...values].map((value) => placed(module, value, folder)).toSorted();
    }
    return grant;
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

/** The same as the path of a profile: those are files only where they have a slash. */
export function lockProfileOf(path: string): string {
  const file = lockFileOf(path);
  return file.includes("/") ? file : `./${file}`;
}

/** Writes a lock; answers its file. */
export async function writeLock(path: string, yaml: string): Promise<string> {
  const file = lockFileOf(path);
  await writeWhole(file, yaml);
  return file;
}
