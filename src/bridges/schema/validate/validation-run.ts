import { SpellError } from "../../../contract/errors.ts";
import type { Place } from "./place.ts";
import type { Resource } from "./resource.ts";

/** One thing that is wrong with a value. */
export interface ValidationError {
  /** Where: `birds[2].age`; empty for the value itself. */
  readonly path: string;
  /** Completes the path: `must be an integer, not a string`. */
  readonly message: string;
  /** The keyword that was not met. */
  readonly keyword: string;
  /** Where that stands in the schema, as a JSON Pointer: `#/properties/birds`. */
  readonly schemaPath: string;
}

/** Steps that one call may take: less than a second on a slow machine. */
export const MAX_STEPS = 5_000_000;

/** How deep schemas may be applied within each other. */
const MAX_DEPTH = 1000;

/** More errors help nobody. */
const MAX_ERRORS = 50;

/** Counts the work of one call. This process cannot be killed while it computes, so a hostile schema must end. */
export class Meter {
  #left: number;

  constructor(private readonly limit = MAX_STEPS) {
    this.#left = limit;
  }

  /** Throws `schema.too-complex` where the work is too much. */
  readonly spend = (steps: number): void => {
    this.#left -= steps;
    if (this.#left >= 0) return;
    throw new SpellError("schema.too-complex", `Checking the value takes more than ${this.limit} steps`);
  };
}

/** What goes on while one value is checked. */
export class ValidationRun {
  #depth = 0;
  /** Where errors go; undefined where nobody wants to know more than whether there is one. */
  errors: ValidationError[] | undefined = [];
  /** The resources that were gone through, outermost first: what `$dynamicRef` looks at. */
  readonly scope: Resource[] = [];

  constructor(
    readonly meter: Meter,
    /** Whether what was looked at must be known, for `unevaluated…`. */
    readonly tracks: boolean,
  ) {}

  /** One schema more is applied, within those that are being applied. */
  enter(pointer: string): void {
    this.meter.spend(1);
    if (++this.#depth <= MAX_DEPTH) return;
    throw new SpellError(
      "schema.too-complex",
      `The schema leads in a circle, or nests deeper than ${MAX_DEPTH} levels, at ${pointer.slice(0, 200)}`,
    );
  }

  leave(): void {
    this.#depth--;
  }

  /** Whether another error would be told. */
  get wantsErrors(): boolean {
    return this.errors !== undefined && this.errors.length < MAX_ERRORS;
  }

  /** Notes an error; always false. */
  fail(place: Place, keyword: string, pointer: string, message: string): false {
    if (this.errors !== undefined && this.wantsErrors) {
      this.errors.push({ path: place.toString(), message, keyword, schemaPath: `${pointer}/${keyword}` });
    }
    return false;
  }

  /** Does work whose errors are not this value's. */
  aside<T>(errors: ValidationError[] | undefined, work: () => T): T {
    const before = this.errors;
    this.errors = before === undefined ? undefined : errors;
    const result = work();
    this.errors = before;
    return result;
  }
}
