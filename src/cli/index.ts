/**
 * THE LIST of commands, in the order of the help. One file a command, one line here. The command line alone
 * talks to a person: it parses, asks the runtime, and shows. `main.ts` holds the only `process.exit`.
 */
export { run } from "./run.ts";
export { exec } from "./exec.ts";
export { version } from "./version.ts";
