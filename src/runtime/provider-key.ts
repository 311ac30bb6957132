import type { Environment } from "../host/index.ts";

/** A provider's key, without the white space around it that files and pasting leave; undefined where nothing else is there. */
export function providerKey(environment: Environment, variable: string | undefined): string | undefined {
  const key = variable === undefined ? undefined : environment(variable)?.trim();
  return key === "" ? undefined : key;
}

/** What a key has in it that no header can carry, in words that do not show it; undefined where nothing is wrong. */
export function keyFault(key: string): string | undefined {
  if (/[\r\n]/.test(key)) return "a line break";
  if (/[“”„‟‘’‚‛«»]/.test(key)) return "typographic quotation marks";
  if (/\p{Cc}/u.test(key)) return "a control character";
  return /[^ -~]/.test(key) ? "a character beyond ASCII" : undefined;
}
