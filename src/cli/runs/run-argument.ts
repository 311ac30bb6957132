import type { CommandArgument } from "../command.ts";
import { suggestRuns } from "../suggest-runs.ts";

/** A run, named by a person. */
export const RUN_ARGUMENT: CommandArgument = {
  form: "<run>",
  doc: "Its id, the beginning of it, or last",
  complete: suggestRuns,
};
