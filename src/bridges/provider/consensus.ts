import type { CallContext } from "../../contract/bridge.ts";
import { SpellError } from "../../contract/errors.ts";
import { Float, fromFloat, isValueMap, type Value, type ValueMap } from "../../contract/value.ts";
import { writeJson } from "../../contract/json-text.ts";
import type { Attempt } from "./attempt.ts";
import { mergeFields } from "./fields.ts";
import { judge } from "./judge.ts";
import type { AskOptions } from "./options.ts";
import { readAnswerJson } from "./read-json.ts";
import { cosine, plainAnswer, textSimilarity } from "./similarity.ts";
import { byMajority, bySimilarity, type Ballot } from "./tally.ts";

/** An answer that counts, and its weight. */
export type TextBallot = Ballot<string> & { readonly attempt: Attempt };

/** What a consensus adds to the answer that was taken. */
export interface Consensus {
  readonly taken: Attempt;
  readonly more: ValueMap;
}

/** Finds what the answers agree on. Rejects with `provider.disagreement` where that is too little. */
export async function findConsensus(
  ballots: readonly TextBallot[],
  question: string,
  options: AskOptions,
  call: CallContext,
): Promise<Consensus> {
  const found = options.schema === undefined ? await onTexts(ballots, question, options, call) : onFields(ballots);
  const { agreement: least = 0 } = options;
  const { agreement } = found;
  if (agreement + 1e-9 < least) {
    throw new SpellError(
      "provider.disagreement",
      `${percent(agreement)} of the votes agree, and ${percent(least)} are asked for`,
      { details: { agreement: fromFloat(agreement), votes: found.more["votes"] ?? [] } },
    );
  }
  return found;
}

type Found = Consensus & { readonly agreement: number };

function percent(share: number): string {
  return `${Math.round(share * 100)}%`;
}

async function onTexts(
  ballots: readonly TextBallot[],
  question: string,
  { by = "majority", judge: judgeModel, embedder }: AskOptions,
  call: CallContext,
): Promise<Found> {
  if (by === "majority") {
    const tally = byMajority(ballots, plainAnswer);
    return found(ballots, required(tally), { decidedBy: by });
  }
  const similarity = await similarityOf(ballots, embedder, call);
  const { scores, ...tally } = required(bySimilarity(ballots, similarity));
  if (by === "similarity") return found(ballots, tally, { decidedBy: by }, scores);
  const texts = ballots.map(({ content }) => content);
  const { choice, reason } = await judge(question, texts, judgeModel, call);
  const chosen = choice === undefined ? undefined : ballots[choice];
  // A judge that fails does not fail the group: the answer that is most like the others stands for it, and says so.
  if (chosen === undefined) return found(ballots, tally, { decidedBy: "similarity", reason }, scores);
  const key = plainAnswer(chosen.content);
  const supporters = ballots.filter(({ content }) => plainAnswer(content) === key);
  const agreement = weightOf(supporters) / weightOf(ballots);
  return found(ballots, { winner: chosen, supporters, agreement }, { decidedBy: by, reason }, scores);
}

function required<T>(tally: T | undefined): T {
  if (tally === undefined) throw new SpellError("internal", "A vote without ballots");
  return tally;
}

async function similarityOf(
  ballots: readonly TextBallot[],
  embedder: string | undefined,
  call: CallContext,
): Promise<(first: number, second: number) => number> {
  if (embedder === undefined) {
    return (a, b) => textSimilarity(ballots[a]?.content ?? "", ballots[b]?.content ?? "");
  }
  // No provider makes a vector of nothing.
  const texts = ballots.map(({ content }) => content || " ");
  const answer = await call.within("embed", ["llm", "embed"], [texts, { model: embedder }], call.signal);
  const vectors = ((answer as ValueMap)["vectors"] as readonly (readonly Value[])[]).map((vector) =>
    vector.map(toNumber),
  );
  return (a, b) => cosine(vectors[a] ?? [], vectors[b] ?? []);
}

function toNumber(value: Value): number {
  return value instanceof Float ? value.value : typeof value === "number" ? value : 0;
}

function found(
  ballots: readonly TextBallot[],
  tally: {
    readonly winner: Ballot<string>;
    readonly supporters: readonly Ballot<string>[];
    readonly agreement: number;
  },
  more: ValueMap,
  scores?: readonly number[],
): Found {
  const { agreement, supporters, winner } = tally;
  const votes = ballots.map((ballot, index) => {
    const similarity = scores?.[index];
    return {
      ...showBallot(ballot, supporters.includes(ballot)),
      ...(similarity === undefined ? {} : { similarity: fromFloat(similarity) }),
    };
  });
  const taken = (winner as TextBallot).attempt;
  return { taken, agreement, more: { ...more, agreement: fromFloat(agreement), votes } };
}

function showBallot({ model, content, weight }: TextBallot, agrees: boolean): ValueMap {
  return { model, text: content, weight: fromFloat(weight), agrees };
}

/** Objects are agreed on field by field; answers that are no JSON have no vote. */
function onFields(ballots: readonly TextBallot[]): Found {
  const read = ballots.map((ballot) => ({ ballot, value: readAnswerJson(ballot.content) }));
  const counted = read.flatMap(({ ballot: { model, weight, attempt }, value }) =>
    value === undefined ? [] : [{ model, weight, attempt, content: value }],
  );
  if (counted.length === 0) {
    throw new SpellError("provider.group", "None of the answers is JSON", {
      details: { votes: ballots.map((ballot) => showBallot(ballot, false)) },
    });
  }
  const { value, fields } = mergeFields(counted);
  const agreement = fields.reduce((least, field) => Math.min(least, field.agreement), 1);
  const text = writeJson(value);
  const votes = read.map(({ ballot, value: own }) => ({
    ...showBallot(ballot, own !== undefined && writeJson(sorted(own)) === writeJson(sorted(value))),
    ...(own === undefined ? { problem: "it is no JSON" } : {}),
  }));
  const taken = closest(counted, fields) ?? counted[0]?.attempt;
  if (taken === undefined) throw new SpellError("internal", "A vote without ballots");
  return {
    taken: { ...taken, answer: { ...taken.answer, text } },
    agreement,
    more: {
      decidedBy: "fields",
      agreement: fromFloat(agreement),
      votes,
      value,
      fields: fields.map((field) => ({ ...field, agreement: fromFloat(field.agreement) })),
    },
  };
}

/** The answer that has most of what was agreed on: its model is the group's. */
function closest(
  ballots: readonly (Ballot<Value> & { readonly attempt: Attempt })[],
  fields: ReturnType<typeof mergeFields>["fields"],
): Attempt | undefined {
  const shares = ballots.map(({ model, attempt }) => ({
    attempt,
    agreed: fields.filter(({ value, values }) =>
      values.some((camp) => camp.models.includes(model) && writeJson(camp.value) === writeJson(value)),
    ).length,
  }));
  return shares.toSorted((a, b) => b.agreed - a.agreed)[0]?.attempt;
}

/** With keys in order, so that two ways of writing one object are the same. */
function sorted(value: Value): Value {
  if (Array.isArray(value)) return value.map((item) => sorted(item as Value));
  if (!isValueMap(value)) return value;
  return Object.fromEntries(
    Object.keys(value)
      .toSorted()
      .map((key) => [key, sorted(value[key] ?? null)]),
  );
}

function weightOf(ballots: readonly { readonly weight: number }[]): number {
  return ballots.reduce((sum, { weight }) => sum + weight, 0);
}
