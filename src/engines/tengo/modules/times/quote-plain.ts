/** Quotes as Go's time package does in its messages: every byte that is not printable ASCII becomes `\x..`. */
export function quotePlain(bytes: string): string {
  let text = '"';
  for (const byte of bytes) {
    const code = byte.charCodeAt(0);
    if (code >= 0x80 || code < 0x20) text += `\\x${code.toString(16).padStart(2, "0")}`;
    else text += byte === '"' || byte === "\\" ? `\\${byte}` : byte;
  }
  return `${text}"`;
}
