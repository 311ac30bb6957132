/**
 * The world: the only folder whose code touches files, the network, the environment and standard input on
 * behalf of a run. Everything here is handed out by the composition root as an effect; nothing here decides
 * what a spell may do.
 */
export { openAnswers } from "./answers/index.ts";
export { systemClock } from "./clock.ts";
export { openEgress, originFetch, type EgressOptions, type Lookup } from "./egress/index.ts";
export { openEnvironment, parseEnvironment, type Environment } from "./environment.ts";
export { openFiles, type FilesOptions } from "./files/index.ts";
export { portAnswers } from "./port-answers.ts";
export { openPrograms } from "./run-program.ts";
export { openAppend, type AppendFile } from "./open-append.ts";
export { openVariables } from "./variables.ts";
export { isFolderError, readStandardInput, readText } from "./read-text.ts";
export { openSchemaFiles } from "./schemas/index.ts";
export { openSecrets, type SecretStore } from "./secrets/index.ts";
export { StandardInput } from "./standard-input.ts";
export { writeWhole } from "./write-whole.ts";
