import type { RunContext } from "../context.ts";
import { TengoRuntimeError, WrongArgumentCount, WrongArgumentType } from "../errors.ts";
import { addInts, subtractInts, type TengoInt } from "../integers.ts";
import { TengoArray, typeName, type TengoValue } from "../values.ts";
import { ARRAY_BYTES, ITEM_BYTES } from "./slices.ts";

const NAMES = ["start", "stop", "step"] as const;

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
  // Beyond the last item the reference may wrap around and go on for ever.
  const distance = start <= stop ? BigInt(stop) - BigInt(start) : BigInt(start) - BigInt(stop);
  const count = Number((distance + BigInt(step) - 1n) / BigInt(step));
  context.charge(ARRAY_BYTES + count * ITEM_BYTES);
  context.burn(count);
  const up = start <= stop;
  const next = up ? addInts : subtractInts;
  const items: TengoValue[] = [];
  for (let at = start; up ? at < stop : at > stop;) {
    items.push(at);
    if (items.length === count) break;
    const small = typeof at === "number" && typeof step === "number" ? (up ? at + step : at - step) : NaN;
    at = Number.isSafeInteger(small) ? small : next(at, step);
  }
  return TengoArray.of(items);
}
