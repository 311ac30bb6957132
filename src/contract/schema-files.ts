/** One version of a schema as it is kept: texts, of which only the bridge knows what they say. */
export interface KeptVersion {
  /** From 1. */
  readonly version: number;
  readonly schema: string;
  readonly note: string | null;
}

/** How values of one version become values of another. */
export interface KeptRule {
  readonly from: number;
  readonly to: number;
  readonly rule: string;
}

/** All that a file keeps under one name, as it was at one moment. */
export interface KeptEntry {
  readonly current: number;
  /** The oldest first. */
  readonly versions: readonly KeptVersion[];
  readonly rules: readonly KeptRule[];
}

/**
 * Schemas in one file of the machine that any number of processes share. Every function throws `schema.store` where
 * the file is not as it was written or cannot be used, and those that write `limit.state` where it is full.
 */
export interface SchemaFile {
  /** In order. */
  names(): readonly string[];
  /** Undefined where there is none of that name. */
  read(name: string): KeptEntry | undefined;
  /** Keeps the next version, and gives its number, which no process was or will be given for this name. */
  add(name: string, schema: string, note: string | undefined): number;
  /** Of a name and a version that are there. */
  setCurrent(name: string, version: number): void;
  /** In the place of the one that was there between these versions. */
  setRule(name: string, rule: KeptRule): void;
}

/** The files of schemas that a run uses: each is opened once, and made where it is missing. */
export interface SchemaFiles {
  /** `path` as a profile has it. Rejects with `schema.store`. */
  open(path: string): Promise<SchemaFile>;
  /** Completes `"./schemas.db" …`, such as `is a folder`, where there can be no such file; looks at its place alone. */
  fault(path: string): Promise<string | undefined>;
}
