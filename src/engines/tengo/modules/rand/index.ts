/**
 * The module `rand`: 9 functions over Go's generator. What is seeded gives the reference's own sequence; what is not
 * starts from the run's seed.
 */
import type { RunContext } from "../../context.ts";
import { TengoRuntimeError, WrongArgumentType } from "../../errors.ts";
import type { TengoInt } from "../../integers.ts";
import {
  TengoArray,
  TengoBytes,
  TengoFloat,
  TengoMap,
  typeName,
  type NativeBody,
  type TengoValue,
} from "../../values.ts";
import { expectCount, functions, intArgument } from "../arguments.ts";
import { Generator } from "./generator.ts";

/** The most numbers of a permutation that are drawn from halves, which is also more than any run can hold. */
const MOST_ITEMS = 2 ** 31 - 1;

function permutation(generator: Generator, count: TengoInt, context: RunContext): TengoArray {
  if (count < 0 || count > MOST_ITEMS) throw new TengoRuntimeError("runtime error: makeslice: len out of range");
  context.charge(Number(count) * 16);
  context.burn(Number(count));
  return TengoArray.of(generator.permutation(Number(count)));
}

function limited(generator: Generator, limit: TengoInt): TengoInt {
  if (limit <= 0) throw new TengoRuntimeError("invalid argument to Int63n");
  return generator.int63n(limit);
}

/** Fills the very bytes that it is given, as the reference does. */
function fill(generator: Generator, args: readonly TengoValue[], context: RunContext): number {
  const target = args[0];
  if (!(target instanceof TengoBytes)) throw new WrongArgumentType("first", "bytes", typeName(target));
  context.burn(target.data.length);
  generator.fill(target.data);
  return target.data.length;
}

/** The functions that a generator has; it is made when first asked for. */
function drawing(generator: () => Generator): Record<string, NativeBody> {
  return {
    int(args) {
      expectCount(args, 0);
      return generator().int63();
    },
    float(args) {
      expectCount(args, 0);
      return new TengoFloat(generator().float());
    },
    intn(args) {
      expectCount(args, 1);
      return limited(generator(), intArgument(args, 0));
    },
    exp_float(args) {
      expectCount(args, 0);
      return new TengoFloat(generator().exponentialFloat());
    },
    norm_float(args) {
      expectCount(args, 0);
      return new TengoFloat(generator().normalFloat());
    },
    perm(args, context) {
      expectCount(args, 1);
      return permutation(generator(), intArgument(args, 0), context);
    },
    seed(args, context) {
      expectCount(args, 1);
      context.burn(607);
      generator().seed(intArgument(args, 0));
      return undefined;
    },
    read(args, context) {
      expectCount(args, 1);
      return fill(generator(), args, context);
    },
  };
}

/** The members of the module. */
export function makeRand(context: RunContext): ReadonlyMap<string, TengoValue> {
  let shared: Generator | undefined;
  const bodies = drawing(() => (shared ??= new Generator(Math.trunc(context.seed))));
  return functions({
    ...bodies,
    rand(args, run) {
      expectCount(args, 1);
      const seed = intArgument(args, 0);
      run.charge(8192);
      run.burn(607);
      const own = new Generator(seed);
      return new TengoMap(functions(drawing(() => own)), true);
    },
  });
}
