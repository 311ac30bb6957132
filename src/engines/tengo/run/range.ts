import type { RunContext } from "../context.ts";
import { TengoRuntimeError, WrongArgumentCount, WrongArgumentType } from "../errors.ts";
import { addInts, subtractInts, type TengoInt } from "../integers.ts";
import { TengoArray, typeName, type TengoValue } from "../values.ts";
import { ARRAY_BYTES, ITEM_BYTES } from "./slices.ts";

const NAMES = ["start", "stop", "step"] as const;
const PORTION = 4096;

/** `range(start, stop[, step])`: the ints from `start` up or down to `stop`, without it. */
export function range(args: readonly TengoValue[], context: RunContext): TengoArray {
  if (args.length < 2 || args.length > 3) throw new WrongArgumentCount();
  const bounds = args.map((value, index): TengoInt => {
    if (typeof value !== "number" && typeof value !== "bigint") {
      throw new WrongArgumentType(NAMES[index]!, "int", typeName(value));
    }
    if (index === 2 && value <= 0) throw new TengoRuntimeError("range step must be greater than 0");
    return value;
  });
  const [start, stop, step = 1] = bounds as [TengoInt, TengoInt, TengoInt?];
  context.charge(ARRAY_BYTES);
  const items: TengoValue[] = [];
  const up = start <= stop;
  const next = up ? addInts : subtractInts;
  let at = start;
  while (up ? at < stop : at > stop) {
    if (items.length % PORTION === 0) {
      context.charge(PORTION * ITEM_BYTES);
      context.burn(PORTION);
    }
    items.push(at);
    const small = typeof at === "number" && typeof step === "number" ? (up ? at + step : at - step) : NaN;
    at = Number.isSafeInteger(small) ? small : next(at, step);
  }
  return TengoArray.of(items);
}
