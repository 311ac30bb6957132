import {
  Composer,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  Parser,
  type CST,
  type Document,
  type Node,
} from "yaml";
import type { ErrorCode } from "../contract/error-codes.ts";
import { SpellError, type SourcePosition } from "../contract/errors.ts";
import { MAX_DEPTH } from "../contract/value.ts";
import type { YamlEntry, YamlMap, YamlNode, YamlScalar, YamlSource } from "./yaml-tree.ts";

/** No file of ours is larger, in bytes. */
export const MAX_YAML_BYTES = 256 * 1024;

/** Parses one document that is a map; everything clever in YAML is an error with the code `code`. */
export function parseYamlTree(source: YamlSource, code: ErrorCode): YamlMap {
  return new TreeReader(source, code).read();
}

/** Reads one text. Positions are worked out from offsets, so it keeps the line starts. */
class TreeReader {
  readonly #text: string;
  readonly #file: string;
  readonly #code: ErrorCode;
  readonly #lines = new LineCounter();

  constructor(source: YamlSource, code: ErrorCode) {
    this.#text = source.text.startsWith("\u{feff}") ? source.text.slice(1) : source.text;
    this.#file = source.file;
    this.#code = code;
  }

  read(): YamlMap {
    this.#checkText();
    const tokens = [...new Parser(this.#lines.addNewLine).parse(this.#text)];
    this.#checkDirectives(tokens);
    this.#checkDepth(tokens);
    const document = this.#compose(tokens);
    const contents: Node | null | undefined = document?.contents;
    if (contents === null || contents === undefined || this.#isEmpty(contents)) {
      throw this.#error("The file is empty", 0, "Write at least one key and its value");
    }
    if (!isMap(contents) || isAlias(contents)) {
      throw this.#error("The file must hold a map of keys and values", contents.range?.[0] ?? 0);
    }
    return this.#node(contents) as YamlMap;
  }

  /** Size and control characters: those could hide a line from a reader, and YAML forbids most of them. */
  #checkText(): void {
    const text = this.#text;
    const large = text.length > MAX_YAML_BYTES || new TextEncoder().encode(text).length > MAX_YAML_BYTES;
    if (large) throw this.#error(`The file is larger than ${MAX_YAML_BYTES / 1024} KiB`, 0);
    const control = /[\0-\x08\x0b\x0c\x0e-\x1f\x7f\u{feff}]|\r(?!\n)/u.exec(text);
    if (control === null) return;
    for (const newline of text.slice(0, control.index).matchAll(/\n/g)) this.#lines.addNewLine(newline.index + 1);
    this.#lines.addNewLine(0);
    this.#lines.lineStarts.sort((a, b) => a - b);
    const number = control[0].charCodeAt(0).toString(16).toUpperCase().padStart(4, "0");
    throw this.#error(`The file holds the control character U+${number}`, control.index, "Remove it");
  }

  #checkDirectives(tokens: readonly CST.Token[]): void {
    for (const token of tokens) {
      if (token.type === "directive") {
        throw this.#error(
          `Directives such as "${token.source.trim()}" are not allowed`,
          token.offset,
          "Remove the line",
        );
      }
    }
  }

  /** Before anything recursive sees the text. */
  #checkDepth(tokens: readonly CST.Token[]): void {
    const stack: { token: CST.Token; depth: number }[] = tokens.map((token) => ({ token, depth: 0 }));
    for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
      const { token, depth } = next;
      if (depth > MAX_DEPTH) throw this.#error(`The file nests deeper than ${MAX_DEPTH} levels`, token.offset);
      if (token.type === "document" && token.value !== undefined) stack.push({ token: token.value, depth });
      if (!("items" in token)) continue;
      for (const item of token.items) {
        if (item.key) stack.push({ token: item.key, depth: depth + 1 });
        if (item.value !== undefined) stack.push({ token: item.value, depth: depth + 1 });
      }
    }
  }

  #compose(tokens: readonly CST.Token[]): Document.Parsed | undefined {
    const composer = new Composer({
      version: "1.2",
      schema: "core",
      merge: false,
      intAsBigInt: true,
      stringKeys: true,
      // Compared here by a map: the library's own check takes the square of the number of keys.
      uniqueKeys: false,
      logLevel: "silent",
    });
    const documents = [...composer.compose(tokens, true, this.#text.length)];
    for (const document of documents) {
      const fault = document.errors[0] ?? document.warnings[0];
      if (fault === undefined) continue;
      // The second of two documents is told by an error of this name, or by a second document.
      if (fault.code === "MULTIPLE_DOCS") throw this.#severalDocuments(fault.pos[0]);
      throw this.#error(`The YAML is wrong: ${tidy(fault.message)}`, fault.pos[0], ADVICE[fault.code]);
    }
    if (documents.length > 1) throw this.#severalDocuments(documents[1]?.range[0] ?? 0);
    return documents[0];
  }

  #severalDocuments(offset: number): SpellError {
    return this.#error('The file holds more than one document (a second "---")', offset, "Keep one document a file");
  }

  #node(node: Node | null): YamlNode {
    const offset = node?.range?.[0] ?? 0;
    if (node === null || isAlias(node)) {
      const name = isAlias(node) ? `*${node.source}` : "";
      throw this.#error(`Aliases such as "${name}" are not allowed`, offset, "Write the value out");
    }
    this.#checkPlain(node, offset);
    const position = this.#position(offset);
    if (isMap(node)) return { kind: "map", position, entries: this.#entries(node.items) };
    if (isSeq(node))
      return { kind: "list", position, items: node.items.map((item) => this.#item(item as Node | null)) };
    if (isScalar(node)) return { kind: "scalar", position, ...this.#scalar(node) };
    throw this.#error("The YAML is wrong", offset);
  }

  #item(node: Node | null): YamlNode {
    if (node !== null && !this.#isEmpty(node)) return this.#node(node);
    throw this.#error("An item of the list is empty", node?.range?.[0] ?? 0, "Write a value, or remove the dash");
  }

  #scalar(node: { value: unknown; source?: string }): Pick<YamlScalar, "value" | "source"> {
    const { value } = node;
    const exact = typeof value === "bigint" && Number.isSafeInteger(Number(value)) ? Number(value) : value;
    return { value: exact as YamlScalar["value"], source: node.source ?? "" };
  }

  #entries(items: readonly { key: unknown; value: unknown }[]): Map<string, YamlEntry> {
    const entries = new Map<string, YamlEntry>();
    for (const item of items) {
      const keyNode = item.key as Node | null;
      const offset = keyNode?.range?.[0] ?? 0;
      if (!isScalar(keyNode)) throw this.#error("A key must be text", offset);
      this.#checkPlain(keyNode, offset);
      const name = String(keyNode.value ?? "");
      this.#checkKey(name, offset, entries);
      const key = this.#position(offset);
      const value = item.value as Node | null;
      if (value === null || this.#isEmpty(value)) {
        // In YAML that is null, and null takes away; who writes nothing means "with nothing special".
        throw this.#error(`Key "${name}" has no value`, offset, "Write a value, {} for an empty map, or null");
      }
      entries.set(name, { key, value: this.#node(value) });
    }
    return entries;
  }

  #checkKey(name: string, offset: number, seen: ReadonlyMap<string, YamlEntry>): void {
    const first = seen.get(name);
    if (first !== undefined) {
      throw this.#error(`Key "${name}" is written twice, first in line ${first.key.line}`, offset, "Keep one of them");
    }
    if (name === "") throw this.#error("A key is empty", offset);
    if (name === "<<") throw this.#error('Merge keys ("<<") are not allowed', offset, "Write the values out");
    if (name === "__proto__") throw this.#error('The key "__proto__" is not allowed', offset);
  }

  /** No tag and no anchor. */
  #checkPlain(node: Node & { tag?: string; anchor?: string }, offset: number): void {
    if (node.anchor !== undefined) {
      throw this.#error(`Anchors such as "&${node.anchor}" are not allowed`, offset, "Write the value out twice");
    }
    if (node.tag !== undefined) {
      const tag = node.tag.replace(/^tag:yaml\.org,2002:/, "!!");
      throw this.#error(`Tags such as "${tag}" are not allowed`, offset, "Remove the tag");
    }
  }

  #isEmpty(node: Node): boolean {
    // A tag or an anchor without a value is told as such.
    return isScalar(node) && node.value === null && (node.source ?? "") === "" && !node.tag && !node.anchor;
  }

  #position(offset: number): SourcePosition {
    const { line, col } = this.#lines.linePos(offset);
    return { file: this.#file, line: Math.max(1, line), column: Math.max(1, col) };
  }

  #error(message: string, offset: number, fix?: string): SpellError {
    const position = this.#position(offset);
    return new SpellError(this.#code, message, { position, ...(fix === undefined ? {} : { fix }) });
  }
}

/** What to do, where the library's own words leave that open. */
const ADVICE: Readonly<Record<string, string>> = {
  TAB_AS_INDENT: "Indent with spaces",
  BAD_ALIAS: "Write the value in quotes",
  BAD_INDENT: "Indent keys that belong together by the same number of spaces",
  MISSING_CHAR: "Close what was opened",
  MULTILINE_IMPLICIT_KEY: "Put a colon and a space behind the key",
};

function tidy(message: string): string {
  const line = message.split("\n", 1)[0] ?? "";
  return line.replace(/ at line \d+, column \d+:?$/, "").replace(/[.:]+$/, "");
}
