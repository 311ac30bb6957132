/** What Go's `encoding/json` does to a JSON text as a text. */
import type { RunContext } from "../../context.ts";
import { Growth } from "../../forms/index.ts";
import { JsonScanner, JsonStep } from "./scanner.ts";

/** Go's own scanner knows no deeper nesting. */
const MAX_DEPTH = 10_000;

/** The pieces of an indented text; every new line is charged with what stands before it. */
class Lines {
  readonly #parts: string[] = [];
  readonly #growth: Growth;

  constructor(
    private readonly prefix: string,
    private readonly indent: string,
    context: RunContext,
  ) {
    this.#growth = new Growth(context);
  }

  add(text: string): void {
    this.#growth.add(8);
    this.#parts.push(text);
  }

  line(depth: number): void {
    this.#growth.add(24 + this.prefix.length + this.indent.length * depth);
    this.#parts.push("\n", this.prefix, this.indent.repeat(depth));
  }

  text(): string {
    return this.#parts.join("");
  }
}

/** `json.Indent`, or what is wrong about the text. */
export function indentJson(
  text: string,
  prefix: string,
  indent: string,
  context: RunContext,
): { readonly text: string } | { readonly fault: string } {
  context.burn(1 + (text.length >> 1));
  const scanner = new JsonScanner(MAX_DEPTH);
  const lines = new Lines(prefix, indent, context);
  let depth = 0;
  let opened = false;
  for (let at = 0; at < text.length; at++) {
    const step = scanner.step(text.charCodeAt(at));
    const char = text[at] as string;
    if (step === JsonStep.Fault) break;
    if (step === JsonStep.Space) continue;
    const closing = step === JsonStep.Mark && (char === "}" || char === "]");
    if (opened && !closing) lines.line(++depth);
    if (closing && !opened) lines.line(--depth);
    opened = step === JsonStep.Mark && (char === "{" || char === "[");
    lines.add(char);
    if (step === JsonStep.Mark && char === ",") lines.line(depth);
    if (step === JsonStep.Mark && char === ":") lines.add(" ");
  }
  const fault = scanner.finish();
  return fault === undefined ? { text: lines.text() } : { fault };
}

const HTML: Readonly<Record<string, string>> = {
  "<": "\\u003c",
  ">": "\\u003e",
  "&": "\\u0026",
  "\xe2\x80\xa8": "\\u2028",
  "\xe2\x80\xa9": "\\u2029",
};

/** `json.HTMLEscape`: what HTML or JavaScript would take for more than text. */
export function escapeHtml(text: string, context: RunContext): string {
  context.burn(1 + (text.length >> 2));
  context.charge(text.length * 6);
  return text.replace(/[<>&]|\xe2\x80[\xa8\xa9]/g, (found) => HTML[found] ?? found);
}
