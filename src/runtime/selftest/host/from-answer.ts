import type { BrokerAnswer } from "../broker-message.ts";
import { judgeBroker, judgeTime } from "../judge.ts";
import type { HostEnding } from "./host-kind.ts";
import { verdictOf } from "../verdict.ts";

/** Where the process is not ours, a message that is none and a death are ends that are expected. */
const EXPECTED: ReadonlySet<string> = new Set(["frame.malformed", "process.died"]);

/** What a broker answered as the end of a case; `wallTime` where the run's time is looked at. */
export function fromAnswer(answer: BrokerAnswer | undefined, wallTime?: number): HostEnding {
  if (answer === undefined) {
    return { verdict: "crash", code: "", message: "", faults: ["the broker hung or died"] };
  }
  const { code = "", message } = answer.ending;
  const verdict = EXPECTED.has(code) ? "error" : verdictOf(answer.ending.code);
  const late = wallTime === undefined ? undefined : judgeTime(answer, wallTime);
  return { verdict, code, message, faults: [...judgeBroker(answer), ...(late === undefined ? [] : [late])] };
}
