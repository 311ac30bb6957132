import { LIMITS, type LimitName } from "../contract/limits.ts";
import type { Origin, Profile } from "../contract/profile.ts";
import { isValueMap } from "../contract/value.ts";
import { DEFAULT_ORIGIN } from "./origins.ts";
import { formatBytes, formatCount, formatDuration } from "../contract/quantity.ts";

/** One line of `profile show --explain`. */
export interface ExplainRow {
  /** `limits.wallTime`. */
  readonly path: string;
  /** As it could be written in YAML: `2m`, `128MiB`, `["anthropic/*"]`. */
  readonly value: string;
  /** `file:line`, or `default`. */
  readonly origin: string;
}

/** Every value of a profile with the place that it comes from; a list in one row unless its items come from several. */
export function explain(profile: Profile): readonly ExplainRow[] {
  const { name: _, origins, ...sections } = profile;
  return Object.entries(sections).flatMap(([key, value]) => rowsOf(key, value, origins));
}

function rowsOf(path: string, value: unknown, origins: Profile["origins"]): readonly ExplainRow[] {
  if (Array.isArray(value) && isMixed(path, value, origins)) {
    return value.flatMap((item, index) => rowsOf(`${path}.${index}`, item, origins));
  }
  if (isValueMap(value)) {
    const present = Object.entries(value).filter(([, item]) => item !== undefined);
    if (present.length > 0) return present.flatMap(([key, item]) => rowsOf(`${path}.${key}`, item, origins));
  }
  return [{ path, value: showValue(path, value), origin: showOrigin(origins[path] ?? DEFAULT_ORIGIN) }];
}

function isMixed(path: string, items: readonly unknown[], origins: Profile["origins"]): boolean {
  return new Set(items.map((_, index) => origins[`${path}.${index}`]?.file)).size > 1;
}

/** An origin as `file:line`. */
export function showOrigin({ file, line }: Origin): string {
  return line === 0 ? file : `${file}:${line}`;
}

function showValue(path: string, value: unknown): string {
  const quantity = writtenQuantity(path, value);
  if (quantity !== undefined) return String(quantity);
  return typeof value === "string" ? value : (JSON.stringify(value) ?? String(value));
}

/** A limit's, budget's or option's number as a person writes it; undefined for all else. */
export function writtenQuantity(path: string, value: unknown): string | number | undefined {
  if (typeof value !== "number") return undefined;
  const [section, name = ""] = path.split(".");
  // In the options of bridges the key says what a number is of.
  if (section === "bridges" && path.endsWith("Bytes")) return formatBytes(value);
  if (section === "bridges" && /(?:Time|[tT]imeout|\.ttl)$/.test(path)) return formatDuration(value);
  if (path === "askTimeout") return formatDuration(value);
  if (section === "budget") return name === "usd" ? value : plainCount(value);
  if (section !== "limits" || !Object.hasOwn(LIMITS, name)) return undefined;
  const { unit } = LIMITS[name as LimitName];
  if (unit === "milliseconds") return formatDuration(value);
  return unit === "bytes" ? formatBytes(value) : plainCount(value);
}

function plainCount(value: number): string | number {
  const text = formatCount(value);
  return /^\d+$/.test(text) ? value : text;
}
