import { EXIT } from "../contract/error-codes.ts";
import { toFailure, type Failure } from "../contract/errors.ts";
import type { Ending, Outcome, RunTask } from "../runtime/index.ts";
import { castFromCommandLine, CastError } from "./cast.ts";
import type { Command } from "./command.ts";
import { toJson } from "../contract/plain-json.ts";
import { showFailure } from "./show-failure.ts";
import type { Terminal } from "./terminal.ts";

/** Larger sources are no case. */
const MAX_SOURCE = 1024 * 1024;

/** `llmspell selftest-broker`: casts what `llmspell selftest` sends it, as `llmspell run` would. */
export const selftestBroker: Command = {
  name: "selftest-broker",
  summary: "Cast the cases of llmspell selftest",
  hidden: true,
  async run() {
    const { serveBroker } = await import("../runtime/selftest/index.ts");
    await serveBroker(castTask);
    return EXIT.done;
  },
};

async function castTask(task: RunTask): Promise<Ending> {
  const { findSpell } = await import("../runtime/index.ts");
  process.chdir(task.folder);
  const shown = { stdout: "", stderr: "" };
  const terminal = captured(shown);
  const options = { ...task.options, engine: task.engine, param: task.parameters ?? [] };
  const input = { arguments: [task.file], options, terminal, showHelp: () => {} };
  let outcome: Outcome | undefined;
  let failure: Failure | undefined;
  try {
    await castFromCommandLine(input, () => findSpell(task.file, { engine: task.engine, maxBytes: MAX_SOURCE }), {
      lookup: (host) => Promise.resolve(task.names[host] ?? ["127.0.0.1"]),
      onOutcome: (each) => {
        outcome = each;
      },
    });
  } catch (error) {
    failure = toFailure(error instanceof CastError ? error.reason : error);
    showFailure(terminal, failure, error instanceof CastError ? error.sources : undefined);
  }
  const ended = outcome?.failure ?? failure;
  const result = outcome === undefined ? null : toJson(outcome.result);
  return { code: ended?.code, message: ended?.message ?? "", result, ...shown };
}

function captured(shown: { stdout: string; stderr: string }): Terminal {
  const text = (bytes: string | Uint8Array) =>
    typeof bytes === "string" ? bytes : Buffer.from(bytes).toString("latin1");
  const plain = (shown: string) => shown;
  return {
    out: (bytes) => void (shown.stdout += text(bytes)),
    err: (bytes) => void (shown.stderr += text(bytes)),
    spell: (stream, bytes) => void (shown[stream] += text(bytes)),
    note: (line) => void (shown.stderr += `${line}\n`),
    style: { bold: plain, dim: plain, red: plain, yellow: plain, green: plain, cyan: plain },
    isInteractive: false,
    columns: 80,
  };
}
