/** Runs mutated programs under small limits, and says what came of them. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fromText } from "../../../../src/engines/tengo/byte-strings.ts";
import { compileProgram } from "../../../../src/engines/tengo/compile/index.ts";
import { TengoLimit, TengoRuntimeError, TengoSourceError } from "../../../../src/engines/tengo/errors.ts";
import { toText } from "../../../../src/engines/tengo/forms/index.ts";
import { MODULES, SOURCE_MODULES } from "../../../../src/engines/tengo/modules/index.ts";
import { Machine, Meter } from "../../../../src/engines/tengo/run/index.ts";
import { Chance, mutate } from "./mutate.ts";

/** What is wrong with a run. */
export interface FuzzFault {
  readonly source: string;
  readonly fault: string;
}

/** What came of many runs. */
export interface FuzzReport {
  /** How many ended in which way. */
  readonly outcomes: Readonly<Record<string, number>>;
  /** Exceptions of the host, and runs that went on beyond their limits. */
  readonly faults: readonly FuzzFault[];
  readonly slowestMs: number;
  readonly slowest: string;
}

/** How to fuzz. */
export interface FuzzOptions {
  readonly count: number;
  readonly seed: number;
  /** What no run may take, whatever it does. */
  readonly patienceMs: number;
  readonly onFault?: (fault: FuzzFault) => void;
}

const FUEL = 100_000;
const MEMORY_BYTES = 8 << 20;

/** The programs of the reference's cases, as byte strings. */
export function caseSources(): string[] {
  const path = join(import.meta.dir, "../../../fixtures/tengo/cases.jsonl");
  const lines = readFileSync(path, "utf8").trim().split("\n");
  return lines.map((line) => fromText((JSON.parse(line) as { source: string }).source));
}

const FOREIGN = /internal error|TypeError|RangeError|ReferenceError|SyntaxError|InternalError|Out of memory/;

/** Runs a program; how it ended, or what must not have happened. */
function outcomeOf(source: string): { outcome: string } | { fault: string } {
  try {
    const program = compileProgram(source, { nativeModules: Object.keys(MODULES), sourceModules: SOURCE_MODULES });
    const meter = new Meter({ fuel: FUEL, memoryBytes: MEMORY_BYTES });
    const machine = new Machine(program, meter, { modules: MODULES });
    const result = machine.startMain();
    if (result.kind === "call") return { outcome: "called the host" };
    if (result.kind === "failed") {
      if (FOREIGN.test(result.message)) return { fault: result.message };
      return { outcome: result.limit === undefined ? "runtime error" : result.limit.code };
    }
    toText(machine.global("out"), meter);
    return { outcome: "done" };
  } catch (error) {
    if (error instanceof TengoSourceError) {
      return FOREIGN.test(error.text) ? { fault: error.text } : { outcome: `${error.phase} error` };
    }
    if (error instanceof TengoLimit) return { outcome: `${error.code} in the text of the result` };
    if (error instanceof TengoRuntimeError) return { outcome: "runtime error in the text of the result" };
    return { fault: error instanceof Error ? `threw ${error.stack}` : `threw ${JSON.stringify(error)}` };
  }
}

/** Runs as many mutated programs as are wanted. */
export function fuzz({ count, seed, patienceMs, onFault }: FuzzOptions): FuzzReport {
  const sources = caseSources();
  const chance = new Chance(seed);
  const outcomes: Record<string, number> = {};
  const faults: FuzzFault[] = [];
  let slowestMs = 0;
  let slowest = "";
  for (let run = 0; run < count; run++) {
    const source = mutate(sources, chance);
    const started = performance.now();
    const result = outcomeOf(source);
    const took = performance.now() - started;
    if (took > slowestMs) [slowestMs, slowest] = [took, source];
    const fault = "fault" in result ? result.fault : took > patienceMs ? `took ${took.toFixed(0)} ms` : undefined;
    const outcome = "fault" in result ? "ESCAPED" : result.outcome;
    outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
    if (fault === undefined) continue;
    faults.push({ source, fault });
    onFault?.({ source, fault });
  }
  return { outcomes, faults, slowestMs, slowest };
}
