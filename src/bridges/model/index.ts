/** What the functions of the `model` bridge do, loaded when the first of them is called: most runs ask for none. */
export { figuresOf } from "./analytics.ts";
export { asValue } from "./as-value.ts";
export { armOf, recordResult, samplesOf } from "./experiments.ts";
export { requireModel } from "./find-model.ts";
export { readSince } from "./read-since.ts";
export { recommend, type Wishes } from "./recommend.ts";
export { withListed } from "./refresh.ts";
export { writeReport } from "./report.ts";
export { searchModels, type ModelFilter } from "./search.ts";
export { showComparison } from "./show-comparison.ts";
