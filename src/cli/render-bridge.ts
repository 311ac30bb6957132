import type { BridgeDoc, FunctionDoc } from "../runtime/describe-bridge.ts";
import type { FieldDoc } from "../runtime/describe-type.ts";
import { wrapText } from "./table.ts";

/** What was shown before, and where: a map of many keys is described once. */
type Known = Map<string, string>;

/** A bridge's documentation for a terminal of so many columns. */
export function renderBridge(doc: BridgeDoc, columns: number): string {
  const parts = [`${doc.name}, as ${doc.language} writes it\n`, wrapText(doc.doc, columns)];
  const known: Known = new Map();
  if (doc.values.length > 0) {
    parts.push("Values:\n" + doc.values.map(({ name, doc: about }) => definition(name, about, 2, columns)).join(""));
  }
  for (const each of doc.functions) parts.push(renderFunction(each, columns, known));
  for (const { kind, doc: about, methods } of doc.handles) {
    parts.push(wrapText(`A ${kind}: ${about}`, columns));
    for (const method of methods) parts.push(renderFunction(method, columns, known));
  }
  if (doc.grant.length === 0) parts.push(`In a profile:  bridges: { ${doc.name}: {} }\n`);
  else parts.push(`In a profile:  bridges: { ${doc.name}: { … } }, with\n${renderFields(doc.grant, 2, columns)}`);
  return parts.join("\n");
}

/** One function's documentation. */
export function renderFunction(each: FunctionDoc, columns: number, known: Known = new Map()): string {
  const { signature, doc, parameters, returns, text, loop, counts, name } = each;
  const lines = [`${signature}\n`, wrapText(doc, columns, "  ")];
  for (const parameter of parameters)
    lines.push(renderField(parameter, 4, columns, seen(parameter.fields, name, known)));
  const prints = text === undefined ? "" : `, prints as its ${text}`;
  const before = seen(returns.fields, name, known);
  const gives = before === undefined ? `${returns.type}${prints}` : `what ${before} gives`;
  lines.push(`  gives ${gives}\n`);
  if (loop !== undefined) lines.push(`  walk through it: ${loop}\n`);
  if (before === undefined) lines.push(renderFields(returns.fields, 4, columns));
  if (counts !== undefined) lines.push(`  counts against limits.${counts}\n`);
  return lines.join("");
}

/** Where the same fields were shown before; undefined where they are new or few. */
function seen(fields: readonly FieldDoc[], name: string, known: Known): string | undefined {
  if (fields.length < 4) return undefined;
  const key = JSON.stringify(fields);
  const before = known.get(key);
  if (before === undefined) known.set(key, name);
  return before;
}

function renderFields(fields: readonly FieldDoc[], indent: number, columns: number): string {
  return fields.map((field) => renderField(field, indent, columns, undefined)).join("");
}

function renderField(field: FieldDoc, indent: number, columns: number, before: string | undefined): string {
  const { name, type, optional, default: fallback, doc, fields } = field;
  const more = fallback === undefined ? "" : ` (unless told: ${fallback})`;
  // What a map holds is listed below it.
  const shown = fields.length > 0 && type.startsWith("{") ? "map" : type;
  const about = before === undefined ? `${doc}${more}`.trim() : `As those of ${before}`;
  const own = definition(`${name}${optional ? "?" : ""}  ${shown}`, about, indent, columns);
  return before === undefined ? own + renderFields(fields, indent + 2, columns) : own;
}

/** A term, and what it means beside it, or below it where there is no room. */
function definition(term: string, meaning: string, indent: number, columns: number): string {
  const space = " ".repeat(indent);
  if (meaning === "") return `${space}${term}\n`;
  const line = `${space}${term}  — ${meaning}\n`;
  return Bun.stringWidth(line) <= columns + 1 ? line : `${space}${term}\n${wrapText(meaning, columns, `${space}    `)}`;
}
