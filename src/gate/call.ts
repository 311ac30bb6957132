import type { BridgeFunction, BridgeMethod } from "../contract/bridge.ts";
import type { Naming } from "../contract/engine.ts";
import type { Limits } from "../contract/limits.ts";
import type { ResourceHandle, Value } from "../contract/value.ts";
import type { CallEnd } from "./call-end.ts";
import type { CallOrigin } from "./call-origin.ts";
import type { GateContext } from "./context.ts";
import type { Ledger } from "./ledger.ts";

/** One call on its way through the gate. Links fill in what the next ones need. */
export interface GateCall {
  readonly origin: CallOrigin;
  readonly module: string;
  readonly name: string;
  /** As the script sent them. */
  readonly args: readonly Value[];
  /** Ended when the script cancels, the call's time is up, or the run ends. */
  readonly end: CallEnd;
  readonly limits: Limits;
  readonly naming: Naming;
  readonly ledger: Ledger;
  /** Found by `find-function`. */
  target: FoundFunction;
  /** Parsed by `check-arguments`, by name. */
  parsed: Readonly<Record<string, unknown>>;
  /** What the bridge gets. */
  readonly context: GateContext;
}

/** The function or method that a call is for. */
export interface FoundFunction {
  readonly definition: BridgeFunction | BridgeMethod;
  /** Set for methods: the handle they were called on, and what it stands for. */
  readonly handle?: ResourceHandle;
  readonly resource?: unknown;
}

/** One step of the chain: refuses by throwing, goes on by `next`, may change the answer on its way back. */
export type Link = (call: GateCall, next: (call: GateCall) => Promise<Value>) => Promise<Value>;

/** `llm.complete`, as errors name it in the script's own language. */
export function callName(call: GateCall): string {
  const name = call.name.includes(".") ? call.name.slice(call.name.indexOf(".") + 1) : call.name;
  return `${call.module}.${guestName(name, call.naming)}`;
}

/** `maxTokens` → `max_tokens` where the language writes names so. */
export function guestName(name: string, naming: Naming): string {
  return naming === "camel" ? name : name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
