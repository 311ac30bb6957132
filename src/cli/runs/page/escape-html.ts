import { printable } from "../../printable.ts";

/** Text that is HTML already: only {@link html} makes it. */
export class Html {
  constructor(readonly text: string) {}
}

/** What may stand in a template of {@link html}. */
export type HtmlPart = Html | string | number | undefined | readonly Html[];

/** A template whose parts are escaped, unless they are HTML themselves. Its indentation is not written. */
export function html(strings: TemplateStringsArray, ...parts: readonly HtmlPart[]): Html {
  const [first = "", ...rest] = withoutIndentation(strings);
  let text = first;
  for (const [index, part] of parts.entries()) text += toText(part) + (rest[index] ?? "");
  return new Html(text);
}

const narrow = new WeakMap<TemplateStringsArray, readonly string[]>();

function withoutIndentation(strings: TemplateStringsArray): readonly string[] {
  let texts = narrow.get(strings);
  if (texts === undefined) narrow.set(strings, (texts = strings.map((text) => text.replace(/\n\s+/g, "\n"))));
  return texts;
}

function toText(part: HtmlPart): string {
  if (part === undefined) return "";
  if (part instanceof Html) return part.text;
  if (typeof part === "object") return part.map(({ text }) => text).join("");
  return typeof part === "number" ? String(part) : escapeHtml(part);
}

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** Text as HTML, in an element or a quoted attribute; signs that would turn its direction are written out. */
export function escapeHtml(text: string): string {
  return printable(text).replace(/[&<>"']/g, (sign) => ENTITIES[sign] ?? "");
}
