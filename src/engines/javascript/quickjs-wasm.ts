/**
 * The C API of quickjs-emscripten's WASM, by the names that its build gave the functions. Emscripten's own
 * JavaScript is not used: it instantiates asynchronously, reads the real clock and lets memory grow to 2 GB.
 * The letters belong to one exact version of the package; a test compares them with the package's glue code.
 */
export const EXPORT_NAMES = {
  initialize: "v",
  malloc: "w",
  QTS_Throw: "x",
  QTS_NewError: "y",
  QTS_RuntimeSetMemoryLimit: "z",
  QTS_RuntimeSetMaxStackSize: "E",
  QTS_GetUndefined: "F",
  QTS_NewRuntime: "L",
  free: "N",
  QTS_NewContext: "O",
  QTS_FreeValuePointer: "Q",
  QTS_FreeCString: "T",
  QTS_NewString: "$",
  QTS_GetString: "aa",
  QTS_ExecutePendingJob: "ha",
  QTS_DupValuePointer: "U",
  QTS_GetProp: "ia",
  QTS_PromiseResult: "ya",
  QTS_SetProp: "ka",
  QTS_Call: "na",
  QTS_ResolveException: "oa",
  QTS_Eval: "qa",
  QTS_NewFunction: "Ea",
  QTS_ArgvGetJSValueConstPointer: "Fa",
  QTS_RuntimeEnableInterruptHandler: "Ga",
  QTS_RuntimeEnableModuleLoader: "Ia",
} as const;

/** The name under which the function table is exported: in the package it is that of QTS_TestStringArg. */
export const TABLE_NAME = "za";

/** The functions of the C API that are used: all take and give 32-bit numbers, mostly pointers. */
export type QuickJsExports = Readonly<Record<keyof typeof EXPORT_NAMES, (...args: number[]) => number>> & {
  readonly table: WebAssembly.Table;
};

/** What the WASM asks of its host, by the names of the glue code; the letters are in {@link IMPORT_NAMES}. */
export interface QuickJsImports {
  /** The time in milliseconds since the epoch: the only clock that the VM has. */
  now(): number;
  /** Whether the memory may grow to `bytes`; it has grown when this answers true. */
  growMemory(bytes: number): boolean;
  /** Counts about 10,000 loop turns and calls; true ends the script with an error that it cannot catch. */
  interrupt(): boolean;
  /** The prelude calls the host function; the two point to its arguments, 0 where there is no second. */
  call(argument: number, stack: number): void;
  /** The module's path for a name imported in `importer`. */
  normalize(importer: string, name: string): string;
  /** The module's source, or undefined after an error was thrown into the VM. */
  load(path: string): string | undefined;
}

/** The letters of the imported functions. `memory` is the memory itself. */
export const IMPORT_NAMES = {
  memory: "a",
  assertFail: "b",
  write: "c",
  close: "d",
  environment: "e",
  environmentSizes: "f",
  normalizeModule: "g",
  loadModule: "h",
  interrupt: "i",
  timer: "j",
  growMemory: "k",
  keepAlive: "l",
  localTime: "m",
  timeZone: "n",
  seek: "o",
  dateNow: "p",
  clock: "q",
  abort: "r",
  exit: "s",
  callFunction: "t",
  freeHostReference: "u",
} as const;

/** What is thrown through the VM's frames: nothing of the script can catch it, and the VM cannot be used after it. */
export class QuickJsTrap extends Error {
  override readonly name = "QuickJsTrap";
}

/** A JSValue in an array of arguments. */
const VALUE_BYTES = 8;
const PAGE = 65_536;
/** What the build starts with; its imported memory may not be smaller. */
const INITIAL_MEMORY = 256 * PAGE;
/** The maximum that the build declares: 2 GiB. */
const MAXIMUM_PAGES = 32_768;
/** The build's data and its C stack of 5 MiB, which come before the heap. */
const STATIC_MEMORY = 5_342_832;

/** A memory that grows up to a cap, which is set before the script starts. Only `grow` can make it grow. */
export class BoundedMemory {
  readonly memory = new WebAssembly.Memory({ initial: INITIAL_MEMORY / PAGE, maximum: MAXIMUM_PAGES });
  #pages = INITIAL_MEMORY / PAGE;

  /** Allows a heap of so many bytes, and says how many of those that are there already are too many. */
  allow(heapBytes: number): number {
    this.#pages = Math.min(MAXIMUM_PAGES, Math.max(this.#pages, Math.ceil((STATIC_MEMORY + heapBytes) / PAGE)));
    return Math.max(0, INITIAL_MEMORY - STATIC_MEMORY - heapBytes);
  }

  /** Whether the memory could grow to `bytes` in all. */
  grow(bytes: number): boolean {
    const current = this.memory.buffer.byteLength / PAGE;
    const wanted = Math.ceil((bytes >>> 0) / PAGE);
    if (wanted > this.#pages) return false;
    this.memory.grow(Math.min(this.#pages, Math.max(wanted, Math.ceil(current * 1.2))) - current);
    return true;
  }
}

/** Zero-terminated UTF-8 in the VM's memory. `write` allocates; who is given the pointer frees it. */
export interface CText {
  read(pointer: number): string;
  write(text: string): number;
}

/** Instantiates the compiled WASM over `memory`. Synchronous, and without anything of the host but `imports`. */
export function instantiateQuickJs(
  module: WebAssembly.Module,
  memory: WebAssembly.Memory,
  imports: QuickJsImports,
  text: CText,
): QuickJsExports {
  const letters: Record<string, WebAssembly.Memory | ((...args: never[]) => unknown)> = {
    [IMPORT_NAMES.memory]: memory,
  };
  const functions = importedFunctions(memory, imports, text);
  for (const [name, body] of Object.entries(functions)) letters[IMPORT_NAMES[name as keyof typeof functions]] = body;
  const raw = new WebAssembly.Instance(module, { a: letters }).exports;
  const named = Object.entries(EXPORT_NAMES).map(([name, letter]) => [name, raw[letter]]);
  return { ...Object.fromEntries(named), table: raw[TABLE_NAME] } as QuickJsExports;
}

/** The memory of an instance in which nothing has run: the module's data and zeros. */
export function blankMemory(module: WebAssembly.Module): WebAssembly.Memory {
  const { memory } = new BoundedMemory();
  const trap = () => {
    throw new QuickJsTrap("ran where nothing should");
  };
  const imports = { now: trap, growMemory: trap, interrupt: trap, call: trap, normalize: trap, load: trap };
  instantiateQuickJs(module, memory, imports, { read: trap, write: trap });
  return memory;
}

type ImportedFunctions = Readonly<Record<Exclude<keyof typeof IMPORT_NAMES, "memory">, (...args: never[]) => unknown>>;

function importedFunctions(memory: WebAssembly.Memory, imports: QuickJsImports, text: CText): ImportedFunctions {
  const view = () => new DataView(memory.buffer);
  const trap = (what: string) => {
    throw new QuickJsTrap(what);
  };
  return {
    assertFail: (condition: number) => trap(`assertion failed: ${text.read(condition)}`),
    abort: () => trap("aborted"),
    exit: () => trap("exited"),
    write: () => 8, // EBADF
    close: () => 8,
    seek: () => 8,
    environment: () => 0,
    environmentSizes: (count: number, bytes: number) => {
      view().setUint32(count, 0, true);
      view().setUint32(bytes, 0, true);
      return 0;
    },
    timer: () => 0,
    keepAlive: () => {},
    // struct tm is only read for its distance from UTC, which is none.
    localTime: (_time: bigint, result: number) => new Uint8Array(memory.buffer, result, 44).fill(0),
    timeZone: () => {},
    dateNow: () => imports.now(),
    clock: (_id: number, _precision: bigint, result: number) => {
      view().setBigInt64(result, BigInt(Math.round(imports.now() * 1000)) * 1000n, true);
      return 0;
    },
    growMemory: (bytes: number) => (imports.growMemory(bytes) ? 1 : 0),
    interrupt: () => (imports.interrupt() ? 1 : 0),
    callFunction: (_context: number, _this: number, count: number, argument: number) => {
      imports.call(argument, count > 1 ? argument + VALUE_BYTES : 0);
      return 0;
    },
    freeHostReference: () => {},
    normalizeModule: (_runtime: number, _context: number, importer: number, name: number) =>
      text.write(imports.normalize(text.read(importer), text.read(name))),
    loadModule: (_runtime: number, _context: number, name: number) => {
      const source = imports.load(text.read(name));
      return source === undefined ? 0 : text.write(source);
    },
  };
}
