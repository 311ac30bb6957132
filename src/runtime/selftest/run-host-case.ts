import type { AttackCase } from "./attack-case.ts";
import { makeCaseFolder } from "./case-folder.ts";
import type { HostEnding, TryHost } from "./host/host-kind.ts";
import { tryChild } from "./host/try-child.ts";
import { tryCommand } from "./host/try-command.ts";
import { tryCrowd } from "./host/try-crowd.ts";
import { tryParameters } from "./host/try-parameters.ts";
import { tryParent } from "./host/try-parent.ts";
import { tryProfile } from "./host/try-profile.ts";
import { judgeEnding, type CaseResult } from "./judge.ts";
import type { Lane } from "./lane.ts";

/** THE LIST of kinds: the first that understands a case runs it. */
const KINDS: readonly TryHost[] = [tryCrowd, tryChild, tryParent, tryCommand, tryParameters, tryProfile];

/** Values of such cases that are a rule, each looked at by the kind that it belongs to. */
const KNOWN_VALUES = [/\bnot executed\b/, /\bno orphan\b/, /^no-/];

/** Does what a case's text says. What is not understood has failed. */
export async function runHostCase(attack: AttackCase, lane: Lane): Promise<CaseResult> {
  const common = { id: attack.id, engine: attack.engine, class: attack.class };
  const folder = makeCaseFolder(lane.canaries);
  const started = performance.now();
  try {
    let ending: HostEnding | undefined;
    for (const kind of KINDS) if ((ending ??= await kind(attack, lane, folder)) !== undefined) break;
    const milliseconds = Math.round(performance.now() - started);
    if (ending === undefined) {
      const faults = ["what it does is not understood"];
      return { ...common, passed: false, verdict: "-", code: "", faults, milliseconds };
    }
    const { verdict, code, message } = ending;
    const { value } = attack;
    const isKnown = value === undefined || KNOWN_VALUES.some((known) => known.test(value));
    const valueFault = isKnown ? undefined : `the value "${value}" is not understood`;
    const fault = judgeEnding(attack, { verdict, code, message, missing: [], valueFault });
    const seen = { code, message, result: null, stdout: "", stderr: "" };
    const faults = [...(fault === undefined ? [] : [fault]), ...ending.faults, ...(await lane.faults(seen, folder))];
    return { ...common, passed: faults.length === 0, verdict, code, faults, milliseconds };
  } finally {
    folder.remove();
  }
}
