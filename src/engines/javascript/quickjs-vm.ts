import { asciiText } from "../wasm/ascii-text.ts";
import { restoreImage, type DecodedImage } from "../wasm/memory-image.ts";
import { BoundedMemory, instantiateQuickJs, QuickJsTrap, type CText, type QuickJsExports } from "./quickjs-wasm.ts";
import { addTracker, installTracker } from "./rejections.ts";

/** What a VM asks of its host. */
export interface QuickJsHost {
  /** The guest's clock, in milliseconds since the epoch. */
  now(): number;
  /** Takes what the prelude sends to the host; with a call, where positions are wanted, QuickJS's text of its stack. */
  post(text: string, stack?: string): void;
  /** The path of a module that `importer` imports by `name`. */
  normalize(importer: string, name: string): string;
  /** The source of a module, or the error that its import throws. */
  load(path: string): string | { readonly code: string; readonly message: string };
}

/** A value that the script threw, or undefined for a value that was returned; both are owned by who gets them. */
export interface Outcome {
  readonly value: number;
  readonly thrown: boolean;
}

/** Where things stand in a VM's memory: with its image, what it takes to go on from there. */
export interface QuickJsRoots {
  readonly runtime: number;
  readonly context: number;
  readonly undefined: number;
  /** Room for the context that a job had run in. */
  readonly jobContext: number;
  /** Room for the argument of a call. */
  readonly argument: number;
  /** The number of the function that is told of rejections. */
  readonly tracker: number;
}

/** A VM of which nothing but the memory is left. */
export interface SavedQuickJs {
  readonly image: DecodedImage;
  readonly roots: QuickJsRoots;
}

/** JS_EVAL_* of quickjs.h. */
export const EVALUATE = { module: 1, compileOnly: 1 | (1 << 5) } as const;

/** How many steps QuickJS runs between two questions whether to interrupt (JS_INTERRUPT_COUNTER_INIT). */
const STEPS_PER_INTERRUPT = 10_000;
/**
 * QuickJS checks its stack by the C stack. The engine's below must never end first: how much of it a call takes differs
 * between the engine's interpreter and compilers, and which of them runs depends on the machine and the moment. In the
 * least thrifty it ended first at 256 KiB, not at 224; only for the parser of source and of JSON it still may with this.
 */
const STACK_BYTES = 192 * 1024;
const MAX_LIMIT = 2 ** 31 - 1;
/** What the prelude, the standard library and their atoms take before the script starts. */
const PRELUDE_MEMORY = 2 * 1024 * 1024;

/**
 * One QuickJS with one context in a WASM instance of its own. Values are pointers to JSValues in the VM's
 * memory; whoever gets one frees it. Nothing needs to be freed at the end: the memory goes as a whole.
 */
export class QuickJsVm {
  readonly #x: QuickJsExports;
  readonly #bounded = new BoundedMemory();
  readonly #memory = this.#bounded.memory;
  /** What {@link SavedQuickJs} keeps besides the memory. */
  readonly roots: QuickJsRoots;
  #fuel = Number.POSITIVE_INFINITY;
  readonly #runtime: number;
  readonly #context: number;
  readonly #host: QuickJsHost;
  readonly #text: CText;
  #bytes = new Uint8Array(this.#memory.buffer);
  #view = new DataView(this.#memory.buffer);
  readonly #rejected = new Map<bigint, number>();
  /** Steps so far, as `limits.fuel` counts them. */
  steps = 0;
  /** The fuel is used up: the script was interrupted, and the run is over. */
  interrupted = false;
  /** Memory was refused at least once. */
  refused = false;

  /** A new VM, or what `saved` was taken of: everything is as it was then, but for the host. */
  constructor(module: WebAssembly.Module, host: QuickJsHost, saved?: SavedQuickJs) {
    this.#host = host;
    this.#text = { read: (pointer) => this.#readText(pointer), write: (text) => this.#writeText(text) };
    const imports = {
      now: () => host.now(),
      growMemory: (bytes: number) => this.#grow(bytes),
      interrupt: () => this.#interrupt(),
      call: (argument: number, stack: number) =>
        stack === 0
          ? host.post(this.toText(argument) ?? "")
          : host.post(this.toText(argument) ?? "", this.toText(stack)),
      normalize: (importer: string, name: string) => host.normalize(importer, name),
      load: (path: string) => this.#load(path),
    };
    this.#x = instantiateQuickJs(module, this.#memory, imports, this.#text);
    const tracker = addTracker(this.#x, (promise, handled) => this.#track(promise, handled));
    this.roots = saved === undefined ? this.#open(tracker) : this.#restore(saved, tracker);
    this.#runtime = this.roots.runtime;
    this.#context = this.roots.context;
  }

  #open(tracker: number): QuickJsRoots {
    this.#x.initialize();
    const runtime = this.#x.QTS_NewRuntime();
    this.#x.QTS_RuntimeSetMaxStackSize(runtime, STACK_BYTES);
    const context = this.#x.QTS_NewContext(runtime, 0);
    const rooms = { jobContext: this.#x.malloc(4), argument: this.#x.malloc(4) };
    const roots = { runtime, context, undefined: this.#x.QTS_GetUndefined(), ...rooms, tracker };
    this.#x.QTS_RuntimeEnableModuleLoader(runtime, 1);
    installTracker(this.#memory, runtime, tracker);
    this.#x.QTS_RuntimeEnableInterruptHandler(runtime);
    return roots;
  }

  /** The only global of the WASM is its stack pointer, which is back at its start whenever no call is under way. */
  #restore({ image, roots }: SavedQuickJs, tracker: number): QuickJsRoots {
    if (roots.tracker !== tracker) throw new Error("the function table differs from that of the image");
    restoreImage(this.#memory, image);
    return roots;
  }

  /** For its image. */
  get memory(): WebAssembly.Memory {
    return this.#memory;
  }

  /** Sets what the script may use, in bytes and steps, once the prelude is there. */
  limit(memory: number, fuel: number): void {
    const heap = memory + PRELUDE_MEMORY;
    // The memory that the build starts with is too large for a small limit: what is over it is taken out of use.
    const ballast = this.#bounded.allow(heap);
    if (ballast > 0) this.#x.malloc(ballast);
    // Only single requests are held back by this: the build cannot tell the sizes of what it frees.
    this.#x.QTS_RuntimeSetMemoryLimit(this.#runtime, Math.min(heap, MAX_LIMIT));
    this.#fuel = fuel;
    this.steps = 0;
  }

  #grow(bytes: number): boolean {
    const grown = this.#bounded.grow(bytes);
    if (!grown) this.refused = true;
    return grown;
  }

  /** The first interrupt is an error that QuickJS lets nothing catch; should anything run on, the second is a trap. */
  #interrupt(): boolean {
    this.steps += STEPS_PER_INTERRUPT;
    if (this.steps <= this.#fuel) return false;
    if (this.interrupted) throw new QuickJsTrap("ran on after an interrupt");
    this.interrupted = true;
    return true;
  }

  #load(path: string): string | undefined {
    const source = this.#host.load(path);
    if (typeof source === "string") return source;
    const error = this.#x.QTS_NewError(this.#context);
    this.#setText(error, "message", source.message);
    this.#setText(error, "code", source.code);
    this.free(this.#x.QTS_Throw(this.#context, error));
    this.free(error);
    return undefined;
  }

  #setText(object: number, name: string, text: string): void {
    const [key, value] = [this.newText(name), this.newText(text)];
    this.#x.QTS_SetProp(this.#context, object, key, value);
    this.free(key);
    this.free(value);
  }

  #track(promise: bigint, handled: boolean): void {
    const known = this.#rejected.get(promise);
    if (handled && known !== undefined) {
      this.#rejected.delete(promise);
      this.free(known);
    }
    if (handled || known !== undefined) return;
    const copy = this.#allocate(8);
    this.#words().setBigUint64(copy, BigInt.asUintN(64, promise), true);
    // Held, so that its address does not become another promise's.
    this.#rejected.set(promise, this.#x.QTS_DupValuePointer(this.#context, copy));
    this.#x.free(copy);
  }

  /** The reason of a promise that was rejected and that nothing handles; the promise counts as seen then. */
  takeRejection(): number | undefined {
    for (const [key, promise] of this.#rejected) {
      this.#rejected.delete(key);
      const reason = this.#x.QTS_PromiseResult(this.#context, promise);
      this.free(promise);
      return reason;
    }
    return undefined;
  }

  /** Evaluates (or only compiles) a source. A module gives its namespace, or a promise of it. */
  evaluate(source: string, file: string, flags: number): Outcome {
    const bytes = ENCODER.encode(source);
    const [text, name] = [this.#writeBytes(bytes), this.#writeText(file)];
    const result = this.#x.QTS_Eval(this.#context, text, bytes.length, name, 0, flags);
    this.#x.free(text);
    this.#x.free(name);
    return this.#outcome(result);
  }

  /** Calls a function with at most one argument. */
  call(target: number, argument?: number): Outcome {
    // It is read before anything of the script runs, which may lead to another call.
    const list = this.roots.argument;
    this.#words().setUint32(list, argument ?? this.roots.undefined, true);
    return this.#outcome(
      this.#x.QTS_Call(this.#context, target, this.roots.undefined, argument === undefined ? 0 : 1, list),
    );
  }

  /** Runs jobs (reactions of promises) until there are none. Gives the error where one was interrupted. */
  runJobs(): number | undefined {
    const result = this.#x.QTS_ExecutePendingJob(this.#runtime, -1, this.roots.jobContext);
    if (result === 0) throw new QuickJsTrap("out of memory");
    if (this.interrupted) return result;
    this.free(result);
    return undefined;
  }

  #outcome(result: number): Outcome {
    if (result === 0) throw new QuickJsTrap("out of memory");
    const error = this.#x.QTS_ResolveException(this.#context, result);
    if (error === 0) return { value: result, thrown: false };
    this.free(result);
    return { value: error, thrown: true };
  }

  /** The function by which the prelude sends texts to the host. */
  newPost(): number {
    const name = this.#writeText("post");
    const post = this.#x.QTS_NewFunction(this.#context, name, 1, 0, 1);
    this.#x.free(name);
    return post;
  }

  /** A string of the VM. The text must not contain NUL: JSON does not. */
  newText(text: string): number {
    const pointer = this.#writeText(text);
    const value = this.#x.QTS_NewString(this.#context, pointer);
    this.#x.free(pointer);
    return value;
  }

  /** A string of the VM as text, up to its first NUL; undefined where the value has no string form. */
  toText(value: number): string | undefined {
    const pointer = this.#x.QTS_GetString(this.#context, value);
    if (pointer === 0) return undefined;
    const text = this.#readText(pointer);
    this.#x.QTS_FreeCString(this.#context, pointer);
    return text;
  }

  /** A property, which may run a getter of the script. */
  property(object: number, name: string): number {
    const key = this.newText(name);
    const value = this.#x.QTS_GetProp(this.#context, object, key);
    this.free(key);
    return value;
  }

  free(value: number): void {
    this.#x.QTS_FreeValuePointer(this.#context, value);
  }

  #allocate(bytes: number): number {
    const pointer = this.#x.malloc(bytes);
    if (pointer === 0) throw new QuickJsTrap("out of memory");
    return pointer;
  }

  /** The memory. Growing it detaches the old buffer. */
  #content(): Uint8Array {
    if (this.#bytes.length === 0) this.#bytes = new Uint8Array(this.#memory.buffer);
    return this.#bytes;
  }

  #words(): DataView {
    if (this.#view.buffer.byteLength === 0) this.#view = new DataView(this.#memory.buffer);
    return this.#view;
  }

  #writeText(text: string): number {
    return this.#writeBytes(ENCODER.encode(text));
  }

  #writeBytes(bytes: Uint8Array): number {
    const pointer = this.#allocate(bytes.length + 1);
    const content = this.#content();
    content.set(bytes, pointer);
    content[pointer + bytes.length] = 0;
    return pointer;
  }

  #readText(pointer: number): string {
    const content = this.#content();
    const end = content.indexOf(0, pointer);
    return asciiText(content, pointer, end - pointer) ?? DECODER.decode(content.subarray(pointer, end));
  }
}

const ENCODER = new TextEncoder();
const DECODER = new TextDecoder("utf-8", { ignoreBOM: true });
