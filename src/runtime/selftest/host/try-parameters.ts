import type { RunTask } from "../broker-message.ts";
import type { TryHost } from "./host-kind.ts";
import { fromAnswer } from "./from-answer.ts";

const WALL_TIME = 10_000;

/** Parameters as JSON, or one `key=value` a line: a spell that takes any gets them from the command line and gives them back. */
export const tryParameters: TryHost = ({ class: kind, script }, lane, folder) => {
  if (!/^(?:param|argument|input|cli)/i.test(kind)) return undefined;
  const parameters = pairsOf(script);
  if (parameters === undefined) return undefined;
  const file = folder.write("spell/parameters.lua", "return spell.parameters");
  const options = { profile: "minimal" };
  const task: RunTask = { do: "run", folder: folder.root, file, engine: "lua", options, parameters, names: {} };
  return lane.perform(task, WALL_TIME).then((answer) => fromAnswer(answer, WALL_TIME));
};

function pairsOf(script: string): string[] | undefined {
  try {
    const json = JSON.parse(script) as unknown;
    if (typeof json !== "object" || json === null) return undefined;
    return Object.entries(json).map(
      ([key, value]) => `${key}=${typeof value === "string" ? value : JSON.stringify(value)}`,
    );
  } catch {
    const lines = script.split("\n").filter((line) => line !== "");
    return lines.every((line) => line.includes("=")) ? lines : undefined;
  }
}
