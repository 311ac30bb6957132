import type { ErrorCode } from "./error-codes.ts";

/** What a limit counts: milliseconds, bytes, or things. */
export type LimitUnit = "milliseconds" | "bytes" | "count";

/** One limit of a run: its unit, its value in `standard`, and the error that ends the run (or the call). */
export interface LimitDefinition {
  readonly unit: LimitUnit;
  readonly standard: number;
  readonly code: ErrorCode;
  /** One sentence for the documentation. */
  readonly doc: string;
}

const KIB = 1024;
const MIB = 1024 * KIB;

/** Every limit that a profile may set under `limits:`. Durations are in ms and sizes in bytes. */
export const LIMITS = {
  wallTime: {
    unit: "milliseconds",
    standard: 60_000,
    code: "limit.wall-time",
    doc: "How long the whole run may take; waiting for a person is not counted",
  },
  fuel: {
    unit: "count",
    standard: 2_000_000_000,
    code: "limit.fuel",
    doc: "Steps of the engine: VM instructions in Lua and Tengo, loop turns and calls in JavaScript",
  },
  memory: { unit: "bytes", standard: 128 * MIB, code: "limit.memory", doc: "Memory of the script's values" },
  source: { unit: "bytes", standard: MIB, code: "limit.source", doc: "The spell's source and its own modules" },
  parameters: { unit: "bytes", standard: MIB, code: "limit.parameters", doc: "The spell's parameters" },
  input: { unit: "bytes", standard: 8 * MIB, code: "limit.input", doc: "Standard input given to the spell" },
  result: { unit: "bytes", standard: 4 * MIB, code: "limit.result", doc: "The spell's result" },
  output: { unit: "bytes", standard: MIB, code: "limit.output", doc: "What the spell prints and logs, in all" },
  arguments: { unit: "bytes", standard: MIB, code: "limit.arguments", doc: "The arguments of one call" },
  answer: { unit: "bytes", standard: 8 * MIB, code: "limit.answer", doc: "The answer of one call" },
  callTime: { unit: "milliseconds", standard: 60_000, code: "call.timeout", doc: "How long one call may take" },
  calls: { unit: "count", standard: 1000, code: "limit.calls", doc: "Calls to bridges" },
  callsInFlight: { unit: "count", standard: 32, code: "limit.calls-in-flight", doc: "Calls under way at once" },
  fibers: { unit: "count", standard: 256, code: "limit.fibers", doc: "Fibers alive at once" },
  handles: {
    unit: "count",
    standard: 1024,
    code: "limit.handles",
    doc: "Open streams, and functions that the host may call: those that calls under way were given, and kept ones",
  },
  llmCalls: { unit: "count", standard: 100, code: "limit.llm-calls", doc: "Calls to models" },
  toolCalls: { unit: "count", standard: 200, code: "limit.calls", doc: "Calls to tools" },
  tokens: { unit: "count", standard: 500_000, code: "limit.tokens", doc: "Tokens sent to and received from models" },
} as const satisfies Record<string, LimitDefinition>;

/** A limit's name. */
export type LimitName = keyof typeof LIMITS;

/** The limits of one run, in ms, bytes and counts. */
export type Limits = Readonly<Record<LimitName, number>>;

/** The values of `standard`. */
export const STANDARD_LIMITS: Limits = Object.fromEntries(
  Object.entries(LIMITS).map(([name, { standard }]) => [name, standard]),
) as Record<LimitName, number>;
