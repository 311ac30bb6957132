import { LAYER_NAMES, tryHardening, type HardeningTrial } from "../isolation/index.ts";
import { toFailure } from "../contract/errors.ts";
import { ENGINES } from "./catalog.ts";
import type { Finding } from "./finding.ts";
import { selfCommand } from "./self-command.ts";

/** What doctor says of a layer that held. */
const HELD: Readonly<Record<(typeof LAYER_NAMES)[number], string>> = {
  "no-new-privs": "a spell's process was kept from",
  landlock: "a spell's process could not, even without its filter",
  rlimits: "a spell's process was held to its limits of",
  seccomp: "a spell's process could not",
};

/** How many of the attempts that failed are named. */
const NAMED = 5;

/** Hardens a spell's process as a run would, has it try to break each layer, and says what held. */
export async function tryLayers(): Promise<Finding[]> {
  const [engine] = ENGINES;
  const common = { group: "isolation" as const };
  let trial: HardeningTrial;
  try {
    trial = await tryHardening(selfCommand(), engine?.id ?? "");
  } catch (error) {
    const { message } = toFailure(error);
    return LAYER_NAMES.map((name) => ({ ...common, name, status: "broken", detail: message }));
  }
  return LAYER_NAMES.map((name): Finding => {
    const missing = trial.hardened.missing.find(({ layer }) => layer === name);
    if (missing !== undefined) return { ...common, name, status: "absent", detail: `missing: ${missing.reason}` };
    const attempts = trial.attempts.filter(({ layer }) => layer === name);
    const through = attempts.filter(({ refused }) => !refused).map(({ name: what }) => what);
    if (attempts.length === 0) return { ...common, name, status: "broken", detail: "could not be tried" };
    if (through.length > 0) return { ...common, name, status: "broken", detail: `did not hold: ${through.join(", ")}` };
    const tried = attempts.slice(0, NAMED).map(({ name: what }) => what);
    if (attempts.length > NAMED) tried.push(`${attempts.length - NAMED} more`);
    return { ...common, name, status: "ok", detail: `${HELD[name]}: ${tried.join(", ")}` };
  });
}
