import type { SecretText } from "./secret-text.ts";

/**
 * Where an address leads: `loopback` is this machine, `private` the networks that are not routed in public, and
 * `special` all that is no ordinary machine or should never be asked: link-local (the metadata services of clouds
 * among it), unspecified, multicast, reserved.
 */
export type AddressKind = "public" | "loopback" | "private" | "special";

/** The network, as bridges reach it. */
export interface Network {
  /**
   * Sends one request, follows its redirects, and answers when the head of the answer is there. Rejects with
   * `http.*`, `grant.address`, `grant.rule`, what `allow` throws, or the signal's reason.
   */
  send(request: NetworkRequest, rules: NetworkRules, signal: AbortSignal): Promise<NetworkResponse>;
}

/** One request. */
export interface NetworkRequest {
  readonly method: string;
  /** `http:` or `https:`, without user and password. */
  readonly url: string;
  readonly headers: readonly HeaderField[];
  readonly body: Uint8Array | undefined;
}

/** A header's name, of any case, and its value. */
export type HeaderField = readonly [name: string, value: string | SecretText];

/** What one request may do. */
export interface NetworkRules {
  /** Asked before every step, so also for each redirect: the kinds of address that it may go to. Throws a refusal. */
  readonly allow: (method: string, url: URL) => readonly AddressKind[];
  /** Of the answer's body, uncompressed; more is `http.too-large`. */
  readonly maxBytes: number;
  /** From the request to the end of the body, in ms; no such limit where it is undefined. */
  readonly totalMs: number | undefined;
  /** For connecting and beginning to answer, at each step, and between two pieces of the body. */
  readonly idleMs: number;
  /** With 0 a redirect is an answer like any other; more redirects than that are `http.redirects`. */
  readonly maxRedirects: number;
  /** The address of a proxy, or `environment` for what HTTPS_PROXY and HTTP_PROXY say; else none is used. */
  readonly proxy: string | undefined;
}

/** The head of an answer, and its body as it comes. */
export interface NetworkResponse {
  readonly status: number;
  /** Names in lower case; what a server sends twice is joined by commas. No cookies. */
  readonly headers: ReadonlyMap<string, string>;
  /** That of the last step. */
  readonly url: string;
  /** The body, uncompressed; to be read once. */
  readonly chunks: AsyncIterable<Uint8Array>;
  /** Ends it and its connection, wherever it is; must be called where the body is not read to its end. */
  close(): void;
}

/** The secrets of a run: their names, never their values. */
export interface Secrets {
  /** In the order of the profile. */
  list(): readonly SecretInfo[];
}

/** One secret, as everyone may know it. */
export interface SecretInfo {
  readonly name: string;
  /** The hosts that it may be sent to, as the profile writes them. */
  readonly hosts: readonly string[];
  /** Why it cannot be used, where it cannot. */
  readonly refused?: string;
}
