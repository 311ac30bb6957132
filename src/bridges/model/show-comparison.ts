import type { ValueMap } from "../../contract/value.ts";
import { asValue } from "./as-value.ts";
import { compareArms, level, type Sample, sizeOf } from "./significance.ts";

/** What came of one kind of result; undefined where no two arms can be compared. */
export function showComparison(
  measure: "success" | "value",
  arms: ReadonlyMap<string, Sample>,
  alpha: number,
): ValueMap | undefined {
  const pairs = compareArms(arms, alpha);
  if (pairs.length === 0) return undefined;
  const levels = [...arms].map(([arm, sample]) => ({ arm, results: sizeOf(sample), level: level(sample) }));
  const [highest] = levels.toSorted((a, b) => b.level - a.level);
  const own = pairs.filter(({ first, second }) => first === highest?.arm || second === highest?.arm);
  const leads = own.length === levels.length - 1 && own.every(({ isSignificant }) => isSignificant);
  return asValue({
    measure,
    arms: levels,
    pairs: pairs.map(({ isSignificant, isSmall, ...pair }) => ({
      ...pair,
      significant: isSignificant,
      small: isSmall,
    })),
    leader: leads ? highest?.arm : undefined,
  }) as ValueMap;
}
