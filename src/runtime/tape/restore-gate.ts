import type { Bridge, BridgeFunction, BridgeMethod } from "../../contract/bridge.ts";
import type { CallMessage, ReturnMessage } from "../../contract/message.ts";
import { ResourceHandle } from "../../contract/value.ts";
import type { LedgerTotals, LostHandle, LostStep, RestoredGate } from "../../gate/index.ts";
import { readBy, type RecordedRun } from "./recorded-run.ts";

/** Refused before it was counted. */
const UNCOUNTED: ReadonlySet<string> = new Set(["grant.bridge", "call.unknown-function", "script.handle-closed"]);

interface Answered {
  readonly call: CallMessage;
  readonly answer: ReturnMessage;
}

/** What the gate of a run must know to go on with it, from what was recorded. `keyOf` gives a call's idempotency key, `grants` has the profile's options by bridge. */
export function restoreGate(
  record: RecordedRun,
  bridges: ReadonlyMap<string, Bridge>,
  keyOf: (id: number) => string,
  grants: Readonly<Record<string, unknown>>,
): RestoredGate {
  const calls = new Map(record.sent.flatMap((entry) => (entry.type === "call" ? [[entry.id, entry] as const] : [])));
  const answered: Answered[] = [];
  for (const answer of record.deliveries) {
    const call = answer.type === "return" ? calls.get(answer.id) : undefined;
    if (answer.type === "return" && call !== undefined) answered.push({ call, answer });
  }
  const good = answered.filter(({ answer }) => answer.error === undefined);
  const handles = new Map<number, GrowingHandle>();
  for (const { call, answer } of good) keepHandle(handles, call, answer, keyOf, bridges);
  const memory = good.filter(({ call }) => {
    const definition = definitionOf(bridges, call);
    const memory = definition?.memory ?? false;
    return typeof memory === "function" ? memory(grants[call.module], call.args) : memory;
  });
  return {
    memory: memory.map(({ call: { module, function: name, args } }) => ({ module, name, args })),
    used: totals(record, answered, bridges),
    read: readBy(record),
    handles: [...handles.values()],
    lastHandle: lastHandleOf(good),
  };
}

function lastHandleOf(answered: readonly Answered[]): number {
  return answered.reduce(
    (last, { answer: { value } }) => (value instanceof ResourceHandle ? Math.max(last, value.id) : last),
    0,
  );
}

type GrowingHandle = LostHandle & { readonly steps: LostStep[] };

function keepHandle(
  handles: Map<number, GrowingHandle>,
  call: CallMessage,
  { value = null }: ReturnMessage,
  keyOf: (id: number) => string,
  bridges: ReadonlyMap<string, Bridge>,
): void {
  const { module, function: name, args, id } = call;
  if (value instanceof ResourceHandle) {
    handles.set(value.id, { id: value.id, module, name, args, key: keyOf(id), steps: [] });
    return;
  }
  const [target, ...rest] = args;
  if (!(target instanceof ResourceHandle) || !name.includes(".")) return;
  const lost = handles.get(target.id);
  if (lost === undefined) return;
  const [kind = "", method] = name.split(".");
  if (method === bridges.get(module)?.handles?.[kind]?.close) handles.delete(target.id);
  else lost.steps.push({ name, args: rest, answer: value });
}

function definitionOf(
  bridges: ReadonlyMap<string, Bridge>,
  call: CallMessage,
): BridgeFunction | BridgeMethod | undefined {
  const bridge = bridges.get(call.module);
  const [kind = "", method] = call.function.split(".");
  return method === undefined ? bridge?.functions[kind] : bridge?.handles?.[kind]?.methods[method];
}

function totals(
  { deliveries }: RecordedRun,
  answered: readonly Answered[],
  bridges: ReadonlyMap<string, Bridge>,
): LedgerTotals {
  const used = { calls: 0, llmCalls: 0, toolCalls: 0, tokens: 0, usd: 0 };
  for (const entry of deliveries) {
    if (entry.type !== "return" || entry.spent === undefined) continue;
    const { tokens, usd, calls = 0, llmCalls = 0, toolCalls = 0 } = entry.spent;
    used.tokens += tokens;
    used.usd += usd;
    used.calls += calls;
    used.llmCalls += llmCalls;
    used.toolCalls += toolCalls;
  }
  for (const { call, answer } of answered) {
    const definition = definitionOf(bridges, call);
    if (definition === undefined || UNCOUNTED.has(answer.error?.code ?? "")) continue;
    if ("uncounted" in definition && definition.uncounted) continue;
    used.calls++;
    if (definition.counts !== undefined) used[definition.counts]++;
  }
  return used;
}
