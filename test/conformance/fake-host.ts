import type {
  EngineMessage,
  FunctionSurface,
  HandleSurface,
  HostMessage,
  Surface,
} from "../../src/contract/message.ts";
import type { Naming } from "../../src/contract/engine.ts";
import { ErrorValue, FunctionHandle, ResourceHandle, type Value } from "../../src/contract/value.ts";

/** The fake bridge's functions by canonical name. */
const FUNCTIONS: Readonly<Record<string, FunctionSurface>> = {
  /** Answers with its first argument. */
  echo: { name: "echo" },
  /** Answers with how many arguments came. */
  countArguments: { name: "countArguments" },
  /** Answers with one of the case's values. */
  give: { name: "give" },
  /** `fail(code, message, details)`: answers with that error. */
  fail: { name: "fail" },
  /** Is answered when `flush` is called: the last one first. */
  later: { name: "later" },
  flush: { name: "flush" },
  /** Is never answered. */
  never: { name: "never" },
  /** `call(f, ...)`: calls a function of the script and answers with its value or error. */
  call: { name: "call" },
  /** `callBoth(f, g)`: begins both callbacks before it looks at either's answer; answers with [f's, g's]. */
  callBoth: { name: "callBoth" },
  /** Keeps a function; `callKept(...)` calls it; `release()` lets it go. */
  keep: { name: "keep", keeps: true },
  callKept: { name: "callKept" },
  release: { name: "release" },
  print: { name: "print", local: "output" },
  complete: { name: "complete", text: "text" },
  stream: { name: "stream", iterable: true },
  openBox: { name: "openBox" },
};

const STREAM: HandleSurface = {
  methods: { next: { name: "next" }, close: { name: "close" } },
  next: "next",
  close: "close",
};

/** The time of the first message. */
export const START_TIME = 1_700_000_000_000;

function named(naming: Naming, functions: Readonly<Record<string, FunctionSurface>>): Record<string, FunctionSurface> {
  const snake = (name: string) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  return Object.fromEntries(
    Object.entries(functions).map(([name, it]) => [naming === "snake" ? snake(name) : name, it]),
  );
}

/** What every case is given: the modules `host` and `json`. */
export function fakeSurface(naming: Naming): Surface {
  return {
    host: {
      values: { version: "1.2", list: [1, { a: 2 }] },
      functions: named(naming, FUNCTIONS),
      handles: {
        stream: STREAM,
        box: { methods: named(naming, { get: { name: "get" }, addOne: { name: "addOne" } }) },
      },
    },
    json: { values: {}, functions: { encode: { name: "encode" } }, handles: {} },
  };
}

interface Callback {
  settle(answer: Value | ErrorValue): void;
}

/**
 * The host's side of a case: what it says depends on the messages that it hears and their order alone, never
 * on time, so that a case says the same wherever its engine runs.
 */
export class FakeHost {
  #time = START_TIME;
  #callbacks = new Map<number, Callback>();
  #lastCallback = 0;
  #lastHandle = 0;
  #held: number[] = [];
  #kept: FunctionHandle | undefined;
  readonly #streams = new Map<number, number>();
  readonly #boxes = new Map<number, number>();
  readonly #cancelled = new Set<number>();

  constructor(
    private readonly given: Readonly<Record<string, Value>>,
    private readonly say: (message: HostMessage) => void,
  ) {}

  hear(message: EngineMessage): void {
    if (message.type === "call") this.#called(message.id, message.function, message.args);
    else if (message.type === "cancel") this.#cancelled.add(message.id);
    else if (message.type === "returned") {
      const callback = this.#callbacks.get(message.id);
      this.#callbacks.delete(message.id);
      callback?.settle(message.error ?? message.value ?? null);
    }
  }

  #now(): number {
    this.#time += 1000;
    return this.#time;
  }

  #answer(id: number, answer: Value): void {
    if (this.#cancelled.has(id)) return;
    const time = this.#now();
    if (answer instanceof ErrorValue) this.say({ type: "return", id, error: answer, time });
    else this.say({ type: "return", id, value: answer, time });
  }

  /** Answers with a value, also where it is an error. */
  #value(id: number, value: Value): void {
    if (!this.#cancelled.has(id)) this.say({ type: "return", id, value, time: this.#now() });
  }

  #callback(target: FunctionHandle, args: readonly Value[], settle: (answer: Value) => void): void {
    const id = ++this.#lastCallback;
    this.#callbacks.set(id, { settle });
    this.say({ type: "callback", id, function: target, args, time: this.#now() });
  }

  #called(id: number, name: string, args: readonly Value[]): void {
    const [first = null, second = null, third = null] = args;
    const answer = (value: Value) => this.#answer(id, value);
    const text = typeof first === "string" ? first : "";
    switch (name) {
      case "echo":
        return this.#value(id, first);
      case "countArguments":
        return answer(args.length);
      case "give":
        return this.#value(id, this.given[text] ?? null);
      case "fail":
        return answer(new ErrorValue(text || "call.failed", String(second ?? "It broke"), third));
      case "later":
        this.#held.push(id);
        return;
      case "flush":
        for (const held of this.#held.splice(0).toReversed()) this.#answer(held, held);
        return answer(null);
      case "never":
        return;
      case "complete":
        return answer({ text: `Answer to ${text}`, tokens: 3 });
      default:
        if (this.#functions(id, name, args) === undefined) this.#handles(name, args, answer);
    }
  }

  #functions(id: number, name: string, args: readonly Value[]): true | undefined {
    const answer = (value: Value) => this.#answer(id, value);
    const [first, second] = args;
    if (name === "keep" && first instanceof FunctionHandle) {
      this.#kept = first;
      answer(null);
    } else if (name === "call" && first instanceof FunctionHandle) this.#callback(first, args.slice(1), answer);
    else if (name === "callKept" && this.#kept !== undefined) this.#callback(this.#kept, args, answer);
    else if (name === "release" && this.#kept !== undefined) {
      this.say({ type: "release", functions: [this.#kept.id], time: this.#now() });
      answer(null);
    } else if (name === "callBoth" && first instanceof FunctionHandle && second instanceof FunctionHandle) {
      const answers: Value[] = [];
      const settle = (index: number) => (value: Value) => {
        answers[index] = value;
        if (Object.keys(answers).length === 2) answer(answers);
      };
      this.#callback(first, [], settle(0));
      this.#callback(second, [], settle(1));
    } else return undefined;
    return true;
  }

  #handles(name: string, args: readonly Value[], answer: (value: Value) => void): void {
    const [first] = args;
    const id = first instanceof ResourceHandle ? first.id : -1;
    const closed = new ErrorValue("script.handle-closed", "The handle is closed");
    if (name === "stream") {
      const handle = new ResourceHandle("host.stream", ++this.#lastHandle);
      this.#streams.set(handle.id, typeof first === "number" ? first : 0);
      return answer(handle);
    }
    if (name === "openBox") {
      const handle = new ResourceHandle("host.box", ++this.#lastHandle);
      this.#boxes.set(handle.id, typeof first === "number" ? first : 0);
      return answer(handle);
    }
    if (name.startsWith("box.")) {
      const value = this.#boxes.get(id);
      if (value === undefined) return answer(closed);
      this.#boxes.set(id, name === "box.addOne" ? value + 1 : value);
      return answer(this.#boxes.get(id) ?? null);
    }
    if (name === "stream.close") {
      this.#streams.delete(id);
      return answer(null);
    }
    const left = this.#streams.get(id);
    if (left === undefined) return answer(name.startsWith("stream.") ? closed : new ErrorValue("call.failed", name));
    this.#streams.set(id, left - 1);
    return answer(left > 0 ? { done: false, value: left } : { done: true, value: null });
  }
}
