import { SpellError } from "../contract/errors.ts";
import { ErrorValue, type ValueMap } from "../contract/value.ts";
import type { CallOrigin, Gate } from "../gate/index.ts";
import { checkParameters } from "../profile/index.ts";
import type { CastOptions } from "./cast-options.ts";
import { findSpell, loadSpell } from "./find-spell.ts";
import { requireEngine, requireNeeds } from "./project.ts";
import type { NestedOutcome, Outcome } from "./outcome.ts";
import type { LoadedSpell } from "./spell-source.ts";

/** How deep spells may run spells: each has a process of its own. */
const MAX_DEPTH = 8;

/** What a part of a run is cast from. */
export interface NestedRun {
  readonly options: CastOptions;
  /** The gate of the run that it is a part of. */
  readonly gate: Gate;
  readonly cast: (options: CastOptions) => Promise<Outcome>;
}

/** What is asked for. */
export interface NestedRequest {
  readonly name: string;
  readonly parameters: ValueMap;
  readonly origin: CallOrigin;
  readonly signal: AbortSignal;
}

/**
 * Runs another spell as a part of a run: by the same profile, over the same effects, out of the same budget, ended with
 * it. It has a record of its own under the run's; where that has an end already, this is it. Answers
 * `{result, output, run}`; rejects with what it failed with.
 */
export async function runNested(nested: NestedRun, request: NestedRequest): Promise<ValueMap> {
  const { options } = nested;
  const { name, origin } = request;
  if ((options.depth ?? 0) >= MAX_DEPTH) {
    throw new SpellError("limit.nesting", `Spells run spells more than ${MAX_DEPTH} deep`, {
      details: { spell: name },
    });
  }
  const { profile } = options;
  const found = await findSpell(name, { engine: undefined, maxBytes: profile.limits.source });
  requireEngine(found.engine.id, profile);
  requireNeeds(found.manifest.needs, profile);
  const spell = await loadSpell(found, profile.limits.source);
  const parameters = checkParameters(found.manifest, request.parameters);
  const outcome = await cast(nested, request, spell, parameters);
  const { tokens, usd, calls, llmCalls, toolCalls } = outcome.usage;
  origin.onSpend?.({ tokens, usd, calls, llmCalls, toolCalls });
  const { failure, result, output, id } = outcome;
  if (failure === undefined) return { result, output, run: id };
  throw new ErrorValue(failure.code, `${name}: ${failure.message}`, { run: id, details: failure.details });
}

async function cast(
  { options, gate, cast: castSpell }: NestedRun,
  { origin, signal }: NestedRequest,
  spell: LoadedSpell,
  parameters: ValueMap,
): Promise<NestedOutcome> {
  const { profile, effects, pool, redactor, audit, learner, tape, depth = 0 } = options;
  const beneath = await tape?.beneath?.({ call: origin.id, spell, parameters });
  if (beneath !== undefined && "outcome" in beneath) {
    gate.recall(beneath.read);
    return beneath.outcome;
  }
  const printed: Uint8Array[] = [];
  const outcome = await castSpell({
    ...{ spell, profile, parameters, effects, pool, redactor, audit, learner },
    signal: AbortSignal.any([signal, options.signal]),
    parent: gate,
    depth: depth + 1,
    tape: beneath?.tape,
    onOutput: (stream, text) => {
      if (stream === "stdout") printed.push(typeof text === "string" ? Buffer.from(text) : text.slice());
    },
  });
  return { ...outcome, output: new TextDecoder().decode(Buffer.concat(printed)) };
}
