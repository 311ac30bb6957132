import { orphanTime } from "../../try-parent-death.ts";
import type { TryHost } from "./host-kind.ts";

/** How long a spell's process may live after its broker, in ms. */
const LONGEST = 1000;

/** `parent is SIGKILLed during a run` */
export const tryParent: TryHost = async ({ script }) => {
  if (!/\b(?:parent|broker)\b/i.test(script)) return undefined;
  const named = /SIG(KILL|TERM|INT|HUP|ABRT|SEGV|QUIT)/i.exec(script)?.[1]?.toUpperCase();
  const signal = named ?? (/killed|dies|crashes/i.test(script) ? "KILL" : undefined);
  if (signal === undefined) return undefined;
  const time = await orphanTime(`SIG${signal}` as NodeJS.Signals);
  if (time === undefined) return ended("no spell's process was started");
  return ended(time > LONGEST ? `a spell's process lived for ${time} ms after its broker` : undefined);
};

function ended(fault: string | undefined) {
  return { verdict: "ok", code: "", message: "", faults: fault === undefined ? [] : [fault] } as const;
}
