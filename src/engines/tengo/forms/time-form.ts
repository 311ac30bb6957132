import type { TengoLocation, TengoTime } from "../values.ts";

/** Coordinated universal time, which is also what a run's clocks show. */
export const UTC: TengoLocation = { name: "UTC", at: () => ({ offset: 0, abbreviation: "UTC" }) };

/** A day of the proleptic Gregorian calendar. */
export interface CivilDate {
  readonly year: number;
  /** 1 to 12. */
  readonly month: number;
  readonly day: number;
}

/** The day that is so many days after 1970-01-01. */
export function civilDate(days: number): CivilDate {
  const shifted = days + 719_468;
  const era = Math.floor(shifted / 146_097);
  const dayOfEra = shifted - era * 146_097;
  const yearOfEra = Math.floor(
    (dayOfEra - Math.floor(dayOfEra / 1460) + Math.floor(dayOfEra / 36_524) - Math.floor(dayOfEra / 146_096)) / 365,
  );
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const shiftedMonth = Math.floor((5 * dayOfYear + 2) / 153);
  const month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9;
  const day = dayOfYear - Math.floor((153 * shiftedMonth + 2) / 5) + 1;
  return { year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day };
}

function padded(value: number, width: number): string {
  const digits = String(Math.abs(value)).padStart(width, "0");
  return value < 0 ? `-${digits}` : digits;
}

function clock(time: TengoTime, offset: number, separator: string): string {
  const local = time.seconds + offset;
  const days = Math.floor(local / 86_400);
  const second = local - days * 86_400;
  const { year, month, day } = civilDate(days);
  const parts = [Math.floor(second / 3600), Math.floor(second / 60) % 60, second % 60].map((part) => padded(part, 2));
  const fraction = String(time.nanoseconds).padStart(9, "0").replace(/0+$/, "");
  const date = `${padded(year, 4)}-${padded(month, 2)}-${padded(day, 2)}`;
  return `${date}${separator}${parts.join(":")}${fraction === "" ? "" : `.${fraction}`}`;
}

function zone(offset: number, colon: string): string {
  const minutes = Math.trunc(offset / 60);
  const magnitude = Math.abs(minutes);
  return `${minutes < 0 ? "-" : "+"}${padded(Math.floor(magnitude / 60), 2)}${colon}${padded(magnitude % 60, 2)}`;
}

/** Go's `Time.String()`: `2006-01-02 15:04:05.999999999 -0700 MST`. */
export function timeToText(time: TengoTime): string {
  const { offset, abbreviation } = time.location.at(time.seconds);
  return `${clock(time, offset, " ")} ${zone(offset, "")} ${abbreviation === "" ? zone(offset, "") : abbreviation}`;
}

/** Go's `time.RFC3339Nano`: `2006-01-02T15:04:05.999999999Z07:00`. */
export function timeToRfc3339(time: TengoTime): string {
  const { offset } = time.location.at(time.seconds);
  return clock(time, offset, "T") + (offset === 0 ? "Z" : zone(offset, ":"));
}
