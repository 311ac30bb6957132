import type { Lexis } from "../../contract/engine.ts";

const ENDING = ".tengo";

/** How Tengo is written, as far as imports and comments go. */
export const TENGO_LEXIS: Lexis = {
  lineComment: "//",
  blockComment: ["/*", "*/"],
  imports: [/\bimport\s*\(\s*["`]([^"`\n]+)["`]\s*\)/g],
  standard: ["base64", "enum", "fmt", "hex", "json", "math", "os", "rand", "text", "times"],
  resolve: resolveModule,
};

/**
 * The paths that an import of the spell's own may mean, in order: relative to the file that imports, with or without
 * the ending. None where it leaves the spell's folder.
 */
export function resolveModule(name: string, importer: string): readonly string[] {
  const parts = importer.split("/").slice(0, -1);
  for (const part of name.split("/")) {
    if (part === "..") {
      if (parts.pop() === undefined) return [];
    } else if (part !== "." && part !== "") parts.push(part);
  }
  const path = parts.join("/");
  return path.endsWith(ENDING) ? [path] : [path + ENDING, path];
}

/** A new spell in Tengo. */
export const TENGO_TEMPLATE = `fmt := import("fmt")

topic := is_undefined(spell.parameters.topic) ? "birds" : spell.parameters.topic

answer := llm.complete("Write one line about " + topic)
if is_error(answer) {
	export answer
}
fmt.println(answer.text)
`;
