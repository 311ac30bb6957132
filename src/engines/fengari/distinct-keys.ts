import { TString } from "fengari/src/lstring.js";

interface KeyedString {
  readonly realstring: Uint8Array;
  key: string | null;
}

/**
 * fengari takes strings for one table key whose bytes give the same digits without leading zeros: "\1\17" and
 * "\17\1". This gives each byte two. Strings without bytes below 16 keep their keys, so that fengari's own table of
 * reserved words still holds; long strings take the memory of their digits and not hundreds of times of it.
 */
export function makeKeysDistinct(): void {
  Object.defineProperty(TString.prototype, "hash", {
    configurable: true,
    get(this: KeyedString) {
      this.key ??= `|${this.realstring.toHex()}`;
      return this.key;
    },
    set(this: KeyedString, key: string | null) {
      this.key = key;
    },
  });
}
