/** What a connection is made with; two that differ in anything never share one. */
export interface ConnectionKey {
  /** `https://example.org:8443` */
  readonly origin: string;
  readonly address: string;
  /** For TLS: the name that the certificate must have; undefined where it must have the address. */
  readonly serverName: string | undefined;
  readonly proxy: string | undefined;
}

/** Servers that are talked to at once, with connections to come back to. */
const MAX_SESSIONS = 64;
const IDLE_SECONDS = 20;

/** Connections by what they were made with: those of one origin and address are never used for another. */
export class Sessions {
  readonly #open = new Map<string, Bun.FetchSession>();

  /** `ca`: certificates to trust instead of the system's. */
  constructor(private readonly ca: string | undefined) {}

  /** The session of a key, made where there is none. */
  get(key: ConnectionKey): Bun.FetchSession {
    const name = JSON.stringify([key.origin, key.address, key.serverName, key.proxy]);
    const known = this.#open.get(name);
    // The one that was used last stands last.
    this.#open.delete(name);
    const session = known ?? this.#make(key);
    this.#open.set(name, session);
    this.#dropOldest();
    return session;
  }

  #make({ serverName, proxy }: ConnectionKey): Bun.FetchSession {
    return new Bun.FetchSession({
      // Without it, whatever HTTP_PROXY says when the request is made would be obeyed.
      proxy: proxy === undefined ? false : { url: proxy, respectNoProxy: false },
      keepAlive: { idleTimeout: IDLE_SECONDS },
      tls: {
        rejectUnauthorized: true,
        ...(serverName === undefined ? {} : { serverName }),
        ...(this.ca === undefined ? {} : { ca: this.ca }),
      },
    });
  }

  #dropOldest(): void {
    if (this.#open.size <= MAX_SESSIONS) return;
    for (const [name, session] of this.#open) {
      this.#open.delete(name);
      session.close();
      return;
    }
  }

  /** Closes what is idle. */
  close(): void {
    for (const session of this.#open.values()) session.close();
    this.#open.clear();
  }
}
