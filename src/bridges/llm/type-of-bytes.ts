/** Media types by the bytes that files of them begin with; `.` stands for any byte. */
const BEGINNINGS: readonly (readonly [beginning: string, mime: string])[] = [
  ["\x89PNG\r\n\x1A\n", "image/png"],
  ["\xFF\xD8\xFF", "image/jpeg"],
  ["GIF87a", "image/gif"],
  ["GIF89a", "image/gif"],
  ["RIFF....WEBP", "image/webp"],
  ["RIFF....WAVE", "audio/wav"],
  ["ID3", "audio/mpeg"],
  ["\xFF\xFB", "audio/mpeg"],
  ["\xFF\xF3", "audio/mpeg"],
  ["\xFF\xF2", "audio/mpeg"],
  ["%PDF-", "application/pdf"],
];

/** The media type of a file by its bytes: of those that models take, or `text/plain`; undefined for all others. */
export function typeOfBytes(bytes: Uint8Array): string | undefined {
  const found = BEGINNINGS.find(([beginning]) => beginsWith(bytes, beginning));
  if (found !== undefined) return found[1];
  return isText(bytes) ? "text/plain" : undefined;
}

function beginsWith(bytes: Uint8Array, beginning: string): boolean {
  if (bytes.length < beginning.length) return false;
  for (let index = 0; index < beginning.length; index++) {
    const wanted = beginning.charCodeAt(index);
    if (wanted !== 0x2e && bytes[index] !== wanted) return false;
  }
  return true;
}

/** UTF-8 without the zero bytes that no text has. */
function isText(bytes: Uint8Array): boolean {
  if (bytes.length === 0 || bytes.includes(0)) return false;
  try {
    new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    return true;
  } catch {
    return false;
  }
}
