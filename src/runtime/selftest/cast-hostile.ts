import { ENGINES } from "../catalog.ts";
import { castText } from "../cast-text.ts";
import { openProfile } from "../project.ts";
import { selfCommand } from "../self-command.ts";
import { isValueMap, type Value } from "../../contract/value.ts";
import type { ChildTask, CrowdTask, Ending } from "./broker-message.ts";

/** The hidden command that plays a spell's process. */
export const CHILD_COMMAND = "selftest-child";

/** Casts a spell whose process is a hostile one. What it was answered, it tells as its result. */
export async function castChild({ kind, wallTime }: ChildTask): Promise<Ending> {
  const [engine] = ENGINES;
  const minimal = await openProfile("minimal", undefined);
  if (engine === undefined) throw new Error("There is no engine");
  const profile = {
    ...minimal,
    limits: { ...minimal.limits, wallTime },
    // It would not put them around itself.
    isolation: { ...minimal.isolation, hardening: "off" as const },
  };
  const { failure, result } = await castText({
    source: "",
    engine,
    profile,
    command: [...selfCommand(), CHILD_COMMAND, kind],
  });
  const told = refusalIn(result);
  return {
    code: failure?.code ?? told,
    message: failure?.message ?? "",
    result: told === undefined ? result : null,
    stdout: "",
    stderr: "",
  };
}

function refusalIn(result: Value): string | undefined {
  if (!isValueMap(result)) return undefined;
  const refused = result["refused"];
  return typeof refused === "string" ? refused : undefined;
}

/** By language: takes all the memory, or all the time, that there is. */
const GREEDY: Readonly<Record<CrowdTask["takes"], Readonly<Record<string, string>>>> = {
  memory: {
    lua: "local t = {} local i = 0 while true do i = i + 1 t[i] = {i} end",
    javascript: "const all = []; for (let i = 0; ; i++) all.push([i]);",
    tengo: "a := []; for { a = append(a, [1, 2, 3]) }",
  },
  time: { lua: "while true do end", javascript: "while (true) {}", tengo: "for {}" },
};

const MIB = 1024 * 1024;

/** Casts many at once, in all languages whose engine has a memory limit of its own. All must end alike. */
export async function castCrowd({ count, takes }: CrowdTask): Promise<Ending> {
  const minimal = await openProfile("minimal", undefined);
  // Long enough for all of them on one core.
  const wallTime = takes === "memory" ? 600_000 : 2000;
  const limits = { ...minimal.limits, wallTime, memory: 16 * MIB, fuel: Number.MAX_SAFE_INTEGER };
  const profile = { ...minimal, limits };
  const engines = ENGINES.filter(({ lacks }) => lacks["memory-cap"] === undefined);
  const casting = Array.from({ length: count }, async (_, index) => {
    const engine = engines[index % engines.length];
    if (engine === undefined) throw new Error("There is no engine");
    const { failure } = await castText({ source: GREEDY[takes][engine.language] ?? "", engine, profile });
    return { code: failure?.code, engine: engine.id, message: failure?.message ?? "" };
  });
  const ended = await Promise.all(casting);
  const expected = takes === "memory" ? "limit.memory" : "limit.wall-time";
  const other = ended.find(({ code }) => code !== expected) ?? { code: expected, engine: "", message: "" };
  return {
    code: other.code,
    message: `${count} at once; ${other.engine} ended with ${other.code} ${other.message}`,
    result: null,
    stdout: "",
    stderr: "",
  };
}
