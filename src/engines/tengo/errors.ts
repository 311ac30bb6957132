/**
 * What may be thrown while a script is read or run. Texts are byte strings, as all text of the machine is.
 * A script cannot catch any of these: Tengo has error values, and no exceptions.
 */

/** A fault that ends the run with `Runtime Error: …`; the machine adds where it happened. */
export class TengoRuntimeError {
  constructor(
    readonly message: string,
    /** Of ours, where it is no fault of the script alone. */
    readonly code?: "grant.bridge",
  ) {}
}

/** A native function was called with the wrong number of arguments; the machine names the function. */
export class WrongArgumentCount {
  readonly message = "wrong number of arguments";
}

/** An argument of the wrong type: `invalid type for argument 'first' in call to 'builtin-function:len': expected …`. */
export class WrongArgumentType {
  constructor(
    /** `first`, `second`, … */
    readonly argument: string,
    /** `array`, `string(compatible)`, … */
    readonly expected: string,
    readonly found: string,
  ) {}
}

/** A limit of the run is used up. */
export class TengoLimit {
  constructor(
    readonly code: "limit.fuel" | "limit.memory" | "limit.stack",
    readonly message: string,
  ) {}
}

/** Where something stands in a source file. Lines and columns count from 1, columns in bytes. */
export interface TengoPosition {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** Where a call stood, and in which function: without a name at a top level, with an empty one where it has none. */
export interface TengoFrame extends TengoPosition {
  readonly name: string | undefined;
}

/** A source that cannot be parsed or compiled. */
export class TengoSourceError {
  constructor(
    readonly phase: "parse" | "compile",
    /** The whole text that the reference prints: `Parse Error: …\n\tat FILE:L:C`. */
    readonly text: string,
    /** The message alone. */
    readonly message: string,
    readonly position: TengoPosition,
  ) {}
}
