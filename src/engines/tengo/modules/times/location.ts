/** Places: UTC, those of fixed offset, and those of the time zone database. */
import { UTC } from "../../forms/index.ts";
import type { TengoLocation } from "../../values.ts";
import { isZoneFolder } from "./zone-rules.ts";
import { databaseZone } from "./zone.ts";

/** A place whose clocks never change. */
export function fixedLocation(name: string, offset: number): TengoLocation {
  const shown = { offset, abbreviation: name };
  return { name, at: () => shown };
}

const known = new Map<string, TengoLocation>();

/** The place of a name, or what Go says of a name that has none. */
export function loadLocation(name: string): TengoLocation | { readonly fault: string } {
  if (name === "" || name === "UTC" || name === "Local") return UTC;
  if (name.includes("..") || name.startsWith("/") || name.startsWith("\\")) {
    return { fault: "time: invalid location name" };
  }
  let location = known.get(name);
  if (location === undefined) {
    location = databaseZone(name);
    if (location === undefined) {
      return { fault: isZoneFolder(name) ? "is a directory" : `unknown time zone ${name}` };
    }
    known.set(name, location);
  }
  return location;
}
