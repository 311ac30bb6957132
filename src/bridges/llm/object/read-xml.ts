import type { Value } from "../../../contract/value.ts";

/** More elements within each other are no answer. */
const MAX_DEPTH = 60;

/** Letters of an element's attributes; more are not read. */
const MAX_ATTRIBUTES = 2000;

interface Element {
  readonly name: string;
  readonly children: Map<string, Value[]>;
  text: string;
}

const ENTITIES: Readonly<Record<string, string>> = { lt: "<", gt: ">", amp: "&", quot: '"', apos: "'" };

/**
 * The first element of a text as a value: elements with elements inside are maps, those that are repeated lists, and
 * all others texts (a schema makes numbers of them). Undefined where there is no whole element.
 */
export function readXml(text: string): Value | undefined {
  const begin = text.search(/<[A-Za-z_]/);
  if (begin < 0) return undefined;
  const open: Element[] = [];
  const token =
    /<!--[\s\S]*?-->|<!\[CDATA\[([\s\S]*?)\]\]>|<\?[^>]*\?>|<(\/?)([A-Za-z_][\w.-]*)((?:[\s/][^<>]*)?)>|[^<]+/gy;
  token.lastIndex = begin;
  for (let found = token.exec(text); found !== null; found = token.exec(text)) {
    const [all, data, slash, name = "", rest = ""] = found;
    const inner = open.at(-1);
    if (name === "") {
      if (inner !== undefined && !/^<[!?](?!\[)/.test(all)) inner.text += data ?? unescape(all);
      continue;
    }
    if (slash === "/") {
      if (inner?.name !== name) return undefined;
      open.pop();
      const value = valueOf(inner);
      const outer = open.at(-1);
      if (outer === undefined) return value;
      add(outer, name, value);
      continue;
    }
    if (open.length >= MAX_DEPTH) return undefined;
    const element: Element = { name, children: new Map(), text: "" };
    const attributes = rest.length > MAX_ATTRIBUTES ? "" : rest;
    for (const [, key = "", double, single] of attributes.matchAll(
      /([A-Za-z_][\w.-]*)\s*=\s*(?:"([^"]*)"|'([^']*)')/g,
    )) {
      add(element, key, unescape(double ?? single ?? ""));
    }
    if (!rest.endsWith("/")) open.push(element);
    else if (inner === undefined) return valueOf(element);
    else add(inner, name, valueOf(element));
  }
  return undefined;
}

function add({ children }: Element, name: string, value: Value): void {
  const before = children.get(name);
  if (before === undefined) children.set(name, [value]);
  else before.push(value);
}

function valueOf({ children, text }: Element): Value {
  if (children.size === 0) return text.trim();
  const map: Record<string, Value> = Object.create(null);
  for (const [name, values] of children) map[name] = values.length === 1 ? (values[0] ?? "") : values;
  return map;
}

function unescape(text: string): string {
  return text.replace(
    /&(?:(lt|gt|amp|quot|apos)|#(\d{1,7})|#x([0-9a-fA-F]{1,6}));/g,
    (all, name: string, decimal: string, hex: string) => {
      if (name !== undefined) return ENTITIES[name] ?? all;
      const code = decimal === undefined ? Number.parseInt(hex, 16) : Number(decimal);
      return code > 0x10ffff ? all : String.fromCodePoint(code);
    },
  );
}
