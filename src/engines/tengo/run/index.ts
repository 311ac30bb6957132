/**
 * Runs programs: a register machine whose fibers are stacks in one array, so that a script's calls are never calls of
 * this program. Registers instead of the reference's stack because an instruction costs far more than an operand; an
 * operand is a place among globals and constants or a register, told apart by its sign without a branch; ints that fit
 * are added and compared in the loop itself, everything else is done in functions of its own, so that the loop stays
 * small enough for JavaScriptCore's best compiler. Nothing here knows of the host but by `HostFunction` and `HostHandle`.
 */
export { describeRuntimeError, traceOf, type Failure } from "./failure.ts";
export type { Fiber } from "./fiber.ts";
export { Machine, type Outcome } from "./machine.ts";
export { Meter, type MeterOptions } from "./meter.ts";
export type { MachineOptions } from "./steps.ts";
