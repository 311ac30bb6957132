import type { EngineMessage, HostMessage, StartMessage } from "./message.ts";

/** How names look in a language: canonical `maxTokens` is `max_tokens` where naming is `snake`. */
export type Naming = (typeof NAMINGS)[number];

/** All of them. */
export const NAMINGS = ["camel", "snake"] as const;

/** How a language's texts are laid out, enough to look for module uses without running them. */
export interface Lexis {
  readonly lineComment: string;
  readonly blockComment: readonly [open: string, close: string];
  /** Finds the literal names of the spell's own modules that a source imports. Group 1 is the name. */
  readonly imports: readonly RegExp[];
  /** Modules of the language's own: whoever imports one of these names does not mean a bridge. */
  readonly standard?: readonly string[];
  /** Import name and importing file → candidates for the module's path, in order (`./util.js` → `util.js`, `util.ts`). */
  resolve(name: string, importer: string): readonly string[];
}

/**
 * What the rest of the project may know of an engine. Everything that differs between engines and matters
 * outside of its folder stands here: nobody compares ids.
 */
export interface Engine {
  /** `lua`, `fengari`, `javascript`, `tengo`. */
  readonly id: string;
  /** The language and VM with its version, for people. */
  readonly title: string;
  /** The language's name, as in a code fence. */
  readonly language: string;
  /** File endings with the dot that this engine runs by default; `types` are stripped of types first. */
  readonly extensions: readonly { readonly ending: string; readonly types?: true }[];
  readonly naming: Naming;
  readonly lexis: Lexis;
  /** Source of a new spell for `llmspell new`, asking a model by way of `llm.complete`. */
  readonly template: string;
  /** What the language or VM cannot do, for the documentation and for skips in the conformance suite. */
  readonly lacks: Readonly<Partial<Record<EngineLack, string>>>;
  /** Loads and prepares the VM (compiles its WASM once). Everything heavy is loaded here, lazily. */
  load(readAsset: ReadAsset): Promise<ReactorFactory>;
  /** The same in two steps, where compiling takes a while: when it resolves, nothing more is opened or read. */
  read?(readAsset: ReadAsset): Promise<{ readonly compiled: Promise<ReactorFactory> }>;
}

/** Reads a file that an engine imports `with { type: "file" }`: engines themselves touch no files. */
export type ReadAsset = (path: string) => Promise<Uint8Array<ArrayBuffer>>;

/** Properties that an engine may lack; the value in {@link Engine.lacks} says why. */
export type EngineLack =
  | "int64" // 64-bit integers
  | "floats-apart" // 1.0 and 1 are different values
  | "bytes-apart" // bytes and text are different kinds
  | "memory-cap" // a memory limit inside of the VM
  | "null-top-level"; // null and "nothing" are different

/** Makes reactors of one engine; may be used many times. Nothing is shared between two reactors. */
export interface ReactorFactory {
  create(send: (message: EngineMessage) => void): Reactor;
}

/**
 * One run of one script. Synchronous: `start` and `deliver` run the script until it waits, and every
 * message goes to `send` at once, before they return. Neither throws because of the script, whatever it
 * does: it ends with a `result` or a `failure`, after which every delivery is ignored. A reactor has no
 * clock, no randomness and no other way out than `send`.
 */
export interface Reactor {
  start(message: StartMessage): void;
  deliver(message: Exclude<HostMessage, StartMessage>): void;
  /** Frees the VM. The reactor may not be used after it. */
  dispose(): void;
}
