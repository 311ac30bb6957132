import { printable } from "./printable.ts";

type Write = (text: string | Uint8Array) => void;

/**
 * How a spell's own bytes are written: exactly as they are to a file or pipe. A terminal would obey them (clear itself,
 * name its window, write to the clipboard), so that there control characters are written out; lines and tabs stay.
 */
export function spellOutput(write: Write, isScreen: boolean): Write {
  if (!isScreen) return write;
  // A letter may come in pieces.
  const decoder = new TextDecoder();
  return (text) => {
    const decoded = typeof text === "string" ? text : decoder.decode(text, { stream: true });
    write(decoded.split("\r\n").map(printable).join("\r\n"));
  };
}
