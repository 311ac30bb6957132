import type { ErrorCode } from "../../contract/error-codes.ts";
import { SpellError } from "../../contract/errors.ts";
import type { ProviderTimeouts } from "../../contract/provider.ts";
import type { Composition } from "./compose.ts";
import { sleepWithin } from "./pace.ts";
import type { Fault } from "./script.ts";

const ERRORS: Readonly<Record<Exclude<Fault, "stall">, readonly [code: ErrorCode, message: string]>> = {
  "rate-limit": ["provider.rate-limit", "The mock model asks to slow down"],
  server: ["provider.server", "The mock model failed with status 500"],
  authentication: ["provider.authentication", "The mock model refused the key"],
  request: ["provider.request", "The mock model refused the request"],
  answer: ["provider.answer", "The mock model answered with something that is not JSON"],
  network: ["provider.network", "The mock model cannot be reached"],
  disconnect: ["provider.network", "The mock model broke the connection in the middle of its answer"],
};

/** Faults of a server that has taken the question. */
const AFTERWARDS: readonly (Fault | undefined)[] = [undefined, "stall", "answer", "disconnect"];

/** Whether the script says that nothing is answered and nothing was begun. */
export function isRefusal({ fault }: Composition): boolean {
  return !AFTERWARDS.includes(fault);
}

/** Fails as the script says, where it does: a stall waits for the time limit of a real provider. */
export async function throwFault(
  { fault, retryAfterMs }: Composition,
  timeouts: ProviderTimeouts,
  signal: AbortSignal,
  started: boolean,
): Promise<void> {
  if (fault === undefined) return;
  if (fault === "stall") {
    await sleepWithin(Infinity, started ? timeouts.chunk : timeouts.firstByte, signal);
    return;
  }
  const [code, message] = ERRORS[fault];
  const wait = fault === "rate-limit" && retryAfterMs !== undefined ? ` for ${retryAfterMs} ms` : "";
  throw new SpellError(code, message + wait, retryAfterMs === undefined ? {} : { details: { retryAfterMs } });
}
