import type { TengoTime } from "../../values.ts";
import { show, type Shown } from "./calendar.ts";
import { MONTH_NAMES, nextChunk, WEEKDAY_NAMES, type LayoutElement, type ZoneElement } from "./layout.ts";

function padded(value: number, width: number): string {
  const digits = String(Math.abs(value)).padStart(width, "0");
  return value < 0 ? `-${digits}` : digits;
}

function zone(offset: number, element: ZoneElement): string {
  if (offset === 0 && element.startsWith("Z")) return "Z";
  const minutes = Math.trunc(offset / 60);
  const size = Math.abs(minutes);
  const colon = element.includes(":") ? ":" : "";
  let text = (minutes < 0 ? "-" : "+") + padded(Math.floor(size / 60), 2);
  if (element.length > 3) text += colon + padded(size % 60, 2);
  if (element.length > 6) text += colon + padded((minutes < 0 ? -offset : offset) % 60, 2);
  return text;
}

function fraction(nanoseconds: number, separator: string, element: ".0" | ".9", width: number): string {
  const digits = padded(nanoseconds, 9).slice(0, width);
  if (element === ".0") return separator + digits;
  const trimmed = digits.replace(/0+$/, "");
  return trimmed === "" ? "" : separator + trimmed;
}

function spaced(value: number, width: number): string {
  return String(value).padStart(width, " ");
}

/** How each element is written, but for fractions and offsets. */
const WRITERS: Readonly<Partial<Record<LayoutElement, (shown: Shown) => string>>> = {
  "2006": ({ year }) => padded(year, 4),
  "06": ({ year }) => padded(Math.abs(year) % 100, 2),
  January: ({ month }) => MONTH_NAMES[month - 1] ?? "",
  Jan: ({ month }) => MONTH_NAMES[month - 1]?.slice(0, 3) ?? "",
  "1": ({ month }) => String(month),
  "01": ({ month }) => padded(month, 2),
  Monday: ({ weekday }) => WEEKDAY_NAMES[weekday] ?? "",
  Mon: ({ weekday }) => WEEKDAY_NAMES[weekday]?.slice(0, 3) ?? "",
  "2": ({ day }) => String(day),
  _2: ({ day }) => spaced(day, 2),
  "02": ({ day }) => padded(day, 2),
  __2: ({ yearDay }) => spaced(yearDay, 3),
  "002": ({ yearDay }) => padded(yearDay, 3),
  "15": ({ hour }) => padded(hour, 2),
  "3": ({ hour }) => String(hour % 12 || 12),
  "03": ({ hour }) => padded(hour % 12 || 12, 2),
  "4": ({ minute }) => String(minute),
  "04": ({ minute }) => padded(minute, 2),
  "5": ({ second }) => String(second),
  "05": ({ second }) => padded(second, 2),
  PM: ({ hour }) => (hour >= 12 ? "PM" : "AM"),
  pm: ({ hour }) => (hour >= 12 ? "pm" : "am"),
  MST: ({ abbreviation, offset }) => (abbreviation === "" ? zone(offset, "-0700") : abbreviation),
};

/** Go's `Time.Format`. Layout and text are byte strings. */
export function formatTime(time: TengoTime, layout: string): string {
  const shown = show(time);
  let text = "";
  for (let at = 0; ;) {
    const { start, end, element, digits } = nextChunk(layout, at);
    text += layout.slice(at, start);
    if (element === undefined) return text;
    if (element === ".0" || element === ".9") text += fraction(time.nanoseconds, layout[start] ?? ".", element, digits);
    else text += WRITERS[element]?.(shown) ?? zone(shown.offset, element as ZoneElement);
    at = end;
  }
}

/** Go's `Time.String()`. */
export function timeText(time: TengoTime): string {
  return formatTime(time, "2006-01-02 15:04:05.999999999 -0700 MST");
}
