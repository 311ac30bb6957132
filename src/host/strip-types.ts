import { SpellError } from "../contract/errors.ts";

/**
 * TypeScript → JavaScript of the same lines and columns: types become spaces (amaro, as Node does it). What would
 * need code of its own (enums, namespaces, parameter properties) is a `script.syntax` error with its position.
 * Types are not checked. Rejects with nothing but a {@link SpellError}, whose position is in `file`.
 */
export async function stripTypes(source: string, file: string): Promise<string> {
  // Loaded here because it is 4 MB of WASM that only TypeScript needs.
  const { transformSync } = await import("amaro");
  try {
    return transformSync(source, { mode: "strip-only", filename: file }).code;
  } catch (error) {
    throw syntaxError(error, source, file);
  }
}

/** Whether an error is what amaro throws: an object, not an Error, with a place counted from line 1, column 0. */
function isAmaroError(error: unknown): error is { message: string; startLine: number; startColumn: number } {
  return (
    typeof error === "object" &&
    error !== null &&
    "message" in error &&
    "startLine" in error &&
    typeof error.startLine === "number" &&
    "startColumn" in error &&
    typeof error.startColumn === "number"
  );
}

function syntaxError(error: unknown, source: string, file: string): SpellError {
  if (!isAmaroError(error))
    return new SpellError("script.syntax", String(error), { position: { file, line: 1, column: 1 } });
  const line = source.split("\n")[error.startLine - 1] ?? "";
  const position = { file, line: error.startLine, column: columnOf(line, error.startColumn) };
  const message = error.message.replace(/\.$/, "");
  if (!/not supported in (?:strip-only|type strip) mode/.test(message)) {
    return new SpellError("script.syntax", message, { position });
  }
  const fix =
    "Write it without syntax that needs code of its own: a constant object for an enum, fields for parameter properties";
  return new SpellError("script.syntax", message, { position, fix });
}

/** amaro counts as a terminal shows the line: a tab as 4, wide characters as 2, and one more outside of the BMP. */
function columnOf(line: string, shown: number): number {
  let width = 0;
  let units = 0;
  for (const character of line) {
    if (width >= shown) break;
    width += character === "\t" ? 4 : character.length + Bun.stringWidth(character) - 1;
    units += character.length;
  }
  return units + 1;
}
