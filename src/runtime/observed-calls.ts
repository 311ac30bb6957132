import type { ObservedCall } from "../contract/catalogue.ts";
import { SpellError } from "../contract/errors.ts";
import type { CallEntry, JournalEntry, ReturnEntry } from "../contract/journal.ts";
import { isValueMap, ResourceHandle, type Value, type ValueMap } from "../contract/value.ts";
import { hasJournal, readJournal, type Journal, type RunRow } from "./runs.ts";

/** The functions of `llm` that ask a model. */
const ASKS: ReadonlySet<string> = new Set([
  "complete",
  "chat",
  "stream",
  "embed",
  "object",
  "objectStream",
  "moderate",
]);
/** Those of `provider` that ask several; their answers say what each did. */
const GROUP_ASKS: ReadonlySet<string> = new Set(["complete", "chat"]);

/** Every call to a model in the journal's runs that began at `since` or later, the oldest first. Damaged runs are read as far as they go. */
export async function observedCalls(file: string, since: number): Promise<readonly ObservedCall[]> {
  if (!hasJournal(file)) return [];
  return readJournal(file, (journal) => {
    const runs = journal.list({ since }).filter(({ llmCalls }) => llmCalls > 0);
    return runs.flatMap((run) => callsOf(journal, run)).toSorted((a, b) => a.time - b.time);
  });
}

function callsOf(journal: Journal, run: RunRow): ObservedCall[] {
  const reader = new CallReader(run);
  try {
    for (const entry of journal.entries(run.id)) reader.add(entry);
  } catch (error) {
    if (!(error instanceof SpellError) || error.code !== "journal.damaged") throw error;
  }
  return reader.calls;
}

type Growing = { -readonly [K in keyof ObservedCall]: ObservedCall[K] };

/** Puts calls and their answers together. */
class CallReader {
  readonly calls: Growing[] = [];
  readonly #open = new Map<number, CallEntry>();
  /** Streams by the id of their handle, and when they were asked for. */
  readonly #streams = new Map<number, { readonly call: Growing; readonly began: number | undefined }>();
  #model: string | undefined;

  constructor(private readonly run: RunRow) {}

  add(entry: JournalEntry): void {
    if (entry.type === "start") this.#model = entry.invocation.model;
    else if (entry.type === "call") this.#begin(entry);
    else if (entry.type === "return") this.#end(entry);
  }

  #begin(entry: CallEntry): void {
    const { module, function: name } = entry;
    const isAsk = (module === "llm" && ASKS.has(name)) || (module === "provider" && GROUP_ASKS.has(name));
    if (isAsk || (module === "llm" && name.includes("."))) this.#open.set(entry.id, entry);
  }

  #end(answer: ReturnEntry): void {
    const call = this.#open.get(answer.id);
    if (call === undefined) return;
    this.#open.delete(answer.id);
    const [target] = call.args;
    if (target instanceof ResourceHandle) this.#step(target.id, call.function, answer);
    else if (call.module === "provider") this.#group(call, answer);
    else this.#single(call, answer);
  }

  #single(call: CallEntry, answer: ReturnEntry): void {
    const value = answer.value ?? null;
    const observed = this.#row(call, answer, nameOf(modelOption(call) ?? this.#model, value));
    Object.assign(observed, usageOf(value));
    if (value instanceof ResourceHandle) this.#streams.set(value.id, { call: observed, began: call.time });
  }

  #row({ function: kind, time }: CallEntry, answer: ReturnEntry, model: string): Growing {
    const observed: Growing = {
      time: time ?? answer.time,
      run: this.run.id,
      spell: this.run.spell,
      model,
      kind,
      ...(time === undefined ? {} : { ms: Math.max(0, answer.time - time) }),
      inputTokens: 0,
      outputTokens: 0,
      usd: answer.spent?.usd ?? 0,
      ...(answer.error === undefined ? {} : { code: answer.error.code }),
    };
    this.calls.push(observed);
    return observed;
  }

  /** A piece of a stream: the call goes on until its last one. */
  #step(id: number, name: string, answer: ReturnEntry): void {
    const stream = this.#streams.get(id);
    if (stream === undefined) return;
    const { call, began } = stream;
    if (began !== undefined) call.ms = Math.max(0, answer.time - began);
    if (answer.error !== undefined) call.code = answer.error.code;
    if (name.endsWith(".result")) {
      Object.assign(call, usageOf(answer.value ?? null));
      if (call.model === UNKNOWN) call.model = nameOf(undefined, answer.value ?? null);
    }
    call.usd += answer.spent?.usd ?? 0;
    const isCounted = call.inputTokens + call.outputTokens > 0;
    // Only the sum is known of a stream that was read piece by piece.
    if (!isCounted && answer.spent !== undefined) call.outputTokens = answer.spent.tokens;
  }

  /** One of a group's questions: each model's own part of it, or where it failed as a whole the parts in its error. */
  #group(call: CallEntry, answer: ReturnEntry): void {
    const told = answer.error === undefined ? answer.value : answer.error.details;
    const attempts = isValueMap(told) ? told["attempts"] : undefined;
    if (!Array.isArray(attempts)) return;
    for (const attempt of attempts as readonly Value[]) {
      if (!isValueMap(attempt) || typeof attempt["model"] !== "string" || attempt["status"] === "cancelled") continue;
      const { ms, usd, code } = attempt;
      this.calls.push({
        time: call.time ?? answer.time,
        run: this.run.id,
        spell: this.run.spell,
        model: attempt["model"],
        kind: "group",
        ...(typeof ms === "number" ? { ms } : {}),
        ...usageOf(attempt),
        usd: numberOf(usd),
        ...(typeof code === "string" ? { code } : {}),
      });
    }
  }
}

const UNKNOWN = "?";

/** The model that the call asks for by name. */
function modelOption({ args }: CallEntry): string | undefined {
  const options = args.findLast(isValueMap);
  const model = options?.["model"];
  return typeof model === "string" ? model : undefined;
}

/** As it was asked for, where that was a whole name; otherwise as it answered. */
function nameOf(asked: string | undefined, answer: Value): string {
  if (asked?.includes("/")) return asked;
  const { provider, model } = isValueMap(answer) ? answer : ({} as ValueMap);
  if (typeof provider === "string" && typeof model === "string") return `${provider}/${model}`;
  return asked ?? UNKNOWN;
}

/** Tokens that an answer says, in whichever way its language writes names. */
function usageOf(answer: Value): Pick<ObservedCall, "inputTokens" | "outputTokens"> {
  const usage = isValueMap(answer) ? answer["usage"] : undefined;
  const { inputTokens, input_tokens, outputTokens, output_tokens } = isValueMap(usage) ? usage : ({} as ValueMap);
  return {
    inputTokens: numberOf(inputTokens ?? input_tokens),
    outputTokens: numberOf(outputTokens ?? output_tokens),
  };
}

function numberOf(value: Value | undefined): number {
  const plain = typeof value === "object" && value !== null && "value" in value ? value.value : value;
  return typeof plain === "number" ? plain : 0;
}
