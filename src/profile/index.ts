/**
 * YAML in, checked values out: profiles (parsed, merged, explained), the project's llmspell.yaml and a spell's
 * spell.yaml. Only text is handled here: files are read by a function that the caller passes, and what bridges and
 * engines there are comes in as a catalogue. No grant is enforced here (that is the gate's work), nothing is run, and
 * no other folder imports the yaml package. This is the folder's single door.
 */
export { BUILT_IN_PROFILES, builtInProfile, DEFAULT_PROFILE } from "./built-in-texts.ts";
export { toRegExp, USAGE_KEYS, VALUE_MATCHERS } from "./case-schema.ts";
export { caseText, changedCaseText } from "./case-text.ts";
export { checkParameters } from "./check-parameters.ts";
export type { CheckOptions } from "./check-tree.ts";
export { explain, showOrigin, type ExplainRow } from "./explain.ts";
export {
  caseJsonSchema,
  manifestJsonSchema,
  profileJsonSchema,
  projectJsonSchema,
  type JsonSchema,
} from "./json-schema.ts";
export { MAX_EXTENDS, type InlineProfiles, type ReadText } from "./load-chain.ts";
export type { ProfileCatalogue } from "./profile-schema.ts";
export { readApprovals, withApproval, type ApprovedPattern } from "./approvals.ts";
export { overrideLimits } from "./override-limits.ts";
export { profileToYaml } from "./profile-to-yaml.ts";
export {
  formatBytes,
  formatCount,
  formatDuration,
  parseBytes,
  parseCount,
  parseDuration,
  type Quantity,
} from "../contract/quantity.ts";
export { readCase } from "./read-case.ts";
export { placeInManifest, readManifest, type ManifestCatalogue } from "./read-manifest.ts";
export {
  chooseProfile,
  readProject,
  type Project,
  type ProjectChoice,
  type SpellNames,
  type SpellRule,
} from "./read-project.ts";
export { readYaml, type CheckedYaml } from "./read-yaml.ts";
export { resolveProfile, type ResolveOptions } from "./resolve-profile.ts";
export type {
  AmountExpectation,
  CallExpectation,
  CallsExpectation,
  Expectation,
  SpellCase,
  TextExpectation,
} from "./spell-case.ts";
export type { YamlPath } from "./yaml-path.ts";
export type { YamlMap, YamlSource } from "./yaml-tree.ts";
