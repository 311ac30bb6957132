import * as formats from "typebox/format";
import { parsePattern } from "../pattern/parse-pattern.ts";
import { PatternFault } from "../pattern/pattern-tree.ts";

/** Longer texts are of no format: the expressions that look at them take the square of the length at worst. */
const MAX_LENGTH = 2048;

function short(test: (text: string) => boolean): (text: string) => boolean {
  return (text) => text.length <= MAX_LENGTH && test(text);
}

/** Not by the engine's own compiler, which takes long for what is large. */
function isRegex(text: string): boolean {
  try {
    parsePattern(text);
    return true;
  } catch (error) {
    if (error instanceof PatternFault) return false;
    throw error;
  }
}

/** The formats of JSON Schema by name. */
export const FORMATS: ReadonlyMap<string, (text: string) => boolean> = new Map([
  ["date-time", short(formats.IsDateTime)],
  ["date", short(formats.IsDate)],
  ["time", short(formats.IsTime)],
  ["duration", short(formats.IsDuration)],
  ["email", short(formats.IsEmail)],
  ["idn-email", short(formats.IsIdnEmail)],
  ["hostname", short(formats.IsHostname)],
  ["idn-hostname", short(formats.IsIdnHostname)],
  ["ipv4", short(formats.IsIPv4)],
  ["ipv6", short(formats.IsIPv6)],
  ["uri", short(formats.IsUri)],
  ["uri-reference", short(formats.IsUriReference)],
  ["uri-template", short(formats.IsUriTemplate)],
  ["iri", short(formats.IsIri)],
  ["iri-reference", short(formats.IsIriReference)],
  ["uuid", short(formats.IsUuid)],
  ["json-pointer", short(formats.IsJsonPointer)],
  ["relative-json-pointer", short(formats.IsRelativeJsonPointer)],
  ["regex", isRegex],
]);
