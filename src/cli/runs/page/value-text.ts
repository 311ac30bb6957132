import type { Value } from "../../../contract/value.ts";
import { toJson } from "../../../contract/plain-json.ts";

/** A value as a person reads it: a line for each part, texts of several lines as such. */
export function valueText(value: Value): string {
  const lines = linesOf(plain(toJson(value)));
  return lines.join("\n");
}

/** What has its own way of becoming JSON (errors, times, handles) is that. */
function plain(value: unknown): unknown {
  const text = JSON.stringify(value);
  return text === undefined ? null : (JSON.parse(text) as unknown);
}

function linesOf(value: unknown): string[] {
  if (typeof value === "string") return value.includes("\n") ? value.split("\n") : [value];
  if (Array.isArray(value)) return value.length === 0 ? ["[]"] : value.flatMap((item) => under("-", item));
  if (typeof value !== "object" || value === null) return [String(value)];
  const entries = Object.entries(value);
  return entries.length === 0 ? ["{}"] : entries.flatMap(([key, item]) => under(`${key}:`, item));
}

/** A name and what it has: beside it where that is one line, else below it. */
function under(name: string, value: unknown): string[] {
  const lines = linesOf(value);
  const isText = typeof value === "string";
  if (lines.length === 1 && (typeof value !== "object" || value === null || isEmpty(value))) {
    // A text that looks like something else is told from that.
    return [`${name} ${isText && looksOdd(value) ? JSON.stringify(value) : lines[0]}`];
  }
  if (name === "-") return lines.map((line, index) => (index === 0 ? `- ${line}` : `  ${line}`));
  return [name, ...lines.map((line) => `  ${line}`)];
}

function isEmpty(value: object): boolean {
  return Object.keys(value).length === 0;
}

function looksOdd(text: string): boolean {
  return text === "" || text.trim() !== text || /^(?:null|true|false|[-\d.]+|\[\]|\{\})$/.test(text);
}
