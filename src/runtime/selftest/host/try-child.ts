import type { ChildKind } from "../hostile-child.ts";
import type { TryHost } from "./host-kind.ts";
import { fromAnswer } from "./from-answer.ts";

const WALL_TIME = 1500;

/** What a case says → the kind of process that does it, the more special first. */
const KINDS: readonly (readonly [says: RegExp, kind: ChildKind])[] = [
  [/not granted|ungranted|denied module/i, "call-not-granted"],
  [/unknown (?:module|function|method)/i, "call-unknown"],
  [/__proto__|prototype/i, "prototype"],
  [/(?:forged|duplicate|reused|wrong|unknown) (?:call |callback |request |message )?ids?\b/i, "forged-ids"],
  [/(?:two|second|another) results?|twice|after (?:its|the) result/i, "two-results"],
  [/(?:wrong|missing|invalid) (?:fields?|types?|schema)/i, "wrong-fields"],
  [/deep|nest/i, "deep"],
  [/(?:half|partial|truncated|unfinished|incomplete|slow)/i, "slow-frame"],
  [/(?:huge|large|oversized|giant|\d\s*[GM]i?B|length|0x?ffffffff)/i, "huge-frame"],
  [/garbage|not json|malformed|invalid|random|junk|non-json/i, "garbage"],
  [/flood|endless|without end|infinite|never stops/i, "flood"],
  [/silent|nothing|hangs?|never answers|no (?:answer|reply|result)|stops responding/i, "silent"],
  [/dies|exits?|crash|segfault|SIGSEGV|abort/i, "dies"],
];

/** `child sends an RPC for a module not granted` */
export const tryChild: TryHost = ({ script }, lane) => {
  if (!/\bchild\b/i.test(script) || /\b(?:parent|broker) is\b/i.test(script)) return undefined;
  const kind = KINDS.find(([says]) => says.test(script))?.[1];
  if (kind === undefined) return undefined;
  const task = { do: "child", kind: String(kind), wallTime: WALL_TIME } as const;
  return lane.perform(task, WALL_TIME).then((answer) => fromAnswer(answer, WALL_TIME));
};
