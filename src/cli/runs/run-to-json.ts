import { toJson } from "../format-value.ts";
import type { ShownCall } from "./run-record.ts";
import { tookOf } from "./run-record.ts";
import { rowToJson } from "./run-texts.ts";
import type { WholeRun } from "./show-run.ts";

/** A whole run as programs get it: its row, what it was begun with, its calls, output and end. */
export function runToJson({ row, record, digest, entries }: WholeRun): object {
  const { start, calls, output, pauses, end } = record;
  const text = (stream: "stdout" | "stderr") => {
    const parts = output.filter((each) => each.stream === stream).map((each) => Buffer.from(each.text));
    return Buffer.concat(parts).toString();
  };
  return {
    ...rowToJson(row),
    digest,
    entries,
    ...(start === undefined
      ? {}
      : {
          profile: start.profile.name,
          versions: start.versions,
          path: start.spell.path,
          parameters: toJson(start.message.parameters),
          folder: start.invocation.folder,
        }),
    pauses,
    output: text("stdout"),
    errorOutput: text("stderr"),
    result: end === undefined ? null : toJson(end.result),
    ...(end?.failure === undefined ? {} : { error: { ...end.failure, details: toJson(end.failure.details) } }),
    ...(end === undefined ? {} : { usage: end.usage }),
    callList: calls.map(callToJson),
  };
}

function callToJson(call: ShownCall): object {
  const { id, fiber, function: name, args, position, value, error, cancelled, spent, callbacks, began } = call;
  return {
    id,
    fiber,
    function: name,
    arguments: args.map(toJson),
    ...(position === undefined ? {} : { position }),
    began,
    took: tookOf(call) ?? null,
    ...(value === undefined ? {} : { value: toJson(value) }),
    ...(error === undefined
      ? {}
      : { error: { code: error.code, message: error.message, details: toJson(error.details) } }),
    ...(cancelled ? { cancelled } : {}),
    ...(callbacks > 0 ? { callbacks } : {}),
    ...(spent === undefined ? {} : { tokens: spent.tokens, usd: spent.usd }),
  };
}
