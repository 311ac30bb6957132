import { SpellError } from "../contract/errors.ts";
import { ResourceHandle } from "../contract/value.ts";

interface OpenHandle {
  readonly kind: string;
  readonly resource: unknown;
  readonly close: () => void;
}

/** The open handles of one run. Ids count up and are never used twice. */
export class Handles {
  readonly #open = new Map<number, OpenHandle>();
  #count = 0;

  constructor(private readonly limit: number) {}

  /** Ids from here on: those up to `last` were given out before the run was resumed. */
  continueAfter(last: number): void {
    this.#count = Math.max(this.#count, last);
  }

  /** Gives out a handle; `kind` is `module.kind`. `again` is the id of one whose resource was lost in a crash. */
  open(kind: string, resource: unknown, close: () => void, again?: number): ResourceHandle {
    if (this.#open.size >= this.limit) {
      close();
      throw new SpellError("limit.handles", `More than limits.handles = ${this.limit} handles are open`);
    }
    const id = again ?? ++this.#count;
    this.#open.set(id, { kind, resource, close });
    return new ResourceHandle(kind, id);
  }

  /** The resource behind a handle of that kind, or `script.handle-closed`; undefined where one that was closed is closed again. */
  get(handle: ResourceHandle, kind: string, isClosing = false): unknown {
    const found = this.#open.get(handle.id);
    if (isClosing && found === undefined && handle.id <= this.#count) return undefined;
    if (found === undefined || found.kind !== kind || handle.kind !== kind) {
      throw new SpellError("script.handle-closed", `The ${kind} handle is closed`);
    }
    return found.resource;
  }

  /** Ends one handle; nothing happens when it is closed already. */
  close(handle: ResourceHandle): void {
    const found = this.#open.get(handle.id);
    if (found === undefined || found.kind !== handle.kind) return;
    this.#open.delete(handle.id);
    found.close();
  }

  /** Ends all: the run is over. */
  closeAll(): void {
    const open = [...this.#open.values()];
    this.#open.clear();
    for (const { close } of open) close();
  }
}
