import { homedir } from "node:os";
import { join } from "node:path";

/** Gives a variable's value. */
type Environment = (name: string) => string | undefined;

/** Where answers of models are kept that all runs share: `LLMSPELL_ANSWERS`, else a file in the user's state folder. */
export function defaultAnswersFile(environment: Environment, platform: string = process.platform): string {
  return fileFor("LLMSPELL_ANSWERS", "answers.db", environment, platform);
}

/** Where runs are kept unless somebody says otherwise: `LLMSPELL_JOURNAL`, else a file in the user's state folder. */
export function defaultJournalFile(environment: Environment, platform: string = process.platform): string {
  return fileFor("LLMSPELL_JOURNAL", "journal.db", environment, platform);
}

function fileFor(variable: string, file: string, environment: Environment, platform: string): string {
  const set = (name: string) => environment(name) || undefined;
  const named = set(variable);
  if (named !== undefined) return named;
  const home = set("HOME") ?? homedir();
  return join(stateFolder(set, home, platform), "llmspell", file);
}

function stateFolder(set: Environment, home: string, platform: string): string {
  if (platform === "darwin") return join(home, "Library", "Application Support");
  if (platform === "win32") return set("LOCALAPPDATA") ?? join(home, "AppData", "Local");
  const state = set("XDG_STATE_HOME");
  // The specification: a relative path there is to be ignored.
  return state?.startsWith("/") === true ? state : join(home, ".local", "state");
}
