/** The least that is looked for: what is shorter stands in other texts by chance. */
const MIN_FORM = 6;

/**
 * The forms in which a secret may come back: as it is, in base64 wherever it stands in what was encoded (each of the
 * three alignments, in both alphabets), percent-encoded, and as JSON and its like escape it.
 */
export function formsOf(secret: string): readonly string[] {
  const bytes = Buffer.from(secret);
  const encoded = encodeURIComponent(secret);
  const strict = encoded.replace(/[!'()*]/g, (letter) => `%${letter.charCodeAt(0).toString(16).toUpperCase()}`);
  const json = JSON.stringify(secret).slice(1, -1);
  const forms = [
    secret,
    ...[0, 1, 2].flatMap((offset) => base64At(bytes, offset)),
    ...[encoded, strict].flatMap((form) => [form, lowerHex(form), form.replaceAll("%20", "+")]),
    ...[json, asciiJson(json)].flatMap((form) => [form, form.replaceAll("/", String.raw`\/`)]),
  ];
  return [...new Set(forms)].filter((form) => form.length >= MIN_FORM);
}

/** The letters of base64 that depend on these bytes alone, where `offset` bytes stand before them in their group of three. */
function base64At(bytes: Uint8Array, offset: number): readonly string[] {
  const padded = new Uint8Array(offset + bytes.length);
  padded.set(bytes, offset);
  const first = Math.ceil((offset * 8) / 6);
  const end = Math.floor((padded.length * 8) / 6);
  // Where nothing follows the secret, its last letters are known as well.
  const whole = Buffer.from(padded).toString("base64").slice(first);
  return [whole, whole.replace(/=+$/, ""), whole.slice(0, end - first)].flatMap((text) => [
    text,
    text.replaceAll("+", "-").replaceAll("/", "_"),
  ]);
}

function lowerHex(encoded: string): string {
  return encoded.replace(/%[0-9A-F]{2}/g, (code) => code.toLowerCase());
}

function asciiJson(json: string): string {
  return json.replace(/[^\0-\x7f]/g, (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, "0")}`);
}
