import { join } from "node:path";
import type { Engine } from "../../contract/engine.ts";
import type { AttackCase } from "./attack-case.ts";
import type { RunTask } from "./broker-message.ts";
import { makeCaseFolder } from "./case-folder.ts";
import { profileFor } from "./case-profile.ts";
import { judgeValue } from "./expected-value.ts";
import { judgeBroker, judgeEnding, judgeTime, type CaseResult } from "./judge.ts";
import type { Lane } from "./lane.ts";
import { missingModules } from "./module-names.ts";
import { tryTerminal } from "./try-terminal.ts";
import { verdictOf } from "./verdict.ts";
import { modulesOf, writeScript } from "./write-script.ts";

/** The value of a case whose output must not steer a terminal. */
const ESCAPED = "escaped";

/** A result, and whether it failed by its time alone, which a busy machine may have taken. */
export interface TimedResult extends CaseResult {
  readonly isLateOnly: boolean;
}

/** Runs one script on one engine, and looks at what it left. */
export async function runScriptCase(attack: AttackCase, engine: Engine, lane: Lane): Promise<TimedResult> {
  const common = { id: attack.id, engine: engine.id, class: attack.class };
  const folder = makeCaseFolder(lane.canaries);
  try {
    const { root, outside } = folder;
    const fixtures = { ROOT: root, OUTSIDE: outside, PORT: String(lane.server.port), CANARY: lane.canaries.key };
    const { source, mended } = await writeScript(attack, engine, fixtures);
    const file = folder.write(`spell/case${engine.extensions[0]?.ending ?? ""}`, source);
    const profile = profileFor(attack, root);
    const options = {
      profile: folder.write("profile.yaml", profile.text),
      model: "mock",
      audit: join(folder.path, "audit.jsonl"),
      logLevel: "debug",
    };
    const task: RunTask = { do: "run", folder: root, file, engine: engine.id, options, names: NAMES };
    const answer = await lane.perform(task, profile.wallTime);
    const more = mended === undefined ? {} : { mended };
    if (answer === undefined) {
      const faults = ["the broker hung or died", ...(await lane.faults(undefined, folder))];
      return {
        ...common,
        ...more,
        passed: false,
        verdict: "crash",
        code: "",
        faults,
        milliseconds: 0,
        isLateOnly: false,
      };
    }
    const { ending, milliseconds } = answer;
    const { code = "", message } = ending;
    const verdict = verdictOf(ending.code);
    const missing = missingModules(modulesOf(attack));
    const valueFault = judgeValue(attack, ending);
    const fault = judgeEnding(attack, { verdict, code, message, missing, valueFault });
    const steered = attack.value === ESCAPED ? await tryTerminal(file, engine.id, root) : undefined;
    const others = [fault, steered].filter((each) => each !== undefined);
    others.push(...judgeBroker(answer), ...(await lane.faults(ending, folder)));
    const late = judgeTime(answer, profile.wallTime);
    const faults = late === undefined ? others : [...others, late];
    const isLateOnly = late !== undefined && others.length === 0;
    return { ...common, ...more, passed: faults.length === 0, verdict, code, faults, milliseconds, isLateOnly };
  } finally {
    folder.remove();
  }
}

/** Names of the cases whose address is not this machine's; no other name leaves it either. */
const NAMES: RunTask["names"] = {
  "metadata.google.internal": ["169.254.169.254"],
  "metadata.test": ["169.254.169.254"],
  "private.test": ["10.0.0.1"],
};
