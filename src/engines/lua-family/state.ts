import type { StartMessage, Surface } from "../../contract/message.ts";
import type { Value } from "../../contract/value.ts";
import { decodeValue } from "../../contract/wire.ts";
import { LUA_GLOBALS } from "../../stdlib/lua/globals.ts";
import { FunctionTable } from "./function-table.ts";
import { Origins } from "./origins.ts";
import { LuaValues, type LuaMark } from "./values.ts";
import { MAX_FRAMES } from "./failure.ts";
import { LUA_STATUS, LUA_TYPE, LuaLimit, type LuaFrame, type LuaVm } from "./vm.ts";

/** What the prelude may ask of the host. */
export interface PreludeHost {
  output(text: string | Uint8Array, isError: boolean): void;
  /** Milliseconds since the epoch. */
  now(): number;
  /** Takes the price of a new coroutine from the fuel: each has an instruction count of its own. */
  charge(): void;
  /** The script calls a function of a granted module; only told where {@link StartMessage.positions} asked for it. */
  called(state: unknown): void;
  /** A coroutine of `coroutine.wrap` failed with an error that goes on to its caller. */
  coroutineFailed(failed: FailedCoroutine): void;
}

/** Where a coroutine was when it failed, and with what: text, or an object's identity. */
export interface FailedCoroutine {
  readonly error: unknown;
  readonly frames: readonly LuaFrame[];
}

/** What tells one raised error from another: its text, or its identity. */
export function errorKey<S>(vm: LuaVm<S>, state: S, index: number): unknown {
  return vm.type(state, index) === LUA_TYPE.string ? String(vm.toText(state, index)) : vm.toPointer(state, index);
}

/** One Lua state after its prelude. */
export interface LuaState<S> {
  readonly vm: LuaVm<S>;
  readonly values: LuaValues<S>;
  readonly functions: FunctionTable<S>;
  readonly origins: Origins<S>;
  /** Tells the prelude that a referenced thread is a fiber's, not a coroutine of the script's. */
  adopt(thread: number): void;
  forget(thread: number): void;
  /** Binds the granted surface, hands over the spell's own modules and seeds the random numbers. Once. */
  begin(start: StartMessage): void;
}

/** What the prelude gives back, each by its name in the table that it returns. */
export type LuaPrelude = Readonly<Record<(typeof PRELUDE_PARTS)[number], LuaMark>>;

const PRELUDE_PARTS = [
  "null",
  "handles",
  "array",
  "time",
  "error",
  "ids",
  "adopt",
  "forget",
  "define",
  "begin",
] as const;

/** Opens a state before its run is known. */
export function openState<S>(vm: LuaVm<S>, host: PreludeHost): LuaState<S> {
  return stateOf(vm, runPrelude(vm, hostFunctions(vm, host)));
}

/** Runs the prelude in a new VM: pushes what it takes, and keeps what it gives back. */
export function runPrelude<S>(vm: LuaVm<S>, functions: readonly HostFunction<S>[]): LuaPrelude {
  const { main } = vm;
  if (vm.loadPrelude(main) !== LUA_STATUS.ok) throw new Error(String(vm.toText(main, -1)));
  vm.createTable(main, 0, functions.length);
  for (const { name, body } of functions) {
    vm.pushText(main, name);
    vm.pushFunction(main, body);
    vm.rawSet(main, -3);
  }
  new LuaValues(vm, NO_MARKS, new FunctionTable(vm)).push(main, LUA_GLOBALS);
  if (vm.protectedCall(main, 2, 1) !== LUA_STATUS.ok) throw new Error(String(vm.toText(main, vm.getTop(main))));
  const table = vm.getTop(main);
  const parts = PRELUDE_PARTS.map((name) => {
    vm.pushText(main, name);
    vm.rawGet(main, table);
    const identity = vm.toPointer(main, vm.getTop(main));
    return [name, { identity, reference: vm.reference(main) }] as const;
  });
  vm.setTop(main, 0);
  return Object.fromEntries(parts) as LuaPrelude;
}

/** The surface as the prelude takes it: constants need its marks and follow later. */
function withoutValues(surface: Surface): Value {
  const modules: Record<string, Value> = {};
  for (const [name, { functions, handles }] of Object.entries(surface)) {
    modules[name] = { functions: packed(functions), handles: plainMap(handles) };
  }
  return modules;
}

/** Functions as lines of text: to carry it over is one call into the VM, and each part of a map would be several. */
function packed(functions: Surface[string]["functions"]): string {
  return Object.entries(functions)
    .map(
      ([guest, { name, text = "", iterable, local = "" }]) =>
        `${guest} ${name} ${text} ${iterable ? "iterable" : local}\n`,
    )
    .join("");
}

function plainMap(map: object): Value {
  return decodeValue(JSON.parse(JSON.stringify(map)));
}

/** A function of the host that the prelude takes. */
export interface HostFunction<S> {
  readonly name: string;
  /** See {@link LuaVm.pushFunction}. */
  readonly body: (state: S) => number;
}

/** The host's functions as the prelude takes them, always in the same order. */
export function hostFunctions<S>(vm: LuaVm<S>, host: PreludeHost): HostFunction<S>[] {
  const functions: HostFunction<S>[] = [];
  const define = (name: string, body: (state: S) => number) => functions.push({ name, body });
  define("output", (state) => {
    host.output(vm.toText(state, 1), vm.toBoolean(state, 2));
    return 0;
  });
  define("now", (state) => {
    vm.pushNumber(state, host.now());
    return 1;
  });
  define("charge", () => {
    host.charge();
    return 0;
  });
  define("coroutine_failed", (state) => {
    const frames = vm.frames(vm.toThread(state, 1), MAX_FRAMES);
    host.coroutineFailed({ error: errorKey(vm, state, 2), frames });
    return 0;
  });
  define("relay", (state) => {
    vm.pushRelay(state, (caller) => host.called(caller));
    return 1;
  });
  if (vm.afterCatch !== undefined) {
    define("after_catch", (state) => {
      vm.afterCatch?.(state);
      return 0;
    });
  }
  const { random } = vm;
  if (random === undefined) return functions;
  define("random", (state) => {
    vm.pushNumber(state, random.next());
    return 1;
  });
  define("randomseed", (state) => {
    random.seed(vm.toNumber(state, 1));
    return 0;
  });
  return functions;
}

const NOTHING: LuaMark = { reference: -1, identity: undefined };
const NO_MARKS = {
  nullReference: -1,
  null: undefined,
  array: NOTHING,
  time: NOTHING,
  error: NOTHING,
  handles: new Map<string, number>(),
  handleKinds: new Map<unknown, string>(),
  handleIds: NOTHING,
};

/** The state of a VM in which the prelude has run, now or when its memory was saved. */
export function stateOf<S>(vm: LuaVm<S>, prelude: LuaPrelude): LuaState<S> {
  const { main } = vm;
  const functions = new FunctionTable(vm);
  const handles = new Map<string, number>();
  const handleKinds = new Map<unknown, string>();
  const { array, time, error, ids: handleIds, adopt, forget, define, begin } = prelude;
  const { reference: nullReference, identity } = prelude.null;
  const marks = { nullReference, null: identity, array, time, error, handles, handleKinds, handleIds };
  const values = new LuaValues(vm, marks, functions);
  const plain = new LuaValues(vm, NO_MARKS, functions);
  /** Metatables of handles, which the prelude makes when it knows the surface. */
  const takeHandles = () => {
    vm.pushReference(main, prelude.handles.reference);
    vm.pushNil(main);
    while (vm.next(main, 1)) {
      const kind = String(vm.toText(main, 2));
      handleKinds.set(vm.toPointer(main, 3), kind);
      handles.set(kind, vm.reference(main));
    }
    vm.setTop(main, 0);
  };
  const tell = (action: LuaMark, pushArguments: () => number) => {
    const top = vm.getTop(main);
    vm.pushReference(main, action.reference);
    const count = pushArguments();
    if (vm.protectedCall(main, count, 0) !== LUA_STATUS.ok) throw new LuaLimit("limit.memory", "not enough memory");
    vm.setTop(main, top);
  };
  // By reference: a thread that failed may have no room on its own stack to push itself.
  const tellThread = (action: LuaMark, thread: number) =>
    tell(action, () => {
      vm.pushReference(main, thread);
      return 1;
    });
  return {
    vm,
    functions,
    values,
    origins: new Origins(vm),
    adopt: (thread) => tellThread(adopt, thread),
    forget: (thread) => tellThread(forget, thread),
    begin(start) {
      functions.limit = start.limits.handles;
      vm.limitMemory(start.limits.memory);
      tell(begin, () => {
        const { surface, program, seed, positions = false } = start;
        for (const part of [withoutValues(surface), program.modules, seed, positions]) plain.push(main, part);
        return 4;
      });
      takeHandles();
      for (const [module, { values: constants }] of Object.entries(start.surface)) {
        for (const [name, value] of Object.entries(constants)) {
          tell(define, () => {
            for (const part of [module, name, value]) values.push(main, part);
            return 3;
          });
        }
      }
    },
  };
}
