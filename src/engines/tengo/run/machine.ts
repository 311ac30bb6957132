import type { CompiledCode, Program } from "../compile/function-code.ts";
import { TengoRuntimeError } from "../errors.ts";
import { TengoFunction, type HostFunction, type TengoValue } from "../values.ts";
import { dispatch } from "./dispatch.ts";
import { failureOf, type Failure } from "./failure.ts";
import { Fiber } from "./fiber.ts";
import { HandleIterator } from "./iterators.ts";
import { liveBytes, type LiveBytes } from "./live-bytes.ts";
import type { Meter } from "./meter.ts";
import { ITEM_BYTES } from "./slices.ts";
import { Steps, type MachineOptions } from "./steps.ts";

/** How far a fiber has come. Where it is a call, {@link Machine.resume} goes on with the answer. */
export type Outcome =
  | { readonly kind: "done"; readonly fiber: Fiber; readonly value: TengoValue }
  | {
      readonly kind: "call";
      readonly fiber: Fiber;
      readonly function: HostFunction;
      readonly args: readonly TengoValue[];
    }
  | Failure;

/** Runs the fibers of one program. Nothing is thrown: whatever fails is an outcome. */
export class Machine {
  private readonly steps: Steps;
  private readonly fibers = new Set<Fiber>();
  private readonly unusedStacks: number[] = [];
  /** The values that a fiber's stack has room for; those beyond the reference's are only for what fails. */
  private readonly stackRoom: number;

  constructor(
    private readonly program: Program,
    private readonly meter: Meter,
    private readonly options: MachineOptions = {},
  ) {
    this.steps = new Steps(program, meter, options);
    this.stackRoom = this.steps.stackSize + program.largestFrame + 1;
    meter.attach(() => this.liveBytes());
  }

  /** Runs the script itself. */
  startMain(): Outcome {
    return this.start(new TengoFunction(this.program.main, []), []);
  }

  /** Calls a function of the script in a fiber of its own. */
  startCall(callee: TengoFunction, args: readonly TengoValue[]): Outcome {
    return this.start(callee, args);
  }

  /** Goes on with a fiber whose call the host has answered. */
  resume(fiber: Fiber, answer: TengoValue): Outcome {
    const { waiting } = fiber;
    fiber.waiting = undefined;
    if (waiting instanceof HandleIterator) waiting.deliver(answer);
    return this.run(fiber, () => {
      if (waiting !== "call") return;
      const to = (fiber.current.code as CompiledCode).instructions[fiber.place + 4]!;
      this.steps.write(fiber, to, this.steps.counted(answer));
      fiber.place += 5;
    });
  }

  /** Whether nobody would see the answer that a fiber waits for: its call is a statement. */
  isUnheard({ current, place, waiting }: Fiber): boolean {
    return waiting === "call" && (current.code as CompiledCode).unheard.has(place);
  }

  /** Ends a fiber that will not be resumed. */
  drop(fiber: Fiber): void {
    if (!this.fibers.delete(fiber)) return;
    this.steps.memory.fill(undefined, fiber.start, fiber.start + this.stackRoom);
    this.unusedStacks.push(fiber.start);
  }

  /** A global variable of the script's top level. */
  global(name: string): TengoValue {
    const place = this.program.globals.get(name);
    return place === undefined ? undefined : this.steps.memory[place];
  }

  private start(entry: TengoFunction, args: readonly TengoValue[]): Outcome {
    const fiber = this.newFiber(entry);
    return this.run(fiber, () => {
      const { memory, stackSize } = this.steps;
      this.meter.charge(this.stackRoom * ITEM_BYTES);
      if (args.length > stackSize) throw new TengoRuntimeError("stack overflow");
      for (const [index, arg] of args.entries()) memory[fiber.start + index] = arg;
      this.steps.argumentsEnd = fiber.start + args.length;
      this.steps.arrangeArguments(entry.code as CompiledCode, fiber.start, args.length);
    });
  }

  private newFiber(entry: TengoFunction): Fiber {
    const { memory } = this.steps;
    let start = this.unusedStacks.pop();
    if (start === undefined) {
      start = memory.length;
      for (let count = this.stackRoom; count > 0; count--) memory.push(undefined);
    }
    const fiber = new Fiber(start, entry);
    this.fibers.add(fiber);
    return fiber;
  }

  private run(fiber: Fiber, prepare: () => void): Outcome {
    try {
      prepare();
      const stop = dispatch(this.steps, fiber);
      if (stop.kind === "call") return { ...stop, fiber };
      this.drop(fiber);
      return { ...stop, fiber };
    } catch (error) {
      this.meter.giveBack(fiber.fuel);
      const failure = failureOf(fiber, error);
      this.drop(fiber);
      return failure;
    }
  }

  /** Counts what is in use, after letting go of what lies beyond the registers of the functions that run. */
  private liveBytes(): LiveBytes {
    const { memory, imported, argumentsEnd } = this.steps;
    for (const fiber of this.fibers) {
      const { locals, depth } = fiber.current.code as CompiledCode;
      const registersEnd = fiber.base + locals + depth + 1;
      const end = fiber.start + this.stackRoom;
      const inUse = argumentsEnd > registersEnd && argumentsEnd <= end ? argumentsEnd : registersEnd;
      memory.fill(undefined, inUse, end);
    }
    const roots: unknown[] = [...imported, ...(this.options.roots?.() ?? [])];
    for (const fiber of this.fibers) roots.push(fiber.current, ...fiber.callers, fiber.waiting);
    const { bytes, again } = liveBytes(memory, roots);
    return { bytes: bytes + this.program.bytes, again };
  }
}
