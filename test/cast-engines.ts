import { rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Engine } from "../src/contract/engine.ts";
import type { ModelFacts } from "../src/contract/catalogue.ts";
import {
  castSpell,
  ENGINES,
  inlineSpell,
  loadSpell,
  makeEffects,
  openModels,
  openProfile,
  ProcessPool,
  type Outcome,
} from "../src/runtime/index.ts";

/** How a text is cast. */
export interface CastEnvironment {
  /** Keys and addresses of providers; nothing else is in its environment. */
  readonly env?: Readonly<Record<string, string>>;
  /** Under `bridges:`, in YAML's flow style. */
  readonly bridges?: string;
  /** More lines of the profile. */
  readonly profile?: string;
  readonly model?: string;
  readonly facts?: ModelFacts;
}

/** The outcome, and what was printed. */
export type CastResult = Outcome & { readonly output: string };

let count = 0;

/** Casts a text in this process, as the binary would in another. */
export async function castIn(engine: Engine, source: string, options: CastEnvironment = {}): Promise<CastResult> {
  const { env = {}, bridges = '"*": {}', model = "mock", facts } = options;
  const stem = join(tmpdir(), `llmspell-cast-${process.pid}-${++count}`);
  const [environmentFile, profileFile] = [`${stem}.env`, `${stem}.yaml`];
  writeFileSync(
    environmentFile,
    Object.entries(env)
      .map(([name, value]) => `${name}=${value}\n`)
      .join(""),
  );
  const lines = ["extends: minimal", `bridges: { ${bridges} }`, "isolation: { rung: none, hardening: off }"];
  writeFileSync(profileFile, [...lines, options.profile ?? "", ""].join("\n"));
  const pool = new ProcessPool([], 0);
  const output: string[] = [];
  try {
    const profile = await openProfile(profileFile, undefined);
    const models = await openModels({ model, mockFile: undefined, environmentFile, onMock: () => {} });
    const { effects, close } = makeEffects({
      ...{ models, maxInputBytes: 0, log: () => {}, prompt: () => {} },
      ...(facts === undefined ? {} : { facts }),
    });
    try {
      const spell = await loadSpell(inlineSpell(source, engine.id, "test"), profile.limits.source);
      const { signal } = new AbortController();
      const onOutput = (_stream: string, text: string | Uint8Array) => output.push(String(text));
      const outcome = await castSpell({ spell, profile, effects, pool, signal, parameters: {}, onOutput });
      return { ...outcome, output: output.join("") };
    } finally {
      close();
    }
  } finally {
    pool.close();
    rmSync(environmentFile);
    rmSync(profileFile);
  }
}

/** The same in each language. */
export interface Spells {
  readonly lua: string;
  readonly javascript: string;
  readonly tengo: string;
}

/** Every engine with the text that it runs. */
export function onEveryEngine(spells: Spells): readonly (readonly [name: string, engine: Engine, source: string])[] {
  return ENGINES.map((engine) => {
    const source = spells[engine.id === "fengari" ? "lua" : (engine.id as keyof Spells)];
    return [engine.id, engine, source] as const;
  });
}
