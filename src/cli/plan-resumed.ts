import { resolve } from "node:path";
import { SpellError } from "../contract/errors.ts";
import type { StartEntry } from "../contract/journal.ts";
import type { Profile } from "../contract/profile.ts";
import type { ValueMap } from "../contract/value.ts";
import type { LoadedSpell, Tape } from "../runtime/index.ts";
import { VERSION } from "./build-info.ts";
import { textOption, type CommandInput } from "./command.ts";
import { journalFiles, type RunPlan } from "./plan-run.ts";

/** What goes on: a run as it was recorded, and the tape that knows how far it came. */
export interface Resumed {
  readonly start: StartEntry;
  readonly spell: LoadedSpell;
  readonly profile: Profile;
  readonly tape: Tape;
  /** The journal's file. */
  readonly file: string;
  /** The model that calls without one go to, instead of the recorded one. */
  readonly model?: string | undefined;
}

/**
 * Plans a run that goes on from its record: in its folder, by its profile and with its parameters. What was approved
 * since then counts, and so does an --env-file that is given now.
 */
export async function planResumed(input: CommandInput, resumed: Resumed): Promise<RunPlan> {
  const { start, spell, profile, tape, file, model } = resumed;
  const runtime = await import("../runtime/index.ts");
  const journal = resolve(file);
  const given = (name: string) => {
    const path = textOption(input, name);
    return path === undefined ? undefined : resolve(path);
  };
  const [environmentFile, approvalsFile] = [given("envFile"), given("approvals")];
  enterFolder(start.invocation.folder);
  const project = await runtime.findProject();
  const invocation = {
    ...start.invocation,
    ...(model === undefined ? {} : { model }),
    ...(environmentFile === undefined ? {} : { environmentFile }),
    ...(approvalsFile === undefined ? {} : { approvalsFile }),
  };
  const approvals = await runtime.openApprovals(project, invocation.approvalsFile);
  return {
    ...{ spell, invocation, approvals },
    tape: {
      ...tape,
      beneath: runtime.beneathTape({ file: journal, profile, invocation, version: VERSION, parent: tape.id }),
    },
    profile: runtime.withApprovals(profile, approvals),
    parameters: start.message.parameters as ValueMap,
    journalFile: journal,
    keepFiles: [...runtime.governingFiles(profile, project, invocation.approvalsFile), ...journalFiles(journal)],
  };
}

/** The paths that a run was granted begin in the folder that it was started in. */
function enterFolder(folder: string): void {
  try {
    process.chdir(folder);
  } catch {
    throw new SpellError("usage", `The run was started in the folder "${folder}", which is not there`, {
      fix: "Make it again, as the paths that the run may use begin there",
    });
  }
}
