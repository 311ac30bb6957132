import type { AttackCase } from "./attack-case.ts";
import { missingModules, MODULES } from "./module-names.ts";
import { ALLOWED_HOST, OTHER_HOST } from "./trap-server.ts";
import { modulesOf } from "./write-script.ts";

/** How long a run may take that may end so, and one that must end otherwise. */
const WALL_TIME = { tight: 1000, wide: 15_000 } as const;
const FUEL = { tight: 30_000_000, wide: 2_000_000_000 } as const;
const SIZES = { memory: "48MiB", result: "1MiB", output: "1MiB", arguments: "1MiB", answer: "2MiB" } as const;

/** What one case's run is given. */
export interface CaseProfile {
  /** As a profile's text: JSON is YAML. */
  readonly text: string;
  readonly wallTime: number;
}

/**
 * The profile of a case: the modules that it uses, granted as widely as its attack needs to mean something. `http` may
 * ask any host for anything, so that what refuses is the address, not the rule. Limits that the case accepts are tight.
 */
export function profileFor(attack: AttackCase, root: string): CaseProfile {
  const wallTime = attack.accepts.includes("limit:time") ? WALL_TIME.tight : WALL_TIME.wide;
  const fuel = attack.accepts.includes("limit:instructions") ? FUEL.tight : FUEL.wide;
  const used = modulesOf(attack);
  const granted = used.flatMap((name) => {
    const ours = MODULES[name]?.ours ?? name;
    return missingModules([name]).length > 0 || ours === "" ? [] : [[ours, grantOf(ours, root)]];
  });
  const profile = {
    extends: "minimal",
    bridges: Object.fromEntries(granted) as unknown,
    limits: { ...SIZES, wallTime: `${wallTime}ms`, fuel, tokens: 5000, llmCalls: 20 },
    secrets: { SELFTEST_KEY: { from: "env", hosts: [ALLOWED_HOST] } },
  };
  return { text: JSON.stringify(profile, null, 2), wallTime };
}

function grantOf(module: string, root: string): unknown {
  switch (module) {
    case "files":
      return { read: [root], write: [root] };
    case "http":
      return { allow: ["* *://*:*/**"], private: [ALLOWED_HOST, OTHER_HOST], maxBytes: "1MiB" };
    case "env":
      return { names: ["LANG", "SELFTEST_PUBLIC"] };
    default:
      return {};
  }
}
