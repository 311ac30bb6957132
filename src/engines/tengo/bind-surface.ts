import type { FunctionSurface, HandleSurface, ModuleSurface, Surface } from "../../contract/message.ts";
import { fromText } from "./byte-strings.ts";
import { TASK, toTengo, type ConvertHost } from "./convert.ts";
import { WrongArgumentCount } from "./errors.ts";
import { toText } from "./forms/index.ts";
import type { ModuleMaker } from "./modules/index.ts";
import { HostFunction, HostHandle, NativeFunction, TengoMap, type TengoValue } from "./values.ts";

/** The module of functions that the engine itself answers. */
export const ASYNC = "async";

/** What the scheduler offers, and how many arguments each takes at least and at most. */
export const ASYNC_FUNCTIONS: Readonly<Record<string, readonly [least: number, most: number]>> = {
  spawn: [1, Number.POSITIVE_INFINITY],
  await: [1, 1],
  cancel: [1, 1],
  all: [1, 1],
  race: [1, 1],
  pause: [0, 0],
};

/** Everything that the host offers to one run, as the machine takes it. */
export interface BoundSurface {
  /** Modules by name, for globals and for `import`. */
  readonly modules: ReadonlyMap<string, TengoValue>;
  /** The answers of these print as one of their fields. */
  readonly textFields: ReadonlyMap<string, string>;
  /** Makes the handle of a kind, with its methods. */
  handle(kind: string, id: number): HostHandle;
}

/** A step of a stream as a script calls it: gives the item itself, or undefined at the end. */
export const STEP = "\0step";

/** Binds a surface: nothing is written by hand for any function. */
export function bindSurface(surface: Surface, host: ConvertHost): BoundSurface {
  const modules = new Map<string, TengoValue>([[ASYNC, asyncModule()]]);
  const textFields = new Map<string, string>();
  const kinds = new Map<string, HandleSurface>();
  for (const [name, module] of Object.entries(surface)) {
    modules.set(name, bindModule(name, module, host, textFields));
    for (const [kind, handle] of Object.entries(module.handles)) kinds.set(`${name}.${kind}`, handle);
  }
  return { modules, textFields, handle: (kind, id) => makeHandle(kind, id, kinds.get(kind), textFields) };
}

/** The modules that a script may import besides the standard ones. */
export function moduleMakers(modules: ReadonlyMap<string, TengoValue>): Record<string, ModuleMaker> {
  const makers: Record<string, ModuleMaker> = {};
  for (const [name, module] of modules) if (module instanceof TengoMap) makers[name] = () => module.entries;
  return makers;
}

function bindModule(
  name: string,
  { values, functions }: ModuleSurface,
  host: ConvertHost,
  textFields: Map<string, string>,
): TengoMap {
  const members = new Map<string, TengoValue>();
  for (const [key, value] of Object.entries(values)) members.set(fromText(key), toTengo(value, host));
  for (const [guest, surface] of Object.entries(functions)) {
    if (surface.text !== undefined) textFields.set(`${name}.${surface.name}`, surface.text);
    members.set(guest, surface.local === "output" ? outputFunction(guest) : bindFunction(name, guest, surface));
  }
  return new TengoMap(members, true);
}

function bindFunction(module: string, guest: string, { name }: FunctionSurface): HostFunction {
  return new HostFunction(module, name, [], `${module}.${guest}`);
}

function outputFunction(guest: string): NativeFunction {
  return new NativeFunction("user-function", guest, (args, context) => {
    if (args.length !== 1) throw new WrongArgumentCount();
    context.print(toText(args[0], context));
    return undefined;
  });
}

function makeHandle(
  kind: string,
  id: number,
  surface: HandleSurface | undefined,
  textFields: Map<string, string>,
): HostHandle {
  const [module = "", name = ""] = kind.split(".");
  const members = new Map<string, HostFunction>();
  const handle = new HostHandle(kind, id, members);
  for (const [guest, method] of Object.entries(surface?.methods ?? {})) {
    const called = `${name}.${method.name}`;
    const title = `${kind}.${guest}`;
    const isNext = guest === surface?.next;
    if (method.text !== undefined) textFields.set(`${module}.${called}`, method.text);
    if (isNext) handle.next = new HostFunction(module, called, [handle], title);
    members.set(guest, new HostFunction(module, isNext ? called + STEP : called, [handle], title));
  }
  return handle;
}

function asyncModule(): TengoMap {
  const members = new Map<string, TengoValue>();
  for (const name of Object.keys(ASYNC_FUNCTIONS)) members.set(name, new HostFunction(ASYNC, name));
  return new TengoMap(members, true);
}

/** What `async.spawn` gives: a task that can be awaited and cancelled. */
export function makeTask(id: number): HostHandle {
  const members = new Map<string, HostFunction>();
  const task = new HostHandle(TASK, id, members);
  for (const name of ["await", "cancel"]) members.set(name, new HostFunction(ASYNC, name, [task], `task.${name}`));
  return task;
}
