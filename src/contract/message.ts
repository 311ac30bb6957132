import type { Failure, SourcePosition } from "./errors.ts";
import type { Limits } from "./limits.ts";
import type { ErrorValue, FunctionHandle, Value } from "./value.ts";

/** A spell as an engine gets it: text only, nothing to look up. */
export interface Program {
  /** The name shown in errors and stacks, usually the path that the person gave. */
  readonly file: string;
  /** The source as the engine runs it (TypeScript already stripped, positions kept). */
  readonly source: string;
  /** The spell's own modules by path relative to the main file's folder, `/` between parts, without `./`. */
  readonly modules: Readonly<Record<string, string>>;
}

/** One function as a binding needs it. The key in the surface is the name in the engine's own naming. */
export interface FunctionSurface {
  /** The canonical name, sent in `call`. */
  readonly name: string;
  /** The answer is a map that prints as this field of it. */
  readonly text?: string;
  /** The answer is a handle that the language's own loop walks through. */
  readonly iterable?: true;
  /** The binding sends its one argument as `output` to stdout, as it is, and no call is made. */
  readonly local?: "output";
  /** The host may call functions among its arguments after the answer, too; otherwise they are forgotten with it. */
  readonly keeps?: true;
}

/** The methods of one kind of handle. */
export interface HandleSurface {
  readonly methods: Readonly<Record<string, FunctionSurface>>;
  /** Guest name of the method that gives the next item as `{done, value}`; present where the handle can be walked. */
  readonly next?: string;
  /** Guest name of the method that ends it early. */
  readonly close?: string;
}

/** One granted module, by guest names. */
export interface ModuleSurface {
  /** Constants of the module. */
  readonly values: Readonly<Record<string, Value>>;
  readonly functions: Readonly<Record<string, FunctionSurface>>;
  /** By kind without the module's name: `stream`, sent in calls as `stream.next`. */
  readonly handles: Readonly<Record<string, HandleSurface>>;
}

/** Everything that exists for the spell besides its language: granted modules only. */
export type Surface = Readonly<Record<string, ModuleSurface>>;

/** Whether a call keeps functions among its arguments beyond its answer; `name` is canonical: `complete`, `stream.next`. */
export function keepsFunctions(surface: Surface, module: string, name: string): boolean {
  const { functions = {}, handles = {} } = surface[module] ?? {};
  const [kind = "", method] = name.split(".");
  const among = method === undefined ? functions : (handles[kind]?.methods ?? {});
  return Object.values(among).some((each) => each.name === (method ?? name) && each.keeps === true);
}

/** Begins a run, or (mode `check`) only parses the program and its modules. */
export interface StartMessage {
  readonly type: "start";
  readonly mode: "run" | "check";
  readonly program: Program;
  readonly parameters: Value;
  readonly surface: Surface;
  readonly limits: Limits;
  /** The run's random seed, an integer of 32 bits. */
  readonly seed: number;
  /** Milliseconds since the epoch: the guest's clock until the next message. */
  readonly time: number;
  /** Each call says where the script made it. It costs time, and changes nothing else. */
  readonly positions?: true;
}

/** Answers call `id` with a value or an error. */
export interface ReturnMessage {
  readonly type: "return";
  readonly id: number;
  readonly value?: Value;
  readonly error?: ErrorValue;
  readonly time: number;
}

/** Calls a function of the script as a new fiber; `id` is the host's and comes back in `returned`. */
export interface CallbackMessage {
  readonly type: "callback";
  readonly id: number;
  readonly function: FunctionHandle;
  readonly args: readonly Value[];
  readonly time: number;
}

/** The host will not call these functions any more, of those that {@link FunctionSurface.keeps} kept. */
export interface ReleaseMessage {
  readonly type: "release";
  readonly functions: readonly number[];
  readonly time: number;
}

/** What an engine is given. Each is delivered whole, one at a time. */
export type HostMessage = StartMessage | ReturnMessage | CallbackMessage | ReleaseMessage;

/** The script calls a bridge. `id` counts up from 1 in a run; `fiber` is 1 for the main fiber. */
export interface CallMessage {
  readonly type: "call";
  readonly id: number;
  readonly fiber: number;
  readonly module: string;
  readonly function: string;
  readonly args: readonly Value[];
  /** Where in the script, as far as the engine knows; present where {@link StartMessage.positions} asked for it. */
  readonly position?: SourcePosition;
}

/** The script no longer waits for call `id`. An answer that is already on its way is dropped. */
export interface CancelMessage {
  readonly type: "cancel";
  readonly id: number;
}

/** A callback ended. */
export interface ReturnedMessage {
  readonly type: "returned";
  readonly id: number;
  readonly value?: Value;
  readonly error?: ErrorValue;
}

/** The script printed. Text is complete as written, newline included; bytes where it is not UTF-8. */
export interface OutputMessage {
  readonly type: "output";
  readonly stream: "stdout" | "stderr";
  readonly text: string | Uint8Array;
}

/** The script ended well. The last message of a run. */
export interface ResultMessage {
  readonly type: "result";
  readonly value: Value;
  /** Steps used, as `limits.fuel` counts them. */
  readonly fuel: number;
}

/** The script ended badly: an uncaught error, a syntax error or a limit. The last message of a run. */
export interface FailureMessage {
  readonly type: "failure";
  readonly failure: Failure;
}

/** What an engine says. */
export type EngineMessage =
  | CallMessage
  | CancelMessage
  | ReturnedMessage
  | OutputMessage
  | ResultMessage
  | FailureMessage;
