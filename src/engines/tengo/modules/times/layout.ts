/** Go's layouts: texts in which a certain reference time stands for the parts of any time. */

/** An element of a layout, told by how the reference time writes it; `.0` and `.9` are fractions of a second. */
export type LayoutElement =
  | "January"
  | "Jan"
  | "1"
  | "01"
  | "Monday"
  | "Mon"
  | "2"
  | "_2"
  | "02"
  | "__2"
  | "002"
  | "15"
  | "3"
  | "03"
  | "4"
  | "04"
  | "5"
  | "05"
  | "2006"
  | "06"
  | "PM"
  | "pm"
  | "MST"
  | ZoneElement
  | ".0"
  | ".9";

/** An element that is an offset from UTC; those with a Z write Z for none. */
export type ZoneElement = `${"Z" | "-"}${"07" | "0700" | "07:00" | "070000" | "07:00:00"}`;

/** The first element in a layout from a place on, or where the layout ends. */
export interface LayoutChunk {
  /** Where the element stands; what is before it is plain text. */
  readonly start: number;
  readonly end: number;
  readonly element: LayoutElement | undefined;
  /** How many digits a fraction has. */
  readonly digits: number;
}

// By first character, the longest first.
const ELEMENTS: Readonly<Record<string, readonly LayoutElement[]>> = {
  J: ["January", "Jan"],
  M: ["Monday", "Mon", "MST"],
  "0": ["01", "02", "03", "04", "05", "06", "002"],
  "1": ["15", "1"],
  "2": ["2006", "2"],
  _: ["_2", "__2"],
  "3": ["3"],
  "4": ["4"],
  "5": ["5"],
  P: ["PM"],
  p: ["pm"],
  "-": ["-070000", "-07:00:00", "-0700", "-07:00", "-07"],
  Z: ["Z070000", "Z07:00:00", "Z0700", "Z07:00", "Z07"],
};

function isLower(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  return code >= 0x61 && code <= 0x7a;
}

/** Whether a byte of a text is a digit. */
export function isDigitAt(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  return code >= 0x30 && code <= 0x39;
}

function fractionAt(layout: string, start: number): LayoutChunk | undefined {
  const digit = layout[start + 1];
  if (digit !== "0" && digit !== "9") return undefined;
  let end = start + 1;
  while (layout[end] === digit) end++;
  if (isDigitAt(layout, end)) return undefined;
  return { start, end, element: `.${digit}`, digits: end - start - 1 };
}

function elementAt(layout: string, start: number): LayoutChunk | undefined {
  const first = layout[start] ?? "";
  if (first === "." || first === ",") return fractionAt(layout, start);
  // What looks like an underlined day is the year after an underscore.
  if (layout.startsWith("_2006", start)) return { start: start + 1, end: start + 5, element: "2006", digits: 0 };
  const element = ELEMENTS[first]?.find(
    (candidate) =>
      layout.startsWith(candidate, start) &&
      !((candidate === "Jan" || candidate === "Mon") && isLower(layout, start + 3)),
  );
  return element === undefined ? undefined : { start, end: start + element.length, element, digits: 0 };
}

/** The first element of a layout from a place on. */
export function nextChunk(layout: string, from: number): LayoutChunk {
  for (let start = from; start < layout.length; start++) {
    const found = elementAt(layout, start);
    if (found !== undefined) return found;
  }
  return { start: layout.length, end: layout.length, element: undefined, digits: 0 };
}

/** Names of months. */
export const MONTH_NAMES = [
  "January",
  "February",
  "March",
  "April",
  "May",
  "June",
  "July",
  "August",
  "September",
  "October",
  "November",
  "December",
] as const;

/** Names of weekdays, from Sunday. */
export const WEEKDAY_NAMES = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"] as const;
