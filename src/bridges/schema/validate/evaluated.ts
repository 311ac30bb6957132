/** What of a value the keywords of a schema have looked at: what is left is for `unevaluatedItems` and `…Properties`. */
export class Evaluated {
  #names: Set<string> | undefined;
  #allNames = false;
  #items: Set<number> | undefined;
  #firstItems = 0;

  addName(name: string): void {
    (this.#names ??= new Set()).add(name);
  }

  addAllNames(): void {
    this.#allNames = true;
  }

  addItem(index: number): void {
    (this.#items ??= new Set()).add(index);
  }

  /** All items before `count`. */
  addItems(count: number): void {
    this.#firstItems = Math.max(this.#firstItems, count);
  }

  hasName(name: string): boolean {
    return this.#allNames || this.#names?.has(name) === true;
  }

  hasItem(index: number): boolean {
    return index < this.#firstItems || this.#items?.has(index) === true;
  }

  /** Adds what another schema looked at. */
  merge(other: Evaluated, spend: (steps: number) => void): void {
    this.#allNames ||= other.#allNames;
    this.#firstItems = Math.max(this.#firstItems, other.#firstItems);
    spend((other.#names?.size ?? 0) + (other.#items?.size ?? 0));
    for (const name of other.#names ?? []) this.addName(name);
    for (const item of other.#items ?? []) this.addItem(item);
  }
}
