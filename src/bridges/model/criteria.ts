/** What models are compared by. */
export const CRITERIA = ["cost", "latency", "reliability", "quality"] as const;

/** A criterion's name. */
export type Criterion = (typeof CRITERIA)[number];
