import { guestName } from "../gate/index.ts";
import type { Engine } from "../contract/engine.ts";

/** How calls are written in a language, for documentation only. */
export interface Notation {
  readonly language: string;
  /** A canonical name as the language writes it. */
  name(canonical: string): string;
  /** A bridge as the language reaches it. */
  module(name: string): string;
  /** What stands before a call that is waited for. */
  readonly wait: string;
  /** What stands between a handle and its method. */
  readonly method: string;
  /** What null is called. */
  readonly nothing: string;
  /** What stands between a key and its value in a map. */
  readonly colon: string;
  /** A loop over what a call gives. */
  loop(call: string): string;
}

type Writing = Pick<Notation, "module" | "wait" | "method" | "nothing" | "colon" | "loop">;

const PLAIN: Writing = {
  module: (name) => name,
  wait: "",
  method: ".",
  nothing: "null",
  colon: ": ",
  loop: (call) => `for piece in ${call}`,
};

/** Documentation alone needs it, so that it is not a property that every engine must carry. */
const WRITINGS: Readonly<Record<string, Writing>> = {
  lua: { ...PLAIN, method: ":", nothing: "nil", colon: " = ", loop: (call) => `for piece in ${call} do … end` },
  javascript: { ...PLAIN, wait: "await ", loop: (call) => `for await (const piece of await ${call}) { … }` },
  tengo: {
    ...PLAIN,
    // The language has a builtin function of this name.
    module: (name) => (name === "time" ? 'import("time")' : name),
    nothing: "undefined",
    loop: (call) => `for piece in ${call} { … }`,
  },
};

/** The notation of an engine's language. */
export function notationOf({ language, naming }: Pick<Engine, "language" | "naming">): Notation {
  return { ...(WRITINGS[language] ?? PLAIN), language, name: (canonical) => guestName(canonical, naming) };
}
