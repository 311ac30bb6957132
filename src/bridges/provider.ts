import { type Bridge, bridgeFunction, type CallContext } from "../contract/bridge.ts";
import type { ProviderFacts } from "../contract/catalogue.ts";
import type { ProviderState } from "../contract/effects.ts";
import { integer, shape, once, record, v } from "../contract/schema.ts";
import type { Value, ValueMap } from "../contract/value.ts";
import { messages } from "./llm/message-schemas.ts";
import { groupsOf } from "./provider/groups.ts";
import { askOptions, groupOptions, type GroupOptions, writtenOptions } from "./provider/options.ts";
import { groupAnswer, providerInfo, voteAnswer } from "./provider/schemas.ts";
import { givenAnswers, voteOptions } from "./provider/vote-options.ts";
import { requireTarget } from "./require-target.ts";

/** What asks, loaded when a group is asked or named for the first time: most runs have none. */
const asking = () => import("./provider/ask-group.ts");

const name = () => v.pipe(v.string(), v.minLength(1), v.maxLength(100));

const complete = bridgeFunction({
  doc: "Asks several models as one, and waits for the answer that counts: of the first that answers, of the fastest, of the next in turn, or what most of them say. The answer is that of llm.complete and says what each model did; a model that fails does not fail the group.",
  parameters: () => ({
    prompt: v.pipe(v.string(), v.description("What the models are asked")),
    options: v.pipe(
      askOptions(),
      v.description("The models, the strategy, and how they shall answer, as in llm.complete"),
    ),
  }),
  returns: groupAnswer,
  text: "text",
  repeat: "safe",
  run: async (args, call) => (await asking()).askGroup("complete", args.prompt, args.options, call),
});

const chat = bridgeFunction({
  doc: "Continues a conversation with several models as one, as complete does.",
  parameters: () => ({
    messages: v.pipe(messages(), v.description("What was said so far, as in llm.chat")),
    options: v.pipe(askOptions(), v.description("The models, the strategy, and how they shall answer")),
  }),
  returns: groupAnswer,
  text: "text",
  repeat: "safe",
  run: async (args, call) => (await asking()).askGroup("chat", args.messages as unknown as Value, args.options, call),
});

const countVotes = bridgeFunction({
  doc: "Finds what answers that are there already agree on, as a consensus does. Only a judge or an embedder is asked anything.",
  parameters: () => ({
    answers: v.pipe(givenAnswers(), v.description("The answers, as a list of {text, model}")),
    options: v.optional(v.pipe(voteOptions(), v.description("How they are counted"))),
  }),
  returns: voteAnswer,
  text: "text",
  repeat: "safe",
  run: async (args, call) => (await import("./provider/vote.ts")).vote(args.answers, args.options ?? {}, call),
});

const define = bridgeFunction({
  doc: "Gives a group of models a name, for the option `group` of complete and chat. The name may be given again, to another group.",
  parameters: () => ({
    name: v.pipe(name(), v.description("Its name")),
    options: v.pipe(
      groupOptions(),
      v.description("Its models, its strategy, and how they are asked where a question does not say"),
    ),
  }),
  returns: () => v.null(),
  repeat: "safe",
  memory: true,
  async run(args, call) {
    (await asking()).membersOf(args.options, call);
    groupsOf(call.run).defined.set(args.name, args.options);
    return null;
  },
});

const configuration = once(() =>
  shape({
    version: v.pipe(integer(1, 1), v.description("The form of the rest: 1")),
    groups: v.pipe(record(groupOptions(), name()), v.description("Groups by their names")),
  }),
);

const configurationOf = bridgeFunction({
  doc: "The groups that this run defined, as data that configure takes. No key is ever in it.",
  parameters: () => ({}),
  returns: configuration,
  repeat: "safe",
  run: (_args, { run }) => ({ version: 1, groups: Object.fromEntries([...groupsOf(run).defined].map(exported)) }),
});

const configure = bridgeFunction({
  doc: "Defines the groups of a configuration, beside those that are there; answers with their names.",
  parameters: () => ({ configuration: v.pipe(configuration(), v.description("What configuration gave")) }),
  returns: () => v.array(v.string()),
  repeat: "safe",
  memory: true,
  async run({ configuration: { groups } }, call) {
    const { membersOf } = await asking();
    // All of it or nothing.
    for (const options of Object.values(groups)) membersOf(options, call);
    for (const [key, options] of Object.entries(groups)) groupsOf(call.run).defined.set(key, options);
    return Object.keys(groups);
  },
});

const list = bridgeFunction({
  doc: "Lists the providers that llm grants: whether each can be used, what its protocol can do, and what it holds a question to.",
  parameters: () => ({}),
  returns: () => v.array(providerInfo()),
  repeat: "safe",
  run: async (_args, call) => {
    const [states, facts] = await Promise.all([grantedProviders(call), call.effects.facts.providers()]);
    return states.flatMap((state) => facts.filter(({ id }) => id === state.id).map((each) => describe(state, each)));
  },
});

const get = bridgeFunction({
  doc: "One provider, as list shows it.",
  parameters: () => ({ provider: v.pipe(name(), v.description("Its id, such as `openai`")) }),
  returns: providerInfo,
  repeat: "safe",
  run: async ({ provider: id }, call) => {
    requireTarget(id, call.effects);
    const facts = (await call.effects.facts.providers()).find((each) => each.id === id);
    const state = call.effects.models.providers().find((each) => each.id === id);
    if (facts === undefined || state === undefined) throw new TypeError("The provider is in one list only");
    return describe(state, facts);
  },
});

/** Those of which llm grants a model. */
async function grantedProviders(call: CallContext): Promise<readonly ProviderState[]> {
  const rows = (await call.within("list", ["llm", "providers"], [], call.signal)) as readonly ValueMap[];
  const ids = new Set(rows.map(({ id }) => id));
  return call.effects.models.providers().filter(({ id }) => ids.has(id));
}

/** A group as a script would write it: without what was not given. */
function exported([key, options]: [string, GroupOptions]): [string, ValueMap] {
  return [key, writtenOptions(options) as ValueMap];
}

function describe({ usable, reason, defaultModel }: ProviderState, facts: ProviderFacts): ValueMap {
  const { id, title, protocol, isLocal, address, keyVariable, addressVariable, defaultMaxTokens } = facts;
  const { schema, thinking, seed, embeddings, maxTemperature } = facts;
  return {
    ...{ id, title, usable, defaultModel, protocol, local: isLocal, address },
    ...(reason === undefined ? {} : { reason }),
    ...(keyVariable === undefined ? {} : { keyVariable }),
    ...(addressVariable === undefined ? {} : { addressVariable }),
    capabilities: { schema, thinking, seed, embeddings },
    constraints: { maxTemperature, ...(defaultMaxTokens === undefined ? {} : { defaultMaxTokens }) },
    options: optionsOf(facts),
  };
}

function optionsOf({ seed, thinking }: ProviderFacts): string[] {
  const all = ["system", "maxTokens", "temperature", "topP", "stop", "tools", "toolChoice", "schema"];
  return [...all, ...(seed ? ["seed"] : []), ...(thinking === "none" ? [] : ["thinkingTokens"])];
}

/** Several models as one. */
export const provider = {
  name: "provider",
  doc: "Asks several models as one: the next where one fails, the fastest, in turn, the cheapest, or what most of them say. It asks through llm, whose grant holds for every model of a group.",
  capability: "model",
  flow: { reads: ["untrusted"] },
  grant: once(() => shape({})),
  functions: { complete, chat, vote: countVotes, define, configuration: configurationOf, configure, list, get },
} satisfies Bridge;
