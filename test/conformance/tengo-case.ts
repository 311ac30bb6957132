/** One program with the answer of Tengo's reference implementation, and what is wrong with ours. */
import { decodeRune, fromBytes, fromText } from "../../src/engines/tengo/byte-strings.ts";
import { compileProgram } from "../../src/engines/tengo/compile/index.ts";
import { TengoSourceError } from "../../src/engines/tengo/errors.ts";
import { timeToText, toText } from "../../src/engines/tengo/forms/index.ts";
import { MODULES, SOURCE_MODULES } from "../../src/engines/tengo/modules/index.ts";
import { describeRuntimeError, Machine, Meter } from "../../src/engines/tengo/run/index.ts";
import { describePosition } from "../../src/engines/tengo/syntax/position.ts";
import {
  TengoArray,
  TengoBytes,
  TengoChar,
  TengoError,
  TengoFloat,
  TengoMap,
  TengoTime,
  typeName,
  type TengoValue,
} from "../../src/engines/tengo/values.ts";

/** A value as the cases write it: its type, and what belongs to it. */
export interface TaggedValue {
  readonly t: string;
  readonly v?: unknown;
  readonly b64?: string;
  readonly s?: string;
  readonly unix_nano?: string;
}

/** A line of a file of cases. */
export interface TengoCase {
  readonly id: string;
  readonly kind: "value" | "ok" | "compile_error" | "runtime_error" | "go_panic";
  readonly source: string;
  readonly modules?: Readonly<Record<string, string>>;
  readonly out?: string;
  readonly expected?: TaggedValue;
  readonly printed?: string;
  readonly error?: string;
  readonly error_message?: string;
  readonly error_trace?: readonly string[];
  readonly max_allocs?: number;
  readonly max_string_len?: number;
  readonly max_bytes_len?: number;
  readonly tags?: readonly string[];
}

/** What a program came to: a value, or an error by its whole text, its message and its trace. */
type Answer =
  | { readonly value: TengoValue }
  | { readonly error: string; readonly message: string; readonly trace: readonly string[] };

const TOLERANCE = 1e-12;
const FUEL = 200_000_000;
const MEMORY_BYTES = 1 << 30;

/** What is wrong with our answer to a case, or undefined. */
export function faultOf(it: TengoCase): string | undefined {
  const answer = answerTo(it);
  if (it.kind === "value" || it.kind === "ok") {
    return "error" in answer ? `failed: ${answer.error}` : faultOfValue(it, answer.value);
  }
  if (!("error" in answer)) return `gave ${toText(answer.value)} instead of: ${it.error}`;
  if (it.kind === "go_panic") return answer.error.includes("internal error") ? answer.error : undefined;
  return faultOfError(it, answer);
}

function answerTo(it: TengoCase): Answer {
  const limits = {
    ...(it.max_string_len === undefined ? {} : { maxStringLength: it.max_string_len }),
    ...(it.max_bytes_len === undefined ? {} : { maxBytesLength: it.max_bytes_len }),
  };
  const own = Object.entries(it.modules ?? {}).map(([name, source]) => [name, fromText(source)] as const);
  try {
    const program = compileProgram(fromText(it.source), {
      nativeModules: Object.keys(MODULES).filter((name) => it.modules?.[name] === undefined),
      sourceModules: { ...SOURCE_MODULES, ...Object.fromEntries(own) },
      countAllocations: it.max_allocs !== undefined,
      ...limits,
    });
    const meter = new Meter({ fuel: FUEL, memoryBytes: MEMORY_BYTES, ...limits });
    const machine = new Machine(program, meter, {
      modules: MODULES,
      ...(it.max_allocs === undefined ? {} : { maxAllocs: it.max_allocs }),
    });
    const outcome = machine.startMain();
    if (outcome.kind === "done") return { value: it.out === undefined ? undefined : machine.global(it.out) };
    if (outcome.kind === "call") return { error: "called the host", message: "called the host", trace: [] };
    const trace = outcome.trace.map((position) => describePosition(position));
    return { error: describeRuntimeError(outcome), message: outcome.message, trace };
  } catch (error) {
    if (!(error instanceof TengoSourceError)) throw error;
    return { error: error.text, message: error.message, trace: [describePosition(error.position)] };
  }
}

function faultOfError(it: TengoCase, answer: Exclude<Answer, { value: TengoValue }>): string | undefined {
  if (it.error !== undefined && answer.error !== fromText(it.error)) return `said ${answer.error}, not ${it.error}`;
  if (it.error_message !== undefined && answer.message !== fromText(it.error_message)) {
    return `message ${answer.message}, not ${it.error_message}`;
  }
  const trace = it.error_trace?.map((line) => fromText(line));
  if (trace !== undefined && trace.join("\n") !== answer.trace.join("\n")) return `trace ${answer.trace.join(", ")}`;
  return undefined;
}

function faultOfValue(it: TengoCase, value: TengoValue): string | undefined {
  const approximate = it.tags?.includes("approx") === true;
  if (it.expected !== undefined && !matches(value, it.expected, approximate)) {
    return `gave ${typeName(value)} ${toText(value)}, not ${JSON.stringify(it.expected)}`;
  }
  if (it.printed === undefined || approximate) return undefined;
  const printed = value === undefined ? "" : toText(value);
  return readable(printed) === it.printed ? undefined : `printed ${printed}, not ${it.printed}`;
}

/** Text as the cases have it: every byte that is no UTF-8 has become U+FFFD. */
function readable(bytes: string): string {
  const runes: string[] = [];
  for (let at = 0; at < bytes.length;) {
    const decoded = decodeRune(bytes, at);
    runes.push(String.fromCodePoint(decoded >> 3));
    at += decoded & 7;
  }
  return runes.join("");
}

function matches(value: TengoValue, expected: TaggedValue, approximate: boolean): boolean {
  if (typeName(value) !== expected.t) return false;
  if (typeof value === "number" || typeof value === "bigint") return String(value) === expected.v;
  if (typeof value === "boolean") return value === expected.v;
  if (typeof value === "string") return value === bytesOf(expected);
  if (value instanceof TengoFloat) return matchesFloat(value.value, String(expected.v), approximate);
  if (value instanceof TengoChar) return value.code === expected.v;
  if (value instanceof TengoBytes) return fromBytes(value.data) === bytesOf(expected);
  if (value instanceof TengoTime) return matchesTime(value, expected);
  if (value instanceof TengoError) return matches(value.value, expected.v as TaggedValue, approximate);
  if (value instanceof TengoArray) return matchesArray(value, expected.v as readonly TaggedValue[], approximate);
  if (value instanceof TengoMap) return matchesMap(value, expected.v as Record<string, TaggedValue>, approximate);
  return true;
}

function bytesOf(expected: TaggedValue): string {
  return expected.b64 === undefined ? fromText(String(expected.v)) : atob(expected.b64);
}

function matchesFloat(value: number, text: string, approximate: boolean): boolean {
  const expected = text.endsWith("Inf") ? (text.startsWith("-") ? -Infinity : Infinity) : Number(text);
  if (Object.is(value, expected)) return true;
  return approximate && Math.abs(value - expected) <= TOLERANCE * Math.abs(expected);
}

function matchesTime(value: TengoTime, expected: TaggedValue): boolean {
  const nanoseconds = BigInt.asIntN(64, BigInt(value.seconds) * 1_000_000_000n + BigInt(value.nanoseconds));
  return String(nanoseconds) === expected.unix_nano && timeToText(value) === fromText(expected.s ?? "");
}

function matchesArray(value: TengoArray, expected: readonly TaggedValue[], approximate: boolean): boolean {
  if (value.length !== expected.length) return false;
  return expected.every((item, index) => matches(value.store[value.start + index], item, approximate));
}

function matchesMap(value: TengoMap, expected: Readonly<Record<string, TaggedValue>>, approximate: boolean): boolean {
  const items = Object.entries(expected);
  if (items.length !== value.entries.size) return false;
  return items.every(([key, item]) => {
    const name = fromText(key);
    return value.entries.has(name) && matches(value.entries.get(name), item, approximate);
  });
}
