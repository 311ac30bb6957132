/** Reads the lines of the time zone database: rules, zones, and the ways in which they write days and times. */
import { TZDATA } from "./tzdata.ts";

/** When in a year something happens: at a time of a day, told by one of three clocks. */
export interface YearlyMoment {
  /** 1 to 12. */
  readonly month: number;
  readonly day: number;
  /** 0 is Sunday; undefined where the day is plain. Otherwise the first such weekday from `day` on, or the last up to it. */
  readonly weekday: number | undefined;
  readonly before: boolean;
  /** Seconds after midnight. */
  readonly seconds: number;
  readonly clock: "wall" | "standard" | "universal";
}

/** A rule: from one year to another, clocks are moved forward by so much from a moment on. */
export interface ZoneRule {
  readonly from: number;
  readonly to: number;
  readonly moment: YearlyMoment;
  readonly save: number;
  readonly letters: string;
}

/** One stretch of a zone's history. */
export interface ZoneStretch {
  /** Seconds east of Greenwich, summer time aside. */
  readonly offset: number;
  /** What moves the clocks in this time; a number is a fixed one. */
  readonly rules: readonly ZoneRule[] | number;
  readonly format: string;
  /** The first year and moment after it. */
  readonly until: { readonly year: number; readonly moment: YearlyMoment } | undefined;
}

const MONTHS = ["Ja", "F", "Mar", "Ap", "May", "Jun", "Jul", "Au", "S", "O", "N", "D"];
const WEEKDAYS = ["Su", "M", "Tu", "W", "Th", "F", "Sa"];

/** `-1:30` in seconds. */
function parseDuration(text: string): number {
  const negative = text.startsWith("-");
  const [hours = 0, minutes = 0, seconds = 0] = text
    .slice(negative ? 1 : 0)
    .split(":")
    .map(Number);
  const total = hours * 3600 + minutes * 60 + seconds;
  return negative && total !== 0 ? -total : total;
}

function indexOfPrefix(names: readonly string[], text: string): number {
  return names.findIndex((name) => text.startsWith(name));
}

const CLOCKS: Readonly<Record<string, YearlyMoment["clock"]>> = {
  s: "standard",
  u: "universal",
  g: "universal",
  z: "universal",
};

function parseMoment(month = "Ja", day = "1", time = "0"): YearlyMoment {
  const clock = CLOCKS[time.slice(-1)];
  const seconds = parseDuration(clock === undefined ? time.replace("w", "") : time.slice(0, -1));
  const base = { month: indexOfPrefix(MONTHS, month) + 1, seconds: time === "-" ? 0 : seconds, clock: clock ?? "wall" };
  if (day.startsWith("last")) {
    return { ...base, day: 0, weekday: indexOfPrefix(WEEKDAYS, day.slice(4)), before: true };
  }
  const relation = /^([A-Za-z]+)([<>])=(\d+)$/.exec(day);
  if (relation === null) return { ...base, day: Number(day), weekday: undefined, before: false };
  const [, weekday = "", direction, from] = relation;
  return { ...base, day: Number(from), weekday: indexOfPrefix(WEEKDAYS, weekday), before: direction === "<" };
}

function parseRule(line: string): ZoneRule {
  const [, , from, to, , month, day, time, save = "0", letters = "-"] = line.split(" ");
  const first = Number(from);
  return {
    from: first,
    to: to === "o" ? first : to === "ma" ? Infinity : Number(to),
    moment: parseMoment(month, day, time),
    save: parseDuration(save),
    letters: letters === "-" ? "" : letters,
  };
}

const ruleSets = new Map<string, readonly ZoneRule[]>();

function ruleSet(name: string): readonly ZoneRule[] {
  let rules = ruleSets.get(name);
  if (rules === undefined) {
    const head = `\nR ${name} `;
    const lines: string[] = [];
    for (let at = TZDATA.indexOf(head); at !== -1; at = TZDATA.indexOf(head, at + 1)) {
      lines.push(TZDATA.slice(at + 1, TZDATA.indexOf("\n", at + 1)));
    }
    rules = lines.map(parseRule);
    ruleSets.set(name, rules);
  }
  return rules;
}

function parseStretch(line: string): ZoneStretch {
  const [offset = "", rules = "", format = "", year, month, day, time] = line.split(" ");
  return {
    offset: parseDuration(offset),
    rules: rules === "-" ? 0 : /^-?\d/.test(rules) ? parseDuration(rules) : ruleSet(rules),
    format,
    until: year === undefined ? undefined : { year: Number(year), moment: parseMoment(month, day, time) },
  };
}

function linkTarget(name: string): string | undefined {
  const end = TZDATA.indexOf(` ${name}\n`, TZDATA.indexOf("\nL "));
  if (end === -1) return undefined;
  const [kind, target] = TZDATA.slice(TZDATA.lastIndexOf("\n", end) + 1, end).split(" ");
  return kind === "L" ? target : undefined;
}

/** The stretches of a zone's history, oldest first; undefined for a name that the database does not have. */
export function zoneStretches(name: string): readonly ZoneStretch[] | undefined {
  if (!/^[A-Za-z][\w+/-]*$/.test(name)) return undefined;
  const own = linkTarget(name) ?? name;
  const head = `\nZ ${own} `;
  const start = TZDATA.indexOf(head);
  if (start === -1) return undefined;
  const stretches: ZoneStretch[] = [];
  for (let at = start + head.length; ;) {
    const end = TZDATA.indexOf("\n", at);
    const stretch = parseStretch(TZDATA.slice(at, end));
    stretches.push(stretch);
    if (stretch.until === undefined) return stretches;
    at = end + 1;
  }
}

/** Whether a name is that of a folder in which zones are. */
export function isZoneFolder(name: string): boolean {
  return /^[A-Za-z][\w/-]*$/.test(name) && (TZDATA.includes(`\nZ ${name}/`) || TZDATA.includes(` ${name}/`));
}
