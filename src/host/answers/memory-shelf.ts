import type { Value } from "../../contract/value.ts";
import { decodeValue, encodeValue } from "../../contract/wire.ts";
import type { Shelf, ShelfRules, ShelfTime } from "./shelf.ts";

interface Kept {
  readonly text: string;
  readonly expires: number;
  readonly group: string;
}

/** Answers in memory, as texts, so that what is given out is a copy. The map's order is that of their last use. */
export class MemoryShelf implements Shelf {
  readonly #kept = new Map<string, Kept>();
  readonly #sizes = new Map<string, number>();

  get(key: string, now: number): Value | undefined {
    const found = this.#kept.get(key);
    if (found === undefined) return undefined;
    this.#drop(key, found);
    if (found.expires <= now) return undefined;
    this.#add(key, found);
    return decodeValue(JSON.parse(found.text));
  }

  put(key: string, value: Value, { group, maxBytes, expires }: ShelfRules & ShelfTime): void {
    const text = JSON.stringify(encodeValue(value));
    if (text.length > maxBytes) return;
    const before = this.#kept.get(key);
    if (before !== undefined) this.#drop(key, before);
    this.#add(key, { text, expires, group });
    for (const [oldest, kept] of this.#kept) {
      if ((this.#sizes.get(group) ?? 0) <= maxBytes) break;
      if (kept.group === group) this.#drop(oldest, kept);
    }
  }

  close(): void {
    this.#kept.clear();
    this.#sizes.clear();
  }

  #add(key: string, kept: Kept): void {
    this.#kept.set(key, kept);
    this.#sizes.set(kept.group, (this.#sizes.get(kept.group) ?? 0) + kept.text.length);
  }

  #drop(key: string, { group, text }: Kept): void {
    this.#kept.delete(key);
    this.#sizes.set(group, (this.#sizes.get(group) ?? 0) - text.length);
  }
}
