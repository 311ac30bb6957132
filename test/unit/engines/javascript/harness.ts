import { javascript } from "../../../../src/engines/javascript/index.ts";
import type { Failure } from "../../../../src/contract/errors.ts";
import { STANDARD_LIMITS, type Limits } from "../../../../src/contract/limits.ts";
import type {
  CallMessage,
  EngineMessage,
  HostMessage,
  StartMessage,
  Surface,
} from "../../../../src/contract/message.ts";
import { ErrorValue, type Value } from "../../../../src/contract/value.ts";

/** The engine, loaded once for all tests. */
export const factory = await javascript.load(async (path) => new Uint8Array(await Bun.file(path).arrayBuffer()));

/** A surface for tests: `host.echo` answers with its argument, other functions are answered by the test. */
export const SURFACE: Surface = {
  host: {
    values: { version: "1.2", list: [1, { a: 2 }] },
    functions: {
      echo: { name: "echo" },
      fail: { name: "fail" },
      later: { name: "later" },
      call: { name: "call" },
      print: { name: "print", local: "output" },
      complete: { name: "complete", text: "text" },
      stream: { name: "openStream", iterable: true },
    },
    handles: {
      stream: {
        methods: { next: { name: "nextItem", text: "text" }, close: { name: "close" }, size: { name: "size" } },
        next: "next",
        close: "close",
      },
    },
  },
};

/** What a run was given and what came of it. */
export interface TestRun {
  readonly messages: EngineMessage[];
  readonly calls: CallMessage[];
  readonly stdout: string;
  readonly stderr: string;
  readonly value: Value | undefined;
  readonly failure: Failure | undefined;
  readonly fuel: number | undefined;
  deliver(message: Exclude<HostMessage, StartMessage>): void;
}

/** Options of {@link run}; everything has a default. */
export interface RunOptions {
  readonly modules?: Readonly<Record<string, string>>;
  readonly surface?: Surface;
  readonly parameters?: Value;
  readonly limits?: Partial<Limits>;
  readonly seed?: number;
  readonly time?: number;
  readonly mode?: "run" | "check";
  readonly file?: string;
  /** Answers a call, or leaves it open with undefined; an ErrorValue rejects. */
  readonly answer?: (call: CallMessage, run: TestRun) => Value | undefined;
  /** Is told of each message. */
  readonly onMessage?: (message: EngineMessage, run: TestRun) => void;
}

function echo(call: CallMessage): Value | undefined {
  if (call.function === "echo") return call.args[0] ?? null;
  if (call.function === "fail") return new ErrorValue("call.failed", "It broke", { why: "test" });
  return undefined;
}

class Run implements TestRun {
  readonly messages: EngineMessage[] = [];
  deliver: TestRun["deliver"] = () => {};
  get calls(): CallMessage[] {
    return this.messages.filter((message) => message.type === "call");
  }
  #output(stream: string): string {
    const texts = this.messages.filter((message) => message.type === "output" && message.stream === stream);
    return texts.map((message) => (message.type === "output" ? String(message.text) : "")).join("");
  }
  get stdout(): string {
    return this.#output("stdout");
  }
  get stderr(): string {
    return this.#output("stderr");
  }
  get value(): Value | undefined {
    return this.messages.find((message) => message.type === "result")?.value;
  }
  get fuel(): number | undefined {
    return this.messages.find((message) => message.type === "result")?.fuel;
  }
  get failure(): Failure | undefined {
    return this.messages.find((message) => message.type === "failure")?.failure;
  }
}

/** Runs a program, answering its calls one after another until none is open that the test would answer. */
export function run(source: string, options: RunOptions = {}): TestRun {
  const result = new Run();
  const open: CallMessage[] = [];
  const reactor = factory.create((message) => {
    result.messages.push(message);
    if (message.type === "call") open.push(message);
    options.onMessage?.(message, result);
  });
  result.deliver = (message) => reactor.deliver(message);
  const time = options.time ?? 1_700_000_000_000;
  reactor.start({
    type: "start",
    mode: options.mode ?? "run",
    program: { file: options.file ?? "main.js", source, modules: options.modules ?? {} },
    parameters: options.parameters ?? {},
    surface: options.surface ?? SURFACE,
    limits: { ...STANDARD_LIMITS, ...options.limits },
    seed: options.seed ?? 1,
    time,
  });
  let clock = time;
  for (let call = open.shift(); call !== undefined; call = open.shift()) {
    const answer = (options.answer ?? echo)(call, result);
    clock += 1000;
    if (answer instanceof ErrorValue && call.function === "fail") {
      reactor.deliver({ type: "return", id: call.id, error: answer, time: clock });
    } else if (answer !== undefined) reactor.deliver({ type: "return", id: call.id, value: answer, time: clock });
  }
  return result;
}
