/** Where in a value something is: a chain from the inside out, so that walking builds no texts. */
export class Place {
  constructor(
    readonly parent: Place | undefined,
    readonly step: string | number,
  ) {}

  /** The value itself. */
  static readonly root = new Place(undefined, "");

  item(step: string | number): Place {
    return new Place(this, step);
  }

  /** The steps from the outside in. */
  steps(): readonly (string | number)[] {
    return this.parent === undefined ? [] : [...this.parent.steps(), this.step];
  }

  /** `birds[2].age`; empty for the value itself. */
  toString(): string {
    return pathText(this.steps());
  }
}

/** `["birds", 2, "age"]` → `birds[2].age`; keys that are no names are quoted: `["a b"]`. */
export function pathText(steps: readonly (string | number)[]): string {
  return steps
    .map((step, index) => {
      if (typeof step === "number") return `[${step}]`;
      if (!/^[\p{L}_$][\p{L}\p{N}_$-]{0,99}$/u.test(step)) return `[${JSON.stringify(step.slice(0, 100))}]`;
      return index === 0 ? step : `.${step}`;
    })
    .join("");
}

/** The order of the paths of one value: outer before inner, items by number. Maps of Lua have no order of their own. */
export function comparePaths(a: string, b: string): number {
  const [left, right] = [a, b].map((path) => path.match(/\d{1,15}|\D/g) ?? []);
  for (let index = 0; ; index++) {
    const [x, y] = [left?.[index], right?.[index]];
    if (x === undefined || y === undefined) return Number(x !== undefined) - Number(y !== undefined);
    if (x === y) continue;
    const difference = Number(x) - Number(y);
    return Number.isNaN(difference) ? (x < y ? -1 : 1) : difference;
  }
}
