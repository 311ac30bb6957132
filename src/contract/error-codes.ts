import { CASE_ERROR_CODES } from "./case-error-codes.ts";
import { GROUP_ERROR_CODES } from "./group-error-codes.ts";
import { JOURNAL_ERROR_CODES } from "./journal-error-codes.ts";
import { SCHEMA_ERROR_CODES } from "./schema-error-codes.ts";
import { MODEL_ERROR_CODES } from "./model-error-codes.ts";

/** The exit statuses of the command line. */
export const EXIT = {
  done: 0,
  failed: 1,
  usage: 2,
  denied: 3,
  limit: 4,
  provider: 5,
  interrupted: 130,
} as const;

/** One row of {@link ERROR_CODES}: what `llmspell explain CODE` prints, and the exit status of a run that ends so. */
export interface ErrorCodeEntry {
  readonly exit: (typeof EXIT)[keyof typeof EXIT];
  /** What it means, one or two sentences. */
  readonly means: string;
  /** What to do about it. */
  readonly fix: string;
}

/** Every stable code. Codes are never reused for something else and never renamed. */
export const ERROR_CODES = {
  // ── the script ────────────────────────────────────────────────────────────
  "script.syntax": {
    exit: EXIT.failed,
    means: "The spell's source could not be parsed.",
    fix: "Correct the source at the line that the message names.",
  },
  "script.error": {
    exit: EXIT.failed,
    means: "The spell raised an error that nothing caught.",
    fix: "Read the stack below the message; catch the error (pcall, try/catch) where it can be handled.",
  },
  "script.deadlock": {
    exit: EXIT.failed,
    means: "The spell waits for something that can never happen: no call is under way and no fiber can go on.",
    fix: "Resolve the promise, or wake the fiber, that the spell waits for.",
  },
  "script.cannot-wait": {
    exit: EXIT.failed,
    means:
      "A bridge call was made where the language cannot suspend: inside a callback of table.sort, string.gsub or a load reader, or of a metamethod that a function of the library calls.",
    fix: "Make the call before or after, and keep its result in a variable.",
  },
  "script.module-not-found": {
    exit: EXIT.failed,
    means: "The spell imports a module that is neither granted nor a file in the spell's own folder.",
    fix: "Check the name; grant the bridge in the profile; import files by a literal path below the spell's folder.",
  },
  "script.handle-closed": {
    exit: EXIT.failed,
    means: "A handle (a stream, a function) was used after it was closed or revoked.",
    fix: "Use a handle only until it is closed and only in the run that made it.",
  },
  // ── values ────────────────────────────────────────────────────────────────
  "value.unsupported": {
    exit: EXIT.failed,
    means: "A value of a kind that cannot cross between a script and the host.",
    fix: "Pass null, booleans, numbers, strings, bytes, arrays, maps with string keys, errors, times, functions or handles.",
  },
  "value.cycle": { exit: EXIT.failed, means: "A value contains itself.", fix: "Pass a value without cycles." },
  "value.depth": {
    exit: EXIT.failed,
    means: "A value nests deeper than 64 levels.",
    fix: "Pass a flatter value; deep nesting is usually a cycle.",
  },
  "value.key": {
    exit: EXIT.failed,
    means: "A map has a key that is not a string, or mixes positions and names.",
    fix: "Use string keys only, or positions 1 to n only.",
  },
  "value.range": {
    exit: EXIT.failed,
    means: "A number does not fit: an integer over 64 bits, or more than the engine can hold exactly.",
    fix: "Pass the number as a string, or use an engine with 64-bit integers.",
  },
  // ── calls ─────────────────────────────────────────────────────────────────
  "call.arguments": {
    exit: EXIT.failed,
    means: "A bridge function was called with wrong arguments.",
    fix: "See `llmspell bridges MODULE` for what the function takes.",
  },
  "call.unknown-function": {
    exit: EXIT.failed,
    means: "The bridge has no function of that name.",
    fix: "See `llmspell bridges MODULE` for its functions.",
  },
  "call.answer": {
    exit: EXIT.failed,
    means: "A bridge answered with something that its own schema does not allow. This is a defect of llmspell.",
    fix: "Report it with the call that caused it.",
  },
  "call.cancelled": {
    exit: EXIT.failed,
    means: "The call was cancelled before it was answered.",
    fix: "Nothing, where the spell cancelled it itself.",
  },
  "call.failed": {
    exit: EXIT.failed,
    means: "A bridge function failed for a reason of its own.",
    fix: "The message says why.",
  },
  "call.timeout": {
    exit: EXIT.failed,
    means: "A single call took longer than limits.callTime.",
    fix: "Raise limits.callTime in the profile, or ask for less in one call.",
  },
  "json.parse": {
    exit: EXIT.failed,
    means: "A text is not JSON.",
    fix: "Correct the text at the position that the message names.",
  },
  // ── grants ────────────────────────────────────────────────────────────────
  "grant.bridge": {
    exit: EXIT.denied,
    means: "The profile does not grant the bridge that the spell uses.",
    fix: "Add the bridge under `bridges:` in the profile, or run with a profile that has it.",
  },
  "grant.rule": {
    exit: EXIT.denied,
    means: "The profile grants the bridge, but not with these arguments (a model, host or path).",
    fix: "Widen the bridge's rule in the profile.",
  },
  "grant.address": {
    exit: EXIT.denied,
    means: "A host that is granted has an address on this machine or in a private network, or no ordinary one.",
    fix: "If it is meant, name the host under `private:` beside the rule that allows it.",
  },
  "grant.engine": {
    exit: EXIT.denied,
    means: "The profile does not allow the engine that the spell needs.",
    fix: "Add the engine under `engines:` in the profile.",
  },
  "grant.needs": {
    exit: EXIT.denied,
    means: "The spell's spell.yaml needs bridges that the profile does not grant.",
    fix: "Run with a profile that grants them; the message shows the lines to add.",
  },
  "grant.approval": {
    exit: EXIT.denied,
    means: "The profile wants this call to be approved by a person, and nobody did.",
    fix: "Run it where there is a terminal, or approve it beforehand: see `approve` in docs/profiles.md.",
  },
  "grant.flow": {
    exit: EXIT.denied,
    means:
      "The run has read private and untrusted data, and the profile says that then nothing leaves the machine without an approval.",
    fix: "Run it where there is a terminal to approve it; or set `egress: open` in the profile if the spell is trusted.",
  },
  "grant.limit": {
    exit: EXIT.denied,
    means: "A limit or budget was given on the command line that is higher than the profile's.",
    fix: "Name it under `raisable` in the profile, or run with another profile.",
  },
  "grant.hardening": {
    exit: EXIT.denied,
    means: "The profile requires an isolation layer that this machine does not offer.",
    fix: "Run `llmspell doctor` to see what is missing, or set isolation.hardening to best-effort.",
  },
  // ── the network ───────────────────────────────────────────────────────────
  "http.network": {
    exit: EXIT.failed,
    means: "A server could not be reached, or the connection broke.",
    fix: "Check the address and the network.",
  },
  "http.timeout": {
    exit: EXIT.failed,
    means: "A server did not answer in time, or stopped in the middle of its answer.",
    fix: "Try again; raise `timeout` or `idleTime` of http in the profile.",
  },
  "http.status": {
    exit: EXIT.failed,
    means: "A server answered with an error where its answer was to be read as JSON, bytes or events.",
    fix: "Use http.get where an answer of any status is wanted; `details.status` has the status.",
  },
  "http.redirects": {
    exit: EXIT.failed,
    means: "A server redirects more often than is followed.",
    fix: "Ask for the address where it leads.",
  },
  "http.answer": {
    exit: EXIT.failed,
    means: "A server's answer could not be understood.",
    fix: "Check that the address is that of the service that is meant.",
  },
  "http.too-large": {
    exit: EXIT.limit,
    means: "A server's answer is larger than maxBytes, or blows up when it is uncompressed.",
    fix: "Ask for less, or raise `maxBytes` of http in the profile.",
  },
  "secret.unavailable": {
    exit: EXIT.usage,
    means: "A secret of the profile has no value where the profile says that it is.",
    fix: "Set the variable, write the file or the keychain's entry that the message names; or take the secret from the profile.",
  },
  // ── files ─────────────────────────────────────────────────────────────────
  "files.not-found": {
    exit: EXIT.failed,
    means: "There is no file or folder of that path.",
    fix: "Check the path; relative paths begin in the folder where llmspell was started.",
  },
  "files.exists": {
    exit: EXIT.failed,
    means: "There is a file or folder of that path already.",
    fix: "Choose another name, or let the call replace what is there.",
  },
  "files.kind": {
    exit: EXIT.failed,
    means: "A folder is where a file was expected, a file where a folder was, or a folder is not empty.",
    fix: "Check the path; files.stat tells what is there.",
  },
  "files.not-text": {
    exit: EXIT.failed,
    means: "The file is not UTF-8 text.",
    fix: "Read it as bytes: files.readBytes, in Lua and Tengo files.read_bytes.",
  },
  "files.redacted": {
    exit: EXIT.failed,
    means: "What would be written holds the marker of a redacted secret, so that the file would be broken.",
    fix: "Take the marker out, or do not write what a secret was in.",
  },
  "files.failed": {
    exit: EXIT.failed,
    means: "The system could not do what was asked of a file.",
    fix: "The message says why.",
  },
  // ── programs ──────────────────────────────────────────────────────────────
  "shell.not-started": {
    exit: EXIT.failed,
    means: "A granted program could not be started.",
    fix: "The message says why.",
  },
  "shell.timeout": {
    exit: EXIT.failed,
    means: "A program ran longer than the call or the grant allows; it was ended with all that it had started.",
    fix: "Give it more time by the call's timeout, or by shell's timeout in the profile.",
  },
  // ── limits: see contract/limits.ts ────────────────────────────────────────
  "limit.wall-time": {
    exit: EXIT.limit,
    means: "The run took longer than limits.wallTime.",
    fix: "Raise limits.wallTime in the profile, or make the spell do less.",
  },
  "limit.fuel": {
    exit: EXIT.limit,
    means: "The spell executed more steps of its engine than limits.fuel.",
    fix: "Look for an endless loop; otherwise raise limits.fuel in the profile.",
  },
  "limit.memory": {
    exit: EXIT.limit,
    means: "The spell used more memory than limits.memory.",
    fix: "Keep less at once; otherwise raise limits.memory in the profile.",
  },
  "limit.stack": {
    exit: EXIT.limit,
    means: "The spell's calls nest deeper than the engine's stack.",
    fix: "Look for endless recursion.",
  },
  "limit.source": {
    exit: EXIT.limit,
    means: "The spell's source, its own modules included, is larger than limits.source.",
    fix: "Make the source smaller; pass data as parameters or standard input.",
  },
  "limit.parameters": {
    exit: EXIT.limit,
    means: "The spell's parameters are larger than limits.parameters.",
    fix: "Pass large texts on standard input.",
  },
  "limit.result": { exit: EXIT.limit, means: "The result is larger than limits.result.", fix: "Return less." },
  "limit.output": { exit: EXIT.limit, means: "The spell printed more than limits.output.", fix: "Print less." },
  "limit.input": {
    exit: EXIT.limit,
    means: "Standard input is larger than limits.input.",
    fix: "Send less, or raise limits.input in the profile.",
  },
  "limit.arguments": {
    exit: EXIT.limit,
    means: "The arguments of one call are larger than limits.arguments.",
    fix: "Pass less in one call.",
  },
  "limit.answer": {
    exit: EXIT.limit,
    means: "The answer of one call is larger than limits.answer.",
    fix: "Ask for less in one call.",
  },
  "limit.calls": {
    exit: EXIT.limit,
    means: "The run made more calls than limits.calls.",
    fix: "Call less, or raise limits.calls.",
  },
  "limit.calls-in-flight": {
    exit: EXIT.limit,
    means: "More calls were under way at once than limits.callsInFlight.",
    fix: "Wait for some of them before starting more.",
  },
  "limit.fibers": {
    exit: EXIT.limit,
    means: "The spell started more fibers than limits.fibers.",
    fix: "Start fewer at once.",
  },
  "limit.handles": {
    exit: EXIT.limit,
    means: "More handles (streams, functions given to the host) are open than limits.handles.",
    fix: "Close streams when done; give one function many times instead of many functions at once.",
  },
  "limit.llm-calls": {
    exit: EXIT.limit,
    means: "The run made more model calls than limits.llmCalls.",
    fix: "Call less, or raise limits.llmCalls in the profile.",
  },
  "limit.tokens": {
    exit: EXIT.limit,
    means: "The run used more tokens than limits.tokens.",
    fix: "Ask for less, or raise limits.tokens in the profile.",
  },
  "limit.state": {
    exit: EXIT.limit,
    means: "More than maxBytes or maxKeys of state would be kept, or more schemas than a run may keep.",
    fix: "Keep less.",
  },
  "limit.file-size": {
    exit: EXIT.limit,
    means: "A file that is read or written is larger than the maxFileBytes of the grant.",
    fix: "Read it in parts (files.readBytes with offset and length), or raise bridges.files.maxFileBytes.",
  },
  "limit.file-count": {
    exit: EXIT.limit,
    means: "One call would list, find or remove more files and folders than the maxFiles of the grant.",
    fix: "Ask for fewer at once, or raise bridges.files.maxFiles in the profile.",
  },
  "limit.file-writes": {
    exit: EXIT.limit,
    means: "The run would write more bytes in all than the maxWrittenBytes of the grant.",
    fix: "Write less, or raise bridges.files.maxWrittenBytes in the profile.",
  },
  "limit.program-output": {
    exit: EXIT.limit,
    means: "A program wrote more than the maxOutputBytes of the grant; it was ended.",
    fix: "Have the program write less, or raise bridges.shell.maxOutputBytes in the profile.",
  },
  "limit.usd": {
    exit: EXIT.limit,
    means: "The call could cost more than is left of budget.usd.",
    fix: "Ask a cheaper model, lower maxTokens, or raise budget.usd in the profile.",
  },
  "limit.frame": {
    exit: EXIT.limit,
    means: "The spell's process sent a message over the size that any allowed message can have.",
    fix: "Return, print or pass less at once.",
  },
  // ── the command line, spells and profiles ─────────────────────────────────
  usage: { exit: EXIT.usage, means: "The command line is wrong.", fix: "See `llmspell COMMAND --help`." },
  "spell.not-found": {
    exit: EXIT.usage,
    means: "There is no spell of that name and no file of that path.",
    fix: "`llmspell list` shows the spells; give a path for a file of your own.",
  },
  "spell.unreadable": {
    exit: EXIT.usage,
    means: "The spell's file cannot be read, or is not UTF-8 text.",
    fix: "Check the path and permissions; save the file as UTF-8.",
  },
  "spell.unknown-extension": {
    exit: EXIT.usage,
    means: "No engine runs files with that extension.",
    fix: "Use .lua, .js, .mjs, .ts or .tengo, or say --engine.",
  },
  "spell.manifest": {
    exit: EXIT.usage,
    means: "The spell's spell.yaml is wrong.",
    fix: "Correct the line that the message names.",
  },
  "spell.parameter": {
    exit: EXIT.usage,
    means: "A parameter is missing, unknown or of the wrong type.",
    fix: "`llmspell run SPELL --help` shows the spell's parameters.",
  },
  "profile.not-found": {
    exit: EXIT.usage,
    means: "There is no profile of that name and no file of that path.",
    fix: "`llmspell profile list` shows the profiles.",
  },
  "profile.invalid": {
    exit: EXIT.usage,
    means: "The profile is wrong.",
    fix: "Correct the line that the message names.",
  },
  "engine.unknown": {
    exit: EXIT.usage,
    means: "There is no engine of that name.",
    fix: "The engines are lua, fengari, javascript and tengo.",
  },
  "bridge.unknown": {
    exit: EXIT.usage,
    means: "There is no bridge of that name.",
    fix: "`llmspell bridges` shows them.",
  },
  "file.exists": {
    exit: EXIT.usage,
    means: "A file that would be written is there already.",
    fix: "Choose another name, or say --force.",
  },
  "environment.file": {
    exit: EXIT.usage,
    means: "The file given by --env-file cannot be read.",
    fix: "Check the path; the file holds lines of the form NAME=value.",
  },
  // ── providers ─────────────────────────────────────────────────────────────
  "provider.unknown": {
    exit: EXIT.usage,
    means: "There is no provider of that name.",
    fix: "`llmspell models` shows the providers; a model is named provider/model.",
  },
  "provider.model": {
    exit: EXIT.provider,
    means: "The provider does not know the model.",
    fix: "`llmspell models` shows the models that a provider offers.",
  },
  "provider.key": {
    exit: EXIT.provider,
    means: "The provider's key is not set, or has something in it that cannot be sent.",
    fix: "Set the variable that the message names in the environment or in a file given by --env-file.",
  },
  "provider.authentication": {
    exit: EXIT.provider,
    means: "The provider refused the key.",
    fix: "Check the key in the variable that the message names.",
  },
  "provider.rate-limit": {
    exit: EXIT.provider,
    means: "The provider asks to slow down, or a quota is used up.",
    fix: "Wait for the time that the message names, or use another model.",
  },
  "provider.request": {
    exit: EXIT.provider,
    means: "The provider refused the request as wrong.",
    fix: "The message says what the provider did not like.",
  },
  "provider.server": {
    exit: EXIT.provider,
    means: "The provider failed or is overloaded.",
    fix: "Try again later, or use another model.",
  },
  "provider.timeout": {
    exit: EXIT.provider,
    means: "The provider did not answer, or stopped in the middle of an answer, for too long.",
    fix: "Try again, or use another model.",
  },
  "provider.network": {
    exit: EXIT.provider,
    means: "The provider could not be reached, or the connection broke.",
    fix: "Check the network and the provider's address.",
  },
  "provider.answer": {
    exit: EXIT.provider,
    means: "The provider's answer could not be understood.",
    fix: "Check that the address is that of a server with this protocol.",
  },
  "provider.unsupported": {
    exit: EXIT.provider,
    means: "The provider or model does not offer what was asked (embeddings, tools, a schema).",
    fix: "Use a model that does; `llmspell models` shows them.",
  },
  "provider.script": {
    exit: EXIT.usage,
    means: "The mock model's script is wrong.",
    fix: "Correct the line that the message names; see docs/providers.md.",
  },
  // ── groups, pools and catalogue of models ─────────────────────────────────
  ...GROUP_ERROR_CODES,
  ...MODEL_ERROR_CODES,
  // ── schemas ───────────────────────────────────────────────────────────────
  ...SCHEMA_ERROR_CODES,
  // ── runs on disk ──────────────────────────────────────────────────────────
  ...JOURNAL_ERROR_CODES,
  ...CASE_ERROR_CODES,
  // ── processes ─────────────────────────────────────────────────────────────
  "frame.malformed": {
    exit: EXIT.failed,
    means: "The spell's process sent something that is no message of ours; it was ended.",
    fix: "Report it with the spell that caused it.",
  },
  "process.died": {
    exit: EXIT.failed,
    means: "The spell's process ended without a result.",
    fix: "If the system was short of memory, lower limits.memory; otherwise report it.",
  },
  // ── the terminal ──────────────────────────────────────────────────────────
  "output.write": {
    exit: EXIT.failed,
    means:
      "What was to be written to standard output, standard error or a file could not be written, or not all of it.",
    fix: "Make room on the disk, or write to another place.",
  },
  interrupted: { exit: EXIT.interrupted, means: "The run was interrupted from outside.", fix: "Nothing." },
  internal: {
    exit: EXIT.failed,
    means: "A defect of llmspell.",
    fix: "Report it with the command and the spell that caused it.",
  },
} as const satisfies Record<string, ErrorCodeEntry>;

/** A stable error code. */
export type ErrorCode = keyof typeof ERROR_CODES;

/** Whether `code` is one of ours (scripts may give their own errors any code). */
export function isErrorCode(code: string): code is ErrorCode {
  return Object.hasOwn(ERROR_CODES, code);
}

/** The exit status of a run that fails with `code`: 1 for a script's own codes. */
export function exitStatus(code: string): number {
  return isErrorCode(code) ? ERROR_CODES[code].exit : EXIT.failed;
}
