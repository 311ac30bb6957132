import { DAY_SECONDS, daysOfMonth, daysSinceEpoch, weekdayOf, type Zone } from "./calendar.ts";
import { zoneStretches, type YearlyMoment, type ZoneRule, type ZoneStretch } from "./zone-rules.ts";

/** What clocks show from an instant on. */
interface Transition {
  readonly at: number;
  readonly offset: number;
  readonly abbreviation: string;
}

/** A rule in one year. */
interface Occurrence {
  readonly rule: ZoneRule;
  readonly at: number;
}

/** 400 years are a whole number of weeks: what rules say of them, they say of all that follow. */
const CYCLE_SECONDS = 146_097 * DAY_SECONDS;
const LAST_YEAR = 2510;
/** From here on a zone has rules for ever or none; the cycle is taken from here. */
const CYCLE_START = daysSinceEpoch(2100, 1, 1) * DAY_SECONDS;

function momentInYear(moment: YearlyMoment, year: number): number {
  const { month, weekday } = moment;
  const day = moment.day === 0 ? daysOfMonth(year, month) : moment.day;
  let days = daysSinceEpoch(year, month, day);
  if (weekday !== undefined) {
    const found = weekdayOf(days);
    days += moment.before ? -((found - weekday + 7) % 7) : (weekday - found + 7) % 7;
  }
  return days * DAY_SECONDS + moment.seconds;
}

/** The instant of a moment that is told by one of a zone's clocks. */
function instantOf(moment: YearlyMoment, year: number, offset: number, save: number): number {
  const told = momentInYear(moment, year);
  if (moment.clock === "universal") return told;
  return told - offset - (moment.clock === "wall" ? save : 0);
}

function numericAbbreviation(offset: number): string {
  const size = Math.abs(offset);
  const parts = [Math.floor(size / 3600), Math.floor(size / 60) % 60, size % 60];
  while (parts.length > 1 && parts[parts.length - 1] === 0) parts.pop();
  return (offset < 0 ? "-" : "+") + parts.map((part) => String(part).padStart(2, "0")).join("");
}

function abbreviate(stretch: ZoneStretch, save: number, letters: string): string {
  const { format } = stretch;
  if (format.includes("%z")) return format.replace("%z", numericAbbreviation(stretch.offset + save));
  const slash = format.indexOf("/");
  if (slash !== -1) return save === 0 ? format.slice(0, slash) : format.slice(slash + 1);
  return format.replace("%s", letters);
}

/** What is carried from one stretch of a zone's history to the next. */
class History {
  readonly transitions: Transition[] = [];
  private start = -Infinity;

  add(stretch: ZoneStretch): void {
    const save = typeof stretch.rules === "number" ? stretch.rules : this.addRuled(stretch, stretch.rules);
    if (typeof stretch.rules === "number") this.push(this.start, stretch, save, "");
    const { until } = stretch;
    if (until !== undefined) this.start = instantOf(until.moment, until.year, stretch.offset, save);
  }

  private push(at: number, stretch: ZoneStretch, save: number, letters: string): void {
    const abbreviation = abbreviate(stretch, save, letters);
    this.transitions.push({ at, offset: stretch.offset + save, abbreviation });
  }

  /** Adds what rules make of a stretch, and gives how far clocks are moved at its end: zic's algorithm. */
  private addRuled(stretch: ZoneStretch, rules: readonly ZoneRule[]): number {
    let save = 0;
    // What holds at the stretch's start: the last rule before it, or else standard time by the letters of a later rule.
    let startSave = 0;
    let startLetters: string | undefined;
    let exact = false;
    const place = this.transitions.length;
    for (const { rule, at } of this.occurrences(stretch, rules)) {
      save = rule.save;
      if (at < this.start) {
        startSave = save;
        startLetters = rule.letters;
        continue;
      }
      exact ||= at === this.start;
      if (startSave === save) startLetters ??= rule.letters;
      this.push(at, stretch, save, rule.letters);
    }
    if (!exact) {
      const start = { at: this.start, offset: stretch.offset + startSave };
      this.transitions.splice(place, 0, { ...start, abbreviation: abbreviate(stretch, startSave, startLetters ?? "") });
    }
    return save;
  }

  /** What rules do before a stretch ends, in order. When it ends depends on how far clocks are moved by then. */
  private *occurrences(stretch: ZoneStretch, rules: readonly ZoneRule[]): Generator<Occurrence> {
    const { until } = stretch;
    const firstYear = Math.min(...rules.map(({ from }) => from));
    const lastYear = until?.year ?? LAST_YEAR;
    let save = 0;
    for (let year = firstYear; year <= lastYear; year++) {
      let left = rules.filter(({ from, to }) => year >= from && year <= to);
      while (left.length > 0) {
        const end = until === undefined ? Infinity : instantOf(until.moment, until.year, stretch.offset, save);
        const found = earliest(left, year, stretch.offset, save);
        if (found.at >= end) return;
        left = left.filter((rule) => rule !== found.rule);
        save = found.rule.save;
        yield found;
      }
    }
  }
}

function earliest(rules: readonly ZoneRule[], year: number, offset: number, save: number): Occurrence {
  let found: Occurrence | undefined;
  for (const rule of rules) {
    const at = instantOf(rule.moment, year, offset, save);
    if (found === undefined || at < found.at) found = { rule, at };
  }
  if (found === undefined) throw new Error("No rule to choose from");
  return found;
}

/** What clocks show at some time. */
interface Shown {
  readonly offset: number;
  readonly abbreviation: string;
}

/** A zone of the time zone database, packed: a script may load all of them. */
export class DatabaseZone implements Zone {
  private readonly starts: Float64Array;
  private readonly kinds: Uint8Array;
  private readonly shown: readonly Shown[];

  constructor(
    readonly name: string,
    transitions: readonly Transition[],
  ) {
    const kinds = new Map<string, number>();
    const shown: Shown[] = [];
    this.starts = Float64Array.from(transitions, ({ at }) => at);
    this.kinds = Uint8Array.from(transitions, ({ offset, abbreviation }) => {
      const key = `${offset} ${abbreviation}`;
      const kind = kinds.get(key) ?? shown.push({ offset, abbreviation }) - 1;
      kinds.set(key, kind);
      return kind;
    });
    this.shown = shown;
  }

  /** What clocks show at an instant. */
  at(seconds: number): Shown {
    return this.shownAt(this.indexAt(this.cycled(seconds)));
  }

  /** What clocks show at an instant, from when and until when. */
  lookup(seconds: number): Shown & { start: number; end: number } {
    const cycled = this.cycled(seconds);
    const index = this.indexAt(cycled);
    const start = this.starts[index] ?? -Infinity;
    const end = this.starts[index + 1] ?? Infinity;
    return { ...this.shownAt(index), start: start + (seconds - cycled), end: end + (seconds - cycled) };
  }

  private shownAt(index: number): Shown {
    return this.shown[this.kinds[index] ?? 0] ?? { offset: 0, abbreviation: "UTC" };
  }

  private cycled(seconds: number): number {
    const cycles = Math.floor((seconds - CYCLE_START) / CYCLE_SECONDS);
    return cycles > 0 ? seconds - cycles * CYCLE_SECONDS : seconds;
  }

  private indexAt(seconds: number): number {
    let low = 0;
    let high = this.starts.length;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if ((this.starts[middle] ?? Infinity) <= seconds) low = middle;
      else high = middle;
    }
    return low;
  }
}

/** Without what would hold for no time on clocks that were just moved: as zic, the later one comes at once. */
function merged(transitions: readonly Transition[]): Transition[] {
  const kept: Transition[] = [];
  for (const transition of transitions) {
    const last = kept[kept.length - 1];
    const before = kept[kept.length - 2];
    if (last !== undefined && before !== undefined && transition.at + last.offset <= last.at + before.offset) {
      kept[kept.length - 1] = { ...transition, at: last.at };
    } else {
      kept.push(transition);
    }
  }
  return kept;
}

/** The zone of a name, or undefined where the database has none. */
export function databaseZone(name: string): DatabaseZone | undefined {
  const stretches = zoneStretches(name);
  if (stretches === undefined) return undefined;
  const history = new History();
  for (const stretch of stretches) history.add(stretch);
  return new DatabaseZone(name, merged(history.transitions));
}
