import { join } from "node:path";
import type { RunTask } from "../broker-message.ts";
import type { CaseFolder } from "../case-folder.ts";
import type { Lane } from "../lane.ts";
import type { HostEnding, TryHost } from "./host-kind.ts";
import { fromAnswer } from "./from-answer.ts";
import { translateProfile } from "./translate-profile.ts";

const WALL_TIME = 10_000;

/**
 * A profile's text: a spell that needs nothing is run under it. It is tried as it stands, and where it is written in the
 * keys of the cases' own time (`sandbox: {memory_mb: 64}`) also in ours, so that more is tried than an unknown key. A
 * profile over another file is tried over the file outside as well: an error must not show what is in there.
 */
export const tryProfile: TryHost = async ({ class: kind, script, accepts }, lane, folder) => {
  if (!/^(?:yaml|profile|config|extends|grant)/i.test(kind)) return undefined;
  const translated = translateProfile(script);
  const texts = [script];
  if (translated !== undefined) texts.push(translated);
  const secret = join(folder.outside, "secret.txt");
  if (/^extends:/m.test(script)) texts.push(script.replace(/^extends:.*$/m, `extends: ${JSON.stringify(secret)}`));
  const endings: HostEnding[] = [];
  for (const text of texts) endings.push(await tryText(text, lane, folder));
  // Written in other keys, a profile that may be accepted is refused for these alone.
  const isForeign = translated !== undefined && accepts[0] === "ok";
  const counted = isForeign ? endings.slice(1) : endings;
  return (
    counted.find(({ verdict, faults }) => faults.length > 0 || !accepts.some((each) => each === verdict)) ?? counted[0]
  );
};

let count = 0;

async function tryText(text: string, lane: Lane, folder: CaseFolder): Promise<HostEnding> {
  const profile = folder.write(`profiles/case-${++count}.yaml`, text);
  const file = folder.write("spell/nothing.lua", "return 1");
  const options = { profile };
  const task: RunTask = { do: "run", folder: folder.root, file, engine: "lua", options, names: {} };
  const answer = await lane.perform(task, WALL_TIME);
  const faults = answer === undefined ? [] : await lane.faults(answer.ending, folder);
  const ending = fromAnswer(answer);
  return { ...ending, faults: [...ending.faults, ...faults] };
}
