/**
 * The composition root: joins engines, bridges, providers, profiles, the gate and the host into runs. It finds
 * a spell, chooses its profile, and casts it. Here may stand no command line and no rule of a sandbox; what
 * differs between engines or bridges stands on them.
 */
export { BRIDGES, bridgeOf, CATALOGUE, ENGINES, engineOf, engineOfFile } from "./catalog.ts";
export { defaultAnswersFile, defaultJournalFile } from "../journal/default-file.ts";
export { beneathTape } from "./tape/beneath-tape.ts";
export { newTape, type NewTapeOptions } from "./tape/new-tape.ts";
export type { Tape } from "./tape/tape.ts";
export { openAudit, type Audit } from "./audit.ts";
export { castSpell, type CastOptions, type Outcome, type RunUsage } from "./cast-spell.ts";
export { EMBEDDED_SPELLS } from "./embedded-spells.ts";
export {
  embeddedFolder,
  embeddedNames,
  findSpell,
  inlineSpell,
  loadSpell,
  mainFiles,
  type FoundSpell,
} from "./find-spell.ts";
export { ModelCatalogue, requireProvider, type ModelSettings } from "./models.ts";
export { chooseFor, findProject, openProfile, requireEngine, requireNeeds } from "./project.ts";
export type { LoadedSpell } from "./spell-source.ts";
export { ProcessPool } from "../isolation/index.ts";
export { openApprovals, withApprovals, type Approvals } from "./approvals.ts";
export { checkParameters } from "../profile/index.ts";
export { governingFiles } from "./governing-files.ts";
export type { GrantWarning } from "./grant-warning.ts";
export { prepareGrants } from "./prepare-grants.ts";
export { makeEffects, type EffectOptions } from "./effects.ts";
export { openOutside, type Outside, type OutsideOptions } from "./open-outside.ts";
export { openVariables } from "./open-variables.ts";
export { askProfile, askSpell, type AskWishes } from "./ask.ts";
export { modelFacts } from "./model-facts.ts";
export { openModels, type ModelOptions } from "./open-models.ts";
export { selfCommand } from "./self-command.ts";
export type { CaseResult, Ending, RunTask, SelftestReport } from "./selftest/index.ts";
