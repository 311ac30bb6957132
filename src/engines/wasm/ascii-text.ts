/** Texts up to this many bytes are first tried as ASCII, which is several times faster than a TextDecoder. */
const SHORT_TEXT = 64;

/** The text of bytes in a VM's memory, where it is short and ASCII. */
export function asciiText(memory: Uint8Array, start: number, length: number): string | undefined {
  if (length > SHORT_TEXT) return undefined;
  let text = "";
  for (let index = start; index < start + length; index++) {
    const byte = memory[index] ?? 255;
    if (byte > 127) return undefined;
    text += String.fromCharCode(byte);
  }
  return text;
}

/** Puts a text into a VM's memory where it is short and ASCII, and says whether it was. There must be room for it. */
export function putAscii(memory: Uint8Array, start: number, text: string): boolean {
  if (text.length > SHORT_TEXT) return false;
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index);
    if (unit > 127) return false;
    memory[start + index] = unit;
  }
  return true;
}
