/** A digest: 32 bytes of SHA-256. */
export type Digest = Uint8Array;

/** What a run's chain begins with: who it is, so that no run's entries can be given to another. */
export function chainStart(run: {
  readonly id: string;
  readonly spell: string;
  readonly engine: string;
  readonly started: number;
  readonly parent?: { readonly id: string; readonly at: number };
}): Digest {
  const { id, spell, engine, started, parent } = run;
  return hashText(JSON.stringify([id, spell, engine, started, parent?.id ?? null, parent?.at ?? null]));
}

/** The digest after one more line. */
export function chainNext(before: Digest, line: string): Digest {
  return new Bun.SHA256().update(before).update(line).digest() as Uint8Array;
}

/** The digest of a text's UTF-8. */
export function hashText(text: string): Digest {
  return new Bun.SHA256().update(text).digest() as Uint8Array;
}

/** Whether two digests are the same. */
export function sameDigest(a: Digest, b: Digest): boolean {
  return Buffer.compare(a, b) === 0;
}
