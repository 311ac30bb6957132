import type { Effects } from "./effects.ts";
import type { RunInfo } from "./run.ts";
import type { RunBudget, Spent } from "./spending.ts";
import type { MapSchema, Parsed, Schema } from "./schema.ts";
import type { FunctionHandle, ResourceHandle, Value, ValueMap } from "./value.ts";

/**
 * What a bridge can do to the world, and so who may be given it:
 * - `pure`: computes from its arguments;
 * - `run`: reads what the run already has (parameters, input, clock) and writes to its output;
 * - `model`: talks to language models, which costs money and sends data out;
 * - `state`: keeps data for later runs;
 * - `outside`: files, network, environment, secrets, programs.
 */
export type Capability = "pure" | "run" | "model" | "state" | "outside";

/**
 * How data flows through a function, for `egress: closed-after-private`: what its answer may hold (`private`: what is
 * the person's own; `untrusted`: what strangers may have written), and whether its arguments leave the machine.
 */
export interface Flow {
  readonly reads?: readonly FlowRead["kind"][];
  readonly sends?: true;
}

/** A kind of data that a run has read, and the function that read it first, as the script names it. */
export interface FlowRead {
  readonly kind: "private" | "untrusted";
  readonly by: string;
}

/** What may be done with a call whose answer was lost in a crash: repeat it, repeat it with the same key, or ask. */
export type Repeat = "safe" | "idempotent" | "unsafe";

/** What a call counts against, besides `limits.calls`. */
export type Counter = "llmCalls" | "toolCalls";

/**
 * What a bridge function may use while it runs. Everything is revoked when the call ends, but for open handles. Its
 * functions are methods: they are called on it, and not taken out of it, which `this` makes the compiler say.
 */
export interface CallContext {
  /** Aborted when the script cancels, the call's time is up, or the run ends. */
  readonly signal: AbortSignal;
  /** The module's entry in the profile, parsed by {@link Bridge.grant}. */
  readonly grant: unknown;
  readonly run: RunInfo;
  readonly effects: Effects;
  /** Names this call among all calls of all runs, and is the same when it is repeated after a crash: an idempotency key. */
  readonly key: string;
  /** Gives the script a handle of a kind that this bridge declares. `close` is called once: by the script or at the end of the run. */
  open(this: object, kind: string, resource: unknown, close: () => void): ResourceHandle;
  /** Ends a handle: `close` is called and the handle is revoked. */
  close(this: object, handle: ResourceHandle): void;
  /** What an open handle of any kind stands for; throws `script.handle-closed` where it is closed. */
  resource(this: object, handle: ResourceHandle): unknown;
  /** Calls a function of the script, as a new fiber, and waits for its value. Rejects with what it raised. */
  callback(this: object, target: FunctionHandle, args: readonly Value[]): Promise<Value>;
  /**
   * Makes a call that is a part of this one, through the whole gate: granted, counted, approved and paid for as if the
   * script made it. Arguments and answer have their canonical names. `part` tells it from the other parts: its key is
   * this call's with that behind it. What it spends stands with this call.
   */
  within(
    this: object,
    part: string,
    target: readonly [module: string, name: string],
    args: readonly Value[],
    signal: AbortSignal,
  ): Promise<Value>;
  /**
   * Runs another spell as a part of this call: never with more rights, out of the same budget. Rejects with what it
   * failed with. The answer is `{result, output, run}`.
   */
  cast(this: object, name: string, parameters: ValueMap): Promise<ValueMap>;
  /** What the run may still spend. */
  readonly budget: RunBudget;
  /** What the parts of this call ({@link within}) have spent so far, those that failed or were given up included. */
  spentWithin(this: object): Spent;
  /** Milliseconds until the time of the call or of the run is over; infinite where neither has an end. */
  readonly timeLeft: number;
}

/** The parameters of a function, in order. A parameter is optional where its schema is. */
export type Parameters = Readonly<Record<string, Schema>>;

/** The parsed arguments, by name. */
export type Arguments<P extends Parameters> = { readonly [K in keyof P]: Parsed<P[K]> };

/** One function of a bridge. Its texts are the user's documentation. */
export interface BridgeFunction {
  /** What it does; the first sentence stands alone in lists. */
  readonly doc: string;
  readonly parameters: Parameters;
  /** What it answers with. Keys of objects are camelCase and renamed for languages that write them otherwise. */
  readonly returns: Schema;
  /** The answer is a map that prints as this field of it. */
  readonly text?: string;
  /** The answer is a handle of this kind. */
  readonly opens?: string;
  readonly repeat: Repeat;
  readonly counts?: Counter;
  /** Instead of its bridge's. */
  readonly flow?: Flow;
  /**
   * Its effect is in this process alone, and is done again, in its order, when the run is resumed by another; of a
   * function whose effect may also be on disk, whether that of this call was not. `args` are the script's.
   */
  readonly memory?: true | ((grant: unknown, args: readonly Value[]) => boolean);
  /** Whether the call may take longer than `limits.callTime`, having a timeout of its own. */
  readonly untimed?: true;
  /** It may call functions among its arguments after it has answered: they are kept as long as the run. */
  readonly keeps?: true;
  /** The binding does it itself by an `output` message, so that order is kept; it never reaches the gate. */
  readonly local?: "output";
  /** The bridge's own rule: a reason to refuse these arguments under this grant, with what would grant it. */
  readonly refuse?: (args: Arguments<Parameters>, call: RuleContext) => Refusal | undefined;
  readonly run: (args: Arguments<Parameters>, call: CallContext) => Value | Promise<Value>;
}

/** What a rule may look at. */
export interface RuleContext {
  readonly grant: unknown;
  readonly effects: Effects;
}

/** Why a call is refused, and the line of YAML (under `bridges:`) that would allow it. */
export interface Refusal {
  readonly reason: string;
  readonly grantLine: string;
}

/** A kind of handle: its methods get the resource that was given to {@link CallContext.open}. */
export interface HandleKind {
  readonly doc: string;
  readonly methods: Readonly<Record<string, BridgeMethod>>;
  /** The method that gives the next item as `{done, value}`, where the handle can be walked through. */
  readonly next?: string;
  /** The method that ends it early, where it holds something. Once it is closed, it is called without a resource. */
  readonly close?: string;
}

/** A function of a handle. */
export type BridgeMethod = Omit<BridgeFunction, "run" | "refuse" | "local"> & {
  readonly run: (
    resource: never,
    args: Arguments<Parameters>,
    call: CallContext & { readonly handle: ResourceHandle },
  ) => Value | Promise<Value>;
  /** Methods are not counted against `limits.calls` where this is set: walking a stream is one call. */
  readonly uncounted?: true;
};

/** A constant of a module, known when the run starts. */
export interface BridgeValue {
  readonly doc: string;
  readonly read: (run: RunInfo) => Value;
}

/** What {@link Bridge.prepare} may use. */
export interface PrepareContext {
  readonly grant: unknown;
  readonly effects: Effects;
  /** Whether the option was written by a person: not inside of a built-in profile, and no default. By its path: `read.0`. */
  readonly isOwn: (path: string) => boolean;
}

/** What is wrong with a grant, or too wide in it. */
export interface GrantFinding {
  readonly severity: "error" | "warning";
  /** The option's place in the grant: `read.0`. */
  readonly path: string;
  /** Completes `bridges.files.read.0: …`, in lower case. */
  readonly message: string;
  readonly fix?: string;
}

/** Options of a grant as one call needs them. */
export type LearnedGrant = Readonly<Record<string, readonly string[] | true>>;

/** A script module. Bindings, checks, documentation and completion are derived from it; nothing is written per language. */
export interface Bridge {
  /** The module's name in every language: one lowercase word. */
  readonly name: string;
  /** What it is for; the first sentence stands alone in lists. */
  readonly doc: string;
  readonly capability: Capability;
  /** That of its functions, where they do not say otherwise. */
  readonly flow?: Flow;
  /** The options that a profile may give it: an object schema, strict, every key optional. */
  readonly grant: () => MapSchema;
  /** What `"*"` under `bridges:`, and so the profile `full`, gives of it; `{}` unless told. */
  readonly everything?: Readonly<Record<string, unknown>>;
  /** The options of a grant as a person would begin with it, in YAML; `{}` unless told. */
  readonly grantExample?: string;
  /** The options of a grant that would allow one call, for `run --learn`: lists are put together, `true` stays. */
  readonly learn?: (name: string, args: Readonly<Record<string, unknown>>, effects: Effects) => LearnedGrant;
  /** Looks before the run at what the grant names. Its errors keep the run from starting; its warnings are shown. */
  readonly prepare?: (context: PrepareContext) => Promise<readonly GrantFinding[]>;
  readonly values?: Readonly<Record<string, BridgeValue>>;
  readonly functions: Readonly<Record<string, BridgeFunction>>;
  readonly handles?: Readonly<Record<string, HandleKind>>;
}

/** The line under `bridges:` that grants a bridge, as a person would begin with it. */
export function grantLine({ name, grantExample = "{}" }: Pick<Bridge, "name" | "grantExample">): string {
  return `${name}: ${grantExample}`;
}

/** A definition whose schemas are made when they are first asked for: making all of them costs more than a run. */
type Lazy<P extends Parameters, D> = Omit<D, "parameters" | "returns" | "run" | "refuse"> & {
  readonly parameters: () => P;
  readonly returns: () => Schema;
};

/** Ties the types of `run` and `refuse` to `parameters`; the rest of the project sees a {@link BridgeFunction}. */
export function bridgeFunction<P extends Parameters>(
  definition: Lazy<P, BridgeFunction> & {
    readonly refuse?: (args: Arguments<P>, call: RuleContext) => Refusal | undefined;
    readonly run: (args: Arguments<P>, call: CallContext) => Value | Promise<Value>;
  },
): BridgeFunction {
  return makeLazy(definition) as BridgeFunction;
}

/** As {@link bridgeFunction}, for a method of a handle whose resource is a `T`. */
export function bridgeMethod<T, P extends Parameters>(
  definition: Lazy<P, BridgeMethod> & {
    readonly run: (
      resource: T,
      args: Arguments<P>,
      call: CallContext & { readonly handle: ResourceHandle },
    ) => Value | Promise<Value>;
  },
): BridgeMethod {
  return makeLazy(definition) as BridgeMethod;
}

function makeLazy(definition: { readonly parameters: () => Parameters; readonly returns: () => Schema }): object {
  let parameters: Parameters | undefined;
  let returns: Schema | undefined;
  return {
    ...definition,
    get parameters() {
      return (parameters ??= definition.parameters());
    },
    get returns() {
      return (returns ??= definition.returns());
    },
  };
}
