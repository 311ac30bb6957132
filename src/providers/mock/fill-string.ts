import { fillPattern } from "./fill-pattern.ts";
import { type Schema, Unsatisfiable } from "./merge-schema.ts";

/** Texts of the formats that JSON Schema knows; `n` makes them differ. */
const FORMATS: Readonly<Record<string, (n: number) => string>> = {
  "date-time": (n) => `2025-01-${twoDigits(n)}T12:00:00Z`,
  date: (n) => `2025-01-${twoDigits(n)}`,
  time: (n) => `12:00:${twoDigits(n)}Z`,
  duration: (n) => `PT${n}H`,
  email: (n) => `person${n}@example.com`,
  "idn-email": (n) => `person${n}@example.com`,
  hostname: (n) => `host${n}.example.com`,
  "idn-hostname": (n) => `host${n}.example.com`,
  ipv4: (n) => `192.0.2.${n % 256}`,
  ipv6: (n) => `2001:db8::${n.toString(16)}`,
  uri: (n) => `https://example.com/${n}`,
  "uri-reference": (n) => `/${n}`,
  iri: (n) => `https://example.com/${n}`,
  "iri-reference": (n) => `/${n}`,
  "uri-template": (n) => `/items/{id}/${n}`,
  url: (n) => `https://example.com/${n}`,
  uuid: (n) => `00000000-0000-4000-8000-${n.toString(16).padStart(12, "0")}`,
  regex: (n) => `^a{${n}}$`,
  "json-pointer": (n) => `/${n}`,
  "relative-json-pointer": (n) => `${n}`,
};

/** No text is made longer, whatever `minLength` says. */
const MAX_LENGTH = 100_000;

/** A text that a schema allows: of its format or pattern, otherwise its property's name. */
export function fillString(schema: Schema, name: string, variant: number): string {
  const { pattern, format } = schema;
  if (typeof pattern === "string") return fillByPattern(schema, pattern, name, variant);
  const make = typeof format === "string" && Object.hasOwn(FORMATS, format) ? FORMATS[format] : undefined;
  if (make !== undefined) return make(variant + 1);
  return fit(name.replaceAll(/[_-]+/g, " ") + (variant === 0 ? "" : ` ${variant + 1}`), schema, variant);
}

function fillByPattern(schema: Schema, pattern: string, name: string, variant: number): string {
  const test = new RegExp(pattern, "u");
  const candidates = [
    ...(variant === 0 ? [name] : []),
    // More repetitions lengthen what is too short, and make variants.
    ...Array.from({ length: 8 }, (_, more) => fillPattern(pattern, more + variant)),
    fillPattern(pattern, Number(schema["minLength"] ?? 0)),
  ].filter((candidate) => candidate !== undefined);
  for (const candidate of candidates) {
    for (const text of [candidate, fit(candidate, schema, 0)]) {
      if (test.test(text) && fits(text, schema)) return text;
    }
  }
  throw new Unsatisfiable(`the pattern ${pattern}`);
}

function fits(text: string, schema: Schema): boolean {
  const length = [...text].length;
  return length >= Number(schema["minLength"] ?? 0) && length <= Number(schema["maxLength"] ?? Infinity);
}

/** The text cut or lengthened to its limits, where its end tells variants apart. */
function fit(text: string, schema: Schema, variant: number): string {
  const least = Math.min(Number(schema["minLength"] ?? 0), MAX_LENGTH);
  const greatest = Number(schema["maxLength"] ?? MAX_LENGTH);
  const letters = [...text];
  if (letters.length > greatest) {
    const mark = variant === 0 ? "" : String.fromCodePoint(97 + (variant % 26));
    return letters.slice(0, Math.max(0, greatest - mark.length)).join("") + mark;
  }
  return letters.length >= least ? text : text + ".".repeat(least - letters.length);
}

function twoDigits(n: number): string {
  return String(((n - 1) % 28) + 1).padStart(2, "0");
}
