/**
 * JSON Schema 2020-12: a schema is made into nodes of checks once, then applied. An interpreter of our own, because
 * what it is given may be hostile and this process cannot be killed while it computes: every step is counted, patterns
 * are matched in bounded time, and nothing is ever fetched. Nothing here touches the world.
 */
import { SpellError } from "../../../contract/errors.ts";
import type { Value } from "../../../contract/value.ts";
import { applyTo } from "./apply.ts";
import { Compiler, type KeywordRow, type SchemaNode } from "./compiler.ts";
import { Documents } from "./documents.ts";
import { ARRAYS, LEFT_ITEMS } from "./keywords/arrays.ts";
import { GENERAL } from "./keywords/general.ts";
import { LOGIC } from "./keywords/logic.ts";
import { NUMBERS } from "./keywords/numbers.ts";
import { LEFT_PROPERTIES, OBJECTS } from "./keywords/objects.ts";
import { STRINGS } from "./keywords/strings.ts";
import { comparePaths, Place } from "./place.ts";
import { SchemaFault } from "./schema-fault.ts";
import { Meter, type ValidationError, ValidationRun } from "./validation-run.ts";

export { Meter, type ValidationError } from "./validation-run.ts";

/** In the order of their errors. Those that ask what is left come last. */
const KEYWORDS: readonly KeywordRow[] = [
  ...[...GENERAL, ...NUMBERS, ...STRINGS, ...OBJECTS, ...ARRAYS, ...LOGIC],
  ...[...LEFT_PROPERTIES, ...LEFT_ITEMS],
];

/** How schemas are read. */
export interface SchemaOptions {
  /** Whether `format` must hold, and not only says what is meant; true unless told. */
  readonly formats?: boolean | undefined;
  /** Further schemas by their address, to which references may lead. */
  readonly schemas?: ReadonlyMap<string, Value> | undefined;
  /** The place in the schema, as a JSON Pointer, that values are checked against; all of it unless told. */
  readonly at?: string;
  /** Counts the work of several schemas together. */
  readonly meter?: Meter;
}

/** A schema that values can be checked against, any number of times. */
export class CompiledSchema {
  readonly #root: SchemaNode;
  readonly #compiler: Compiler;

  /** Throws `schema.invalid` with the place in the schema, and `schema.too-complex`. */
  constructor(
    readonly schema: Value,
    { formats = true, schemas = new Map(), at = "#", meter = new Meter() }: SchemaOptions = {},
  ) {
    const { spend } = meter;
    const documents = new Documents(schemas, spend);
    this.#compiler = new Compiler(documents, { formats, keywords: KEYWORDS }, spend);
    try {
      const whole = documents.add(schema);
      this.#root = this.#compiler.compile(at === "#" ? whole : (documents.at(at, whole) ?? whole));
    } catch (error) {
      throw error instanceof SchemaFault ? invalid(error) : error;
    }
  }

  /** What is wrong with a value; nothing where it fits. Throws `schema.too-complex`. */
  errorsOf(value: Value, meter = new Meter()): readonly ValidationError[] {
    const run = new ValidationRun(meter, this.#compiler.tracks);
    try {
      applyTo(this.#root, value, Place.root, run);
    } catch (error) {
      throw error instanceof SchemaFault ? invalid(error) : error;
    }
    return (run.errors ?? []).toSorted((a, b) => comparePaths(a.path, b.path));
  }
}

function invalid(fault: SchemaFault): SpellError {
  const where = fault.path === "" ? "The schema is wrong" : `The schema is wrong at ${fault.path}`;
  return new SpellError("schema.invalid", `${where}: ${fault.message}`, {
    cause: fault,
    details: { path: fault.path, pointer: fault.pointer },
  });
}

/** One error as a sentence without its full stop: `birds[2].age must be an integer, not a string`. */
export function describeError({ path, message }: Pick<ValidationError, "path" | "message">): string {
  return path === "" ? `The value ${message}` : `${path} ${message}`;
}
