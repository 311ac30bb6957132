import type { TryHost } from "./host-kind.ts";
import { fromAnswer } from "./from-answer.ts";

/** More at once would try the machine and not llmspell. */
const MOST = 200;
/** How long each may take, in ms: they share the machine's cores. */
const TIME_EACH = 1500;

/** `100 concurrent runs, each allocating to its limit` */
export const tryCrowd: TryHost = ({ script }, lane) => {
  const found = /(\d+)\s+(?:concurrent|parallel|simultaneous)\s+(?:runs|spells)/i.exec(script);
  if (found === null) return undefined;
  const count = Math.min(Number(found[1]), MOST);
  const takes = /loop|spin|cpu|time/i.test(script) ? "time" : "memory";
  return lane.perform({ do: "crowd", count, takes }, count * TIME_EACH).then((answer) => fromAnswer(answer));
};
