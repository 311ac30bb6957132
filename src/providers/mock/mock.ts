import { SpellError } from "../../contract/errors.ts";
import type {
  Generation,
  GenerateRequest,
  Message,
  Provider,
  ProviderDefinition,
  ProviderOptions,
  ProviderTimeouts,
  StreamEvent,
  Usage,
} from "../../contract/provider.ts";
import { toJsonObject } from "../transport/plain-json.ts";
import { cancelled, watchCall } from "../transport/watch-call.ts";
import { composeByRule, composeByScript, type Composition, ECHO, partText, promptOf } from "./compose.ts";
import { countMockTokens } from "./count-mock-tokens.ts";
import { embedText } from "./embed-text.ts";
import { mockBatches } from "./mock-batches.ts";
import { moderateText } from "./moderate-text.ts";
import { sleepWithin } from "./pace.ts";
import { playScript, type ScriptPlayer } from "./play-script.ts";
import { isRefusal, throwFault } from "./throw-fault.ts";

/** The models: one that answers by rules, and one that repeats. */
const MODELS = ["helper", ECHO] as const;

/**
 * A model without a model: it needs no key and no network, answers the same request always the same way, and
 * can follow a script. For trying spells, for tests and for offline work.
 */
export const mock = {
  id: "mock",
  title: "Mock (no real model)",
  baseUrl: "mock:",
  local: true,
  defaultModel: MODELS[0],
  load: async () => mockProvider,
} satisfies ProviderDefinition;

function mockProvider(options: ProviderOptions): Provider {
  const player = playScript(options.script);
  const generate: Provider["generate"] = async (request, caller) => {
    if (caller.aborted) throw cancelled(caller.reason);
    const composition = compose(request, player);
    const { timeouts, signal, end } = openCall(request, options, caller);
    try {
      await sleepWithin(composition.delayMs, timeouts.firstByte, signal);
      await throwFault(composition, timeouts, signal, false);
      return generationOf(request, composition);
    } finally {
      end();
    }
  };
  return {
    id: mock.id,
    generate,
    batches: mockBatches(generate),
    async moderate({ texts }) {
      return { model: MODELS[0], results: texts.map(moderateText) };
    },
    stream: (request, signal) => eventsOf(request, player, options, signal),
    async models() {
      return MODELS.map((model) => ({ name: `${mock.id}/${model}`, provider: mock.id, model }));
    },
    async embed({ model, texts, dimensions }, signal) {
      if (signal.aborted) throw cancelled(signal.reason);
      checkModel(model);
      const inputTokens = texts.reduce((sum, text) => sum + countMockTokens(text), 0);
      return {
        vectors: texts.map((text) => embedText(text, dimensions)),
        usage: { inputTokens, outputTokens: 0 },
        model,
      };
    },
  };
}

function compose(request: GenerateRequest, player: ScriptPlayer): Composition {
  checkModel(request.model);
  const reply = player.next(promptOf(request.messages));
  const composition = reply === undefined ? composeByRule(request) : composeByScript(request, reply);
  if (!isRefusal(composition)) request.attempts?.sent();
  return composition;
}

function checkModel(model: string): void {
  if ((MODELS as readonly string[]).includes(model)) return;
  const names = MODELS.map((known) => `${mock.id}/${known}`).join(" and ");
  throw new SpellError("provider.model", `The mock has no model "${model}"; it has ${names}`);
}

/** One call under the time limits that hold for it: as a real server's, its whole time ends it by a signal. */
interface MockCall {
  readonly timeouts: ProviderTimeouts;
  readonly signal: AbortSignal;
  readonly end: () => void;
}

function openCall(
  request: GenerateRequest,
  { fetch, timeouts: usual }: ProviderOptions,
  caller: AbortSignal,
): MockCall {
  const timeouts = { ...usual, ...request.timeouts };
  const { signal, end } = watchCall({ fetch, timeouts }, caller, "The mock model");
  return { timeouts, signal, end };
}

async function* eventsOf(
  request: GenerateRequest,
  player: ScriptPlayer,
  options: ProviderOptions,
  caller: AbortSignal,
): AsyncGenerator<StreamEvent, void, undefined> {
  if (caller.aborted) throw cancelled(caller.reason);
  const composition = compose(request, player);
  const call = openCall(request, options, caller);
  try {
    yield* playComposition(composition, call);
  } finally {
    call.end();
  }
  const { usage, finishReason, model } = generationOf(request, composition);
  yield { type: "finish", usage, finishReason, model };
}

async function* playComposition(
  composition: Composition,
  { timeouts, signal }: MockCall,
): AsyncGenerator<StreamEvent, void, undefined> {
  const { delayMs, pauseMs, pieces, thinking, toolCalls } = composition;
  await sleepWithin(delayMs, timeouts.firstByte, signal);
  if (pieces.length === 0) await throwFault(composition, timeouts, signal, false);
  if (thinking !== "") yield { type: "thinking", text: thinking };
  let first = true;
  for (const text of pieces) {
    if (!first) await sleepWithin(pauseMs, timeouts.chunk, signal);
    if (signal.aborted) throw cancelled(signal.reason);
    first = false;
    yield { type: "text", text };
  }
  await throwFault(composition, timeouts, signal, true);
  for (const call of toolCalls) yield { type: "tool-call", call };
}

function generationOf(request: GenerateRequest, composition: Composition): Generation {
  const { thinking, toolCalls, finishReason } = composition;
  const text = composition.pieces.join("");
  return { text, thinking, toolCalls, finishReason, usage: usageOf(request, composition), model: request.model };
}

function usageOf(request: GenerateRequest, { pieces, thinking, toolCalls }: Composition): Usage {
  const calls = toolCalls.map((call) => call.name + JSON.stringify(toJsonObject(call.arguments)));
  return {
    inputTokens: request.messages.reduce((sum, message) => sum + messageTokens(message), 0),
    outputTokens: countMockTokens([thinking, pieces.join(""), ...calls].join("\n")),
  };
}

function messageTokens({ content }: Message): number {
  if (typeof content === "string") return countMockTokens(content);
  return content.reduce((sum, part) => sum + countMockTokens(partText(part)), 0);
}
