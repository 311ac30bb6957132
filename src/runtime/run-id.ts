/** Crockford's base32, lower case: sorts like the numbers it writes. */
const DIGITS = "0123456789abcdefghjkmnpqrstvwxyz";

/** An id that sorts by time: 10 digits of milliseconds since the epoch, then 6 of chance. */
export function newRunId(time: number): string {
  let id = "";
  for (let rest = Math.floor(time), index = 0; index < 10; index++) {
    id = (DIGITS[rest % 32] ?? "0") + id;
    rest = Math.floor(rest / 32);
  }
  for (const byte of crypto.getRandomValues(new Uint8Array(6))) id += DIGITS[byte % 32] ?? "0";
  return id;
}
