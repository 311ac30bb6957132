/**
 * What native functions may ask of the run. Whoever allocates in proportion to its input says so first: `charge`
 * before bytes are allocated, `burn` before (or while) steps are taken.
 */
export interface RunContext {
  /** Takes bytes from the run's memory before they are allocated. Throws `TengoLimit`. */
  charge(bytes: number): void;
  /** Takes steps from the run's fuel: about one for what costs as much as one instruction of the machine. Throws `TengoLimit`. */
  burn(steps: number): void;
  /** The run's clock: whole seconds since 1970, and nanoseconds. */
  now(): { readonly seconds: number; readonly nanoseconds: number };
  /** The run's random seed. */
  readonly seed: number;
  /** What the script prints: a byte string, newline included where there is one. */
  print(text: string): void;
  /** Bytes that a string may have (2^31 - 1 unless the host sets less): beyond it, `exceeding string size limit`. */
  readonly maxStringLength: number;
  /** The same for bytes: `exceeding bytes size limit`. */
  readonly maxBytesLength: number;
}
