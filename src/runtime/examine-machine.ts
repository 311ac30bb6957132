import type { Engine } from "../contract/engine.ts";
import type { Profile } from "../contract/profile.ts";
import { openEnvironment, portAnswers } from "../host/index.ts";
import { PROVIDERS } from "../providers/index.ts";
import { ENGINES } from "./catalog.ts";
import { castText } from "./cast-text.ts";
import type { Finding } from "./finding.ts";
import { openModels } from "./open-models.ts";
import { openProfile } from "./project.ts";
import { providerKey } from "./provider-key.ts";
import { tryJournal } from "./try-journal.ts";
import { tryLayers } from "./try-layers.ts";
import { tryParentDeath } from "./try-parent-death.ts";

/** Tries out what a run needs on this machine: nothing is taken for granted that can be tried. `signal` ends what it started. */
export async function examineMachine(environmentFile: string | undefined, signal?: AbortSignal): Promise<Finding[]> {
  const profile = await openProfile("standard", undefined);
  const [engines, loops, parent, layers, journal, keys, servers] = await Promise.all([
    Promise.all(ENGINES.map((engine) => tryEngine(engine, profile))),
    tryKill(profile),
    tryParentDeath(signal),
    tryLayers(),
    tryJournal(),
    listKeys(environmentFile),
    findServers(environmentFile),
  ]);
  return [...engines, loops, parent, ...layers, journal, ...keys, ...servers];
}

/** Runs the engine's own example in a process, against the mock model. */
async function tryEngine(engine: Engine, profile: Profile): Promise<Finding> {
  const started = performance.now();
  const { failure } = await castText({ source: engine.template, engine, profile });
  const took = `${Math.round(performance.now() - started)} ms`;
  const common = { group: "engines" as const, name: engine.id };
  if (failure === undefined) return { ...common, status: "ok", detail: `${engine.title}: a spell ran in ${took}` };
  return { ...common, status: "broken", detail: `${failure.code}: ${failure.message}` };
}

/** An endless loop as some language writes it; others fail to parse it and the next is tried. */
const LOOPS = ["while (true) {}", "while true do end", "for {}"];
const LOOP_TIME = 200;

async function tryKill(profile: Profile): Promise<Finding> {
  const common = { group: "isolation" as const, name: "process" };
  const tight = { ...profile, limits: { ...profile.limits, wallTime: LOOP_TIME, fuel: Number.MAX_SAFE_INTEGER } };
  const [engine] = ENGINES;
  for (const loop of engine === undefined ? [] : LOOPS) {
    const started = performance.now();
    const { failure } = await castText({ source: loop, engine: engine as Engine, profile: tight });
    if (failure?.code === "script.syntax") continue;
    if (failure?.code !== "limit.wall-time") {
      const how = failure === undefined ? "came to an end" : `ended with ${failure.code}`;
      return { ...common, status: "broken", detail: `an endless loop ${how}, instead of being killed` };
    }
    const over = Math.round(performance.now() - started) - LOOP_TIME;
    return { ...common, status: "ok", detail: `a process for each run; an endless loop was killed within ${over} ms` };
  }
  return { ...common, status: "broken", detail: "no endless loop could be tried" };
}

/** By name only: no key's value is shown. */
async function listKeys(environmentFile: string | undefined): Promise<Finding[]> {
  const environment = await openEnvironment(environmentFile);
  return PROVIDERS.flatMap(({ keyVariable, title }) => {
    if (keyVariable === undefined) return [];
    const isSet = providerKey(environment, keyVariable) !== undefined;
    return {
      group: "keys",
      name: keyVariable,
      status: isSet ? "ok" : "absent",
      detail: `${title}: ${isSet ? "set" : "not set"}`,
    };
  });
}

/** Model servers on this machine that answer; no other is asked anything. */
async function findServers(environmentFile: string | undefined): Promise<Finding[]> {
  const environment = await openEnvironment(environmentFile);
  const models = await openModels({ model: undefined, mockFile: undefined, environmentFile, onMock: () => {} });
  const local = PROVIDERS.filter(({ local: isLocal, id }) => isLocal && id !== "mock");
  return Promise.all(
    local.map(async ({ id, baseUrl, baseUrlVariable }) => {
      const common = { group: "servers" as const, name: id };
      const url = (baseUrlVariable === undefined ? undefined : environment(baseUrlVariable)) ?? baseUrl;
      const absent = { ...common, status: "absent" as const, detail: `nothing answers at ${url}` };
      if (!(await portAnswers(url, SERVER_TIME))) return absent;
      const found = await models.list(id, AbortSignal.timeout(SERVER_TIME)).catch(() => undefined);
      return found === undefined
        ? absent
        : { ...common, status: "ok" as const, detail: `${found.length} models at ${url}` };
    }),
  );
}

/** How long a local server may take to answer, in ms. */
const SERVER_TIME = 1000;
