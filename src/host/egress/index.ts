/**
 * The choke point: every byte that leaves for the network at a spell's wish passes `Egress` (egress.ts). Whether a step
 * may go at all is asked of its caller; here a name becomes addresses once, every one of them is checked, and the
 * connection goes to an address that was checked and to none else.
 *
 * How that is made sure, with Bun 1.4.5 (all tried in a compiled binary): fetch gets a URL whose host is the checked
 * address, so there is no name left that could be looked up a second time, with `Host` and TLS's server name set to
 * the name: the certificate is verified against that name. A session (`Bun.FetchSession`) of its own for each origin
 * and address keeps a connection from being used for another name; `proxy: false` ignores HTTP_PROXY whenever it is
 * set; `redirect: "manual"` and `decompress: false` leave redirects and compression to us. Its limits on the size of
 * headers hold, and a body that nobody reads is not read ahead. Other ways: `lookup` is ignored by parts of Bun and
 * is code that must be right rather than a fact; node:http over a socket of ours works too, at three times the time a
 * request; a proxy in this process (proxy-chain) means a socket and a package more, and sees only CONNECT.
 *
 * Requests of providers do not come through here but through {@link originFetch}: their host is the person's choice
 * and not a spell's, and may lie behind the person's proxy.
 */
export type { EgressOptions } from "./egress.ts";
export { openEgress } from "./open-egress.ts";
export { originFetch } from "./origin-fetch.ts";
export type { Lookup } from "./resolve-host.ts";
