/** What a broker is asked to do, one thing at a time. */
export type BrokerTask = RunTask | ChildTask | CrowdTask;

/** A spell's file, run as the command line runs it. */
export interface RunTask {
  readonly do: "run";
  /** The current folder. */
  readonly folder: string;
  readonly file: string;
  readonly engine: string;
  /** The command line's other options, by their long names in camelCase. */
  readonly options: Readonly<Record<string, string>>;
  /** `key=value` each. */
  readonly parameters?: readonly string[];
  /** Host → its addresses, instead of the system's resolver. Others are `127.0.0.1`. */
  readonly names: Readonly<Record<string, readonly string[]>>;
}

/** A process that broke out of its engine: it speaks the frames, and says what it likes. */
export interface ChildTask {
  readonly do: "child";
  readonly kind: string;
  readonly wallTime: number;
}

/** Many runs at once in one broker, each of which takes all the memory (or time) that it can get. */
export interface CrowdTask {
  readonly do: "crowd";
  readonly count: number;
  readonly takes: "memory" | "time";
}

/** How a task ended. */
export interface Ending {
  /** The failure's code; undefined where it ended well. */
  readonly code: string | undefined;
  readonly message: string;
  /** As plain JSON data. */
  readonly result: unknown;
  /** What a person would have seen. */
  readonly stdout: string;
  readonly stderr: string;
}

/** Resident memory of the broker in bytes; 0 where the system does not tell. */
export interface BrokerMemory {
  readonly before: number;
  readonly peak: number;
  readonly after: number;
}

/** What a broker answers. */
export interface BrokerAnswer {
  readonly ending: Ending;
  readonly milliseconds: number;
  readonly memory: BrokerMemory;
  /** What is wrong in the broker now: a trivial run that failed, prototypes that were changed. */
  readonly faults: readonly string[];
}
