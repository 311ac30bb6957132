import { SpellError } from "../../contract/errors.ts";
import { parseBytes, parseDuration, type Quantity } from "../../contract/quantity.ts";
import type { RunFilter, RunStatus } from "../../runtime/runs.ts";
import { textOption, type CommandInput } from "../command.ts";

/** What `runs list` was asked for. Throws `usage`. */
export function parseFilter(input: CommandInput, now: number): RunFilter {
  const text = (name: string) => textOption(input, name);
  const given: { -readonly [Key in keyof RunFilter]: RunFilter[Key] | undefined } = {
    spell: text("spell"),
    // One of the choices.
    status: text("status") as RunStatus | undefined,
    since: whenGiven(text("since"), (value) => parseInstant("--since", value, now)),
    until: whenGiven(text("until"), (value) => parseInstant("--until", value, now)),
    minUsd: whenGiven(text("minUsd"), (value) => parseUsd("--min-usd", value)),
    maxUsd: whenGiven(text("maxUsd"), (value) => parseUsd("--max-usd", value)),
    search: text("search"),
    limit: whenGiven(text("limit"), (value) => parseLimit("--limit", value)),
  };
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as RunFilter;
}

/** Applies `parse` where there is something to parse. */
export function whenGiven<T>(text: string | undefined, parse: (text: string) => T): T | undefined {
  return text === undefined ? undefined : parse(text);
}

/** `2h` is two hours ago; `2026-11-01` and `2026-11-01 15:04` are where the person is, unless they name a zone. */
export function parseInstant(option: string, text: string, now: number): number {
  const ago = parseDuration(text);
  if ("value" in ago) return now - ago.value;
  const date = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d(?:\.\d+)?)?)(Z|[+-]\d\d:?\d\d)?)?$/.exec(text);
  const [, day, time = "00:00", zone = ""] = date ?? [];
  const instant = day === undefined ? Number.NaN : Date.parse(`${day}T${time}${zone}`);
  if (Number.isFinite(instant)) return instant;
  throw new SpellError("usage", `${option}: ${JSON.stringify(text)} is neither a time nor a duration`, {
    fix: 'Write a date (2026-11-01, "2026-11-01 15:00") or how long ago (90s, 2h, 30d)',
  });
}

/** A duration in ms. */
export function parseAge(option: string, text: string): number {
  return valueOf(option, parseDuration(text));
}

/** A size in bytes. */
export function parseSize(option: string, text: string): number {
  return valueOf(option, parseBytes(text));
}

function valueOf(option: string, quantity: Quantity): number {
  if ("value" in quantity) return quantity.value;
  throw new SpellError("usage", `${option}: ${quantity.reason}`);
}

function parseUsd(option: string, text: string): number {
  const usd = /^\$?\d+(?:\.\d+)?$/.test(text) ? Number(text.replace("$", "")) : Number.NaN;
  if (Number.isFinite(usd)) return usd;
  throw new SpellError("usage", `${option}: ${JSON.stringify(text)} is no amount of dollars, such as 0.50`);
}

function parseLimit(option: string, text: string): number {
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw new SpellError("usage", `${option}: ${JSON.stringify(text)} is no number of runs, from 1`);
}
