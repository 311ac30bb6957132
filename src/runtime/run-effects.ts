import type { Answers } from "../contract/answers.ts";
import type { ApprovalAnswer } from "../contract/approval.ts";
import type { Effects, LogEntry } from "../contract/effects.ts";
import type { ValueMap } from "../contract/value.ts";
import type { RunInfo } from "../contract/run.ts";
import type { Redactor } from "../gate/index.ts";
import { cleanModels } from "./clean-models.ts";
import { pooledModels } from "./pooled-models.ts";
import type { WallTimer } from "./wall-timer.ts";

/** What the effects of one run are made from. */
export interface RunEffectOptions {
  readonly effects: Effects;
  readonly run: RunInfo;
  readonly wall: WallTimer;
  /** See `Effects.log`: lines of the log are a part of the run's output. */
  readonly claim: (bytes: number) => void;
  readonly redactor: Redactor | undefined;
  /** How long a person has to approve a call, in ms. */
  readonly askTimeout: number;
}

/** Effects as one run has them: calls to models pass its pools, no time runs while a person is waited for, and no secret is in what they are shown. */
export function runEffects({ effects, run, wall, claim, redactor, askTimeout }: RunEffectOptions): Effects {
  const models = pooledModels(effects.models, run, effects.clock);
  return {
    ...effects,
    models: redactor === undefined ? models : cleanModels(models, redactor),
    answers: redactor === undefined ? effects.answers : cleanAnswers(effects.answers, redactor),
    readLine: (prompt, signal) => wall.during(() => effects.readLine(redactor?.text(prompt) ?? prompt, signal)),
    log: (entry) => effects.log(redactor === undefined ? entry : cleanEntry(entry, redactor), claim),
    async approve(request, signal) {
      const late = AbortSignal.timeout(askTimeout);
      const waiting = new Promise<ApprovalAnswer>((resolve) => {
        late.addEventListener("abort", () => resolve("late"), { once: true });
      });
      const asked = effects.approve(request, AbortSignal.any([signal, late]));
      asked.catch(() => {});
      return wall.during(() => Promise.race([asked, waiting]));
    },
  };
}

/** Answers are kept without secrets: what a model said stays on disk. */
function cleanAnswers({ answer }: Answers, redactor: Redactor): Answers {
  return { answer: (question, make, signal) => answer(question, async () => redactor.value(await make()), signal) };
}

/** An entry without secrets. */
function cleanEntry({ level, message, fields }: LogEntry, redactor: Redactor): LogEntry {
  return { level, message: redactor.text(message), fields: redactor.value(fields as ValueMap) as ValueMap };
}
