import type { Limits } from "./limits.ts";

/** What one run may do, all references resolved and all defaults filled in. */
export interface Profile {
  readonly name: string;
  readonly description: string;
  /** Ids of the engines that may run. */
  readonly engines: readonly string[];
  /** Granted modules with their options as the bridge's own schema parsed them. A module that is absent does not exist for the spell. */
  readonly bridges: Readonly<Record<string, unknown>>;
  readonly limits: Limits;
  /** Limits that whoever runs a spell may raise with `--limit`; `*` stands for all. Lowering them is always allowed. */
  readonly raisable: readonly string[];
  /** Calls that a person must allow, as patterns of contract/call-pattern.ts. */
  readonly ask: readonly string[];
  /** Calls that need not be asked for although {@link ask} names them. */
  readonly approve: readonly string[];
  /** How long a person has to answer, in ms. */
  readonly askTimeout: number;
  /** Whether calls that leave the machine need an approval once the run has read private and untrusted data. */
  readonly egress: "open" | "closed-after-private";
  /**
   * Whether runs leave a record that they can be resumed and replayed from: `on`, it survives the death of every process;
   * `synced`, each answer is forced onto the disk, so that it survives a loss of power too; `none`.
   */
  readonly journal: "on" | "synced" | "none";
  readonly budget: Budget;
  readonly isolation: Isolation;
  readonly secrets: Readonly<Record<string, SecretGrant>>;
  /** Where each value came from, by dotted path (`limits.wallTime`). */
  readonly origins: Readonly<Record<string, Origin>>;
}

/** What a run and everything it starts may spend. Absent: no such budget. */
export interface Budget {
  /** US dollars. */
  readonly usd?: number;
  readonly tokens?: number;
  readonly llmCalls?: number;
  readonly toolCalls?: number;
}

/** How a spell is kept apart from the host. */
export interface Isolation {
  /** `process`: a child process a run; `none`: in this process, for tests and trusted spells. */
  readonly rung: "process" | "none";
  /** Operating-system layers: must all hold, as many as there are, or none. */
  readonly hardening: "required" | "best-effort" | "off";
}

/** A secret that a spell may pass on but not read. */
export interface SecretGrant {
  readonly from: "env" | "file" | "keychain";
  /** The variable, path or entry; the secret's own name unless told. */
  readonly name: string;
  /** The hosts that its value may be sent to. */
  readonly hosts: readonly string[];
}

/** Where a value of a profile was written. */
export interface Origin {
  /** A path, or `built in NAME` for a profile inside of the binary, or `default`. */
  readonly file: string;
  /** From 1; 0 for `default`. */
  readonly line: number;
}
