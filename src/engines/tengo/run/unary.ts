import type { RunContext } from "../context.ts";
import { TengoRuntimeError } from "../errors.ts";
import { subtractInts, wrapInt } from "../integers.ts";
import { TengoFloat, typeName, type TengoValue } from "../values.ts";

/** `-x`. */
export function negate(value: TengoValue, context: RunContext): TengoValue {
  if (typeof value === "number") return 0 - value;
  if (typeof value === "bigint") return subtractInts(0, value);
  if (!(value instanceof TengoFloat)) throw new TengoRuntimeError(`invalid operation: -${typeName(value)}`);
  context.charge(24);
  return new TengoFloat(-value.value);
}

/** `^x`. */
export function complement(value: TengoValue): TengoValue {
  if (typeof value === "number") return -1 - value;
  if (typeof value === "bigint") return wrapInt(~value);
  throw new TengoRuntimeError(`invalid operation: ^${typeName(value)}`);
}
