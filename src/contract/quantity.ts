/** What a text or number stands for, or why it stands for nothing. `reason` completes "limits.wallTime: …". */
export type Quantity = { readonly value: number } | { readonly reason: string };

type Units = Readonly<Record<string, bigint>>;

/** Milliseconds in each unit of a duration, longest first. */
const DURATIONS: Units = { d: 86_400_000n, h: 3_600_000n, m: 60_000n, s: 1000n, ms: 1n };

/** Bytes in each unit of a size. Powers of 1024 have an `i`, as in Kubernetes and IEC 80000. */
const BYTES: Units = {
  TiB: 1n << 40n,
  GiB: 1n << 30n,
  MiB: 1n << 20n,
  KiB: 1n << 10n,
  TB: 10n ** 12n,
  GB: 10n ** 9n,
  MB: 10n ** 6n,
  kB: 1000n,
  Ti: 1n << 40n,
  Gi: 1n << 30n,
  Mi: 1n << 20n,
  Ki: 1n << 10n,
  T: 10n ** 12n,
  G: 10n ** 9n,
  M: 10n ** 6n,
  k: 1000n,
  KB: 1000n,
  K: 1000n,
  B: 1n,
};

/** Things in each unit of a count. */
const COUNTS: Units = { G: 10n ** 9n, M: 10n ** 6n, k: 1000n, K: 1000n };

/** One number and perhaps its unit, as in `1.5MiB`; underscores may stand between digits. */
const TERM = /^(\d+(?:_\d+)*)(?:\.(\d+))? ?([A-Za-z]*)$/;

/** The text forms as regular expressions for the JSON Schema; {@link parseDuration} and the others decide. */
export const DURATION_PATTERN = "^(\\d+(_\\d+)*(\\.\\d+)? ?(d|h|m|s|ms))+$";
export const BYTES_PATTERN = "^\\d+(_\\d+)*(\\.\\d+)? ?([KMGT]i?B?|kB?|B)?$";
export const COUNT_PATTERN = "^\\d+(_\\d+)*(\\.\\d+)? ?[kKMG]?$";

/** A duration in milliseconds: `250ms`, `2s`, `1.5h`, `1h30m`. A number without a unit is refused, as Go and Docker do. */
export function parseDuration(input: unknown): Quantity {
  if (typeof input === "number" || typeof input === "bigint") {
    return { reason: `${input} has no unit; write ${input}ms, ${input}s or ${input}m` };
  }
  if (typeof input !== "string") return { reason: "must be a duration such as 90s or 2m" };
  const terms = input.match(/[\d._]+ ?[A-Za-z]*/g) ?? [];
  if (terms.length === 0 || terms.join("") !== input) {
    return {
      reason: `${quote(input)} is ${input.startsWith("-") ? "negative" : "no duration"}; write ${DURATION_FORM}`,
    };
  }
  let total = 0n;
  let shortest = Number.POSITIVE_INFINITY;
  for (const term of terms) {
    const parsed = parseTerm(term, DURATIONS, input, DURATION_FORM);
    if ("reason" in parsed) return parsed;
    if (parsed.unit === "") return { reason: `${quote(input)} has no unit; write ${input}ms, ${input}s or ${input}m` };
    const size = Number(DURATIONS[parsed.unit]);
    // 1h30m, not 30m1h and not 1m1m: whoever writes those meant something else.
    if (size >= shortest)
      return { reason: `${quote(input)} must name its units from the longest to the shortest, each once` };
    shortest = size;
    total += parsed.amount;
  }
  return exact(total, input);
}

const DURATION_FORM = "a number and ms, s, m, h or d, such as 90s or 1h30m";

/** A size in bytes: `128MiB` (1024²), `1MB` (1000²), `64Ki`, `200k`, or a plain number of bytes. */
export function parseBytes(input: unknown): Quantity {
  return parseSingle(input, BYTES, "a size such as 64KiB, 128MiB or 1MB");
}

/** A count: `500`, `500_000`, `200k`, `1.5M`, `2G`. */
export function parseCount(input: unknown): Quantity {
  return parseSingle(input, COUNTS, "a whole number such as 500, 200k or 1M");
}

function parseSingle(input: unknown, units: Units, form: string): Quantity {
  if (typeof input === "number") {
    if (Number.isSafeInteger(input) && input >= 0) return { value: input };
    if (input < 0) return { reason: `${input} is negative; write ${form}` };
    return { reason: Number.isInteger(input) ? `${input} is too large` : `${input} is no whole number; write ${form}` };
  }
  if (typeof input === "bigint")
    return { reason: input < 0n ? `${input} is negative; write ${form}` : `${input} is too large` };
  if (typeof input !== "string") return { reason: `must be ${form}` };
  const parsed = parseTerm(input, units, input, form);
  return "reason" in parsed ? parsed : exact(parsed.amount, input);
}

/** A text's amount in the smallest unit. Exact: a fraction that is no whole number of it is refused. */
function parseTerm(
  term: string,
  units: Units,
  whole: string,
  form: string,
): { readonly amount: bigint; readonly unit: string } | { readonly reason: string } {
  if (term.length > 40) return { reason: `${quote(whole)} is too long; write ${form}` };
  const match = TERM.exec(term);
  if (match === null)
    return { reason: `${quote(whole)} is ${whole.startsWith("-") ? "negative" : "not understood"}; write ${form}` };
  const [, digits = "", fraction = "", unit = ""] = match;
  const size = unit === "" ? 1n : Object.hasOwn(units, unit) ? units[unit] : undefined;
  if (size === undefined) {
    const meant = Object.keys(units).find((name) => name.toLowerCase() === unit.toLowerCase());
    const advice = meant === undefined ? `write ${form}` : `did you mean ${term.slice(0, -unit.length)}${meant}?`;
    return { reason: `${quote(whole)} has the unknown unit "${unit}"; ${advice}` };
  }
  const scale = 10n ** BigInt(fraction.length);
  const scaled = BigInt(digits.replaceAll("_", "") + fraction) * size;
  if (scaled % scale !== 0n) return { reason: `${quote(whole)} is no whole number of the smallest unit` };
  return { amount: scaled / scale, unit };
}

function exact(amount: bigint, input: string): Quantity {
  return amount > BigInt(Number.MAX_SAFE_INTEGER)
    ? { reason: `${quote(input)} is too large` }
    : { value: Number(amount) };
}

function quote(text: string): string {
  return JSON.stringify(text.length > 40 ? `${text.slice(0, 39)}…` : text);
}

/** Milliseconds as {@link parseDuration} reads them back, in the longest unit that is exact. */
export function formatDuration(milliseconds: number): string {
  return formatIn(milliseconds, DURATIONS, ["d", "h", "m", "s"], "ms");
}

/** Bytes as {@link parseBytes} reads them back; powers of 1024 before powers of 1000. */
export function formatBytes(bytes: number): string {
  return formatIn(bytes, BYTES, ["TiB", "GiB", "MiB", "KiB", "TB", "GB", "MB", "kB"], "B");
}

/** Bytes for people, rounded: `12.3 MiB`. */
export function formatSize(bytes: number): string {
  const units = ["B", "KiB", "MiB", "GiB", "TiB"];
  let [size, unit] = [bytes, 0];
  while (size >= 1024 && unit < units.length - 1) [size, unit] = [size / 1024, unit + 1];
  return `${unit === 0 ? size : size.toFixed(1)} ${units[unit]}`;
}

/** A count as {@link parseCount} reads it back; below 10,000 in figures. */
export function formatCount(count: number): string {
  return count < 10_000 ? String(count) : formatIn(count, COUNTS, ["G", "M", "k"], "");
}

function formatIn(amount: number, units: Units, names: readonly string[], smallest: string): string {
  const unit = amount === 0 ? undefined : names.find((name) => amount % Number(units[name]) === 0);
  return unit === undefined ? `${amount}${smallest}` : `${amount / Number(units[unit])}${unit}`;
}
