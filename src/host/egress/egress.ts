import { isIP } from "node:net";
import { SpellError } from "../../contract/errors.ts";
import { networkFault, networkFaultCode } from "../../contract/network-fault.ts";
import type { AddressKind, Network, NetworkRequest, NetworkResponse, NetworkRules } from "../../contract/network.ts";
import { SecretText } from "../../contract/secret-text.ts";
import { addressKind } from "./address-kind.ts";
import { chooseAddress } from "./choose-address.ts";
import { checkLength, readBody } from "./read-body.ts";
import { redirectedStep, type Step } from "./redirect.ts";
import { resolveHost, systemLookup, type Lookup } from "./resolve-host.ts";
import { Sessions } from "./sessions.ts";
import { ACCEPTED_ENCODINGS } from "./uncompress.ts";
import { Watch } from "./watch.ts";

/** What the choke point is made from. */
export interface EgressOptions {
  /** The value of a secret for a host; throws where it is not bound to it. */
  readonly reveal: (text: SecretText, url: URL) => string;
  /** A variable of the environment, for `proxy: environment`. */
  readonly environment: (name: string) => string | undefined;
  /** Instead of the system's resolver. */
  readonly lookup?: Lookup;
  /** Certificates to trust instead of the system's. */
  readonly ca?: string;
}

/** The choke point: see the folder's index. */
export class Egress implements Network {
  readonly #sessions: Sessions;
  readonly #lookup: Lookup;

  constructor(private readonly options: EgressOptions) {
    this.#sessions = new Sessions(options.ca);
    this.#lookup = options.lookup ?? systemLookup;
  }

  async send(request: NetworkRequest, rules: NetworkRules, signal: AbortSignal): Promise<NetworkResponse> {
    let step: Step = { ...request, url: new URL(request.url) };
    const watch = new Watch(rules, signal, step.url.host);
    try {
      for (let redirects = 0; ; redirects++) {
        watch.signal.throwIfAborted();
        const response = await this.#take(step, rules, watch);
        const location = response.headers.get("location");
        const next = rules.maxRedirects === 0 ? undefined : redirectedStep(step, response.status, location);
        if (next === undefined) return answer(response, step.url, rules, watch);
        response.body?.cancel().catch(() => {});
        if (redirects >= rules.maxRedirects) {
          throw new SpellError("http.redirects", `"${step.url.host}" redirects more than ${rules.maxRedirects} times`);
        }
        step = next;
      }
    } catch (error) {
      watch.end(true);
      throw error instanceof SpellError ? error : unreachable(step.url, error);
    }
  }

  /** One step: asks, resolves, checks, connects to what was checked. */
  async #take(step: Step, rules: NetworkRules, watch: Watch): Promise<Response> {
    const { method, url, body } = step;
    if (url.protocol !== "http:" && url.protocol !== "https:") {
      throw new SpellError("grant.rule", `"${url.protocol}" is no address of the network`);
    }
    const host = url.hostname.replace(/\.$/, "");
    const kinds = rules.allow(method, url);
    const headers = this.#headers(step);
    const addresses = await watch.wait(resolveHost(host, kinds, this.#lookup), "is still being looked up");
    if (hasSecret(step)) checkPrivacy(url, addresses);
    const port = Number(url.port || (url.protocol === "https:" ? 443 : 80));
    const proxy = this.#proxy(rules.proxy, url);
    const address = proxy === undefined ? await chooseAddress(addresses, port, watch.signal) : (addresses[0] ?? "");
    const bare = host.replace(/^\[|\]$/g, "");
    const serverName = isIP(bare) === 0 ? bare : undefined;
    const session = this.#sessions.get({ origin: url.origin, address, serverName, proxy });
    const target = new URL(url);
    target.hostname = isIP(address) === 6 ? `[${address}]` : address;
    target.hash = "";
    const sent = session.fetch(target, {
      method,
      headers,
      redirect: "manual",
      decompress: false,
      signal: watch.signal,
      ...(body === undefined ? {} : { body }),
      ...(url.protocol === "https:" ? { protocol: "http1.1" } : {}),
    });
    return watch.wait(sent, "did not begin to answer");
  }

  #headers({ url, headers }: Step): Headers {
    const sent = new Headers({ "user-agent": "llmspell", accept: "*/*" });
    for (const [name, value] of headers) {
      sent.set(name, value instanceof SecretText ? this.options.reveal(value, url) : value);
    }
    sent.set("host", url.host);
    sent.set("accept-encoding", ACCEPTED_ENCODINGS);
    return sent;
  }

  #proxy(proxy: string | undefined, url: URL): string | undefined {
    if (proxy !== "environment") return proxy;
    const name = url.protocol === "https:" ? "HTTPS_PROXY" : "HTTP_PROXY";
    return this.options.environment(name) ?? this.options.environment(name.toLowerCase());
  }

  /** Closes idle connections. */
  close(): void {
    this.#sessions.close();
  }
}

function hasSecret({ headers }: Step): boolean {
  return headers.some(([, value]) => value instanceof SecretText);
}

/** In clear text a secret goes only to this machine or a network of the person's own. */
function checkPrivacy(url: URL, addresses: readonly string[]): void {
  const isHome = (kind: AddressKind) => kind === "loopback" || kind === "private";
  if (url.protocol === "https:" || addresses.every((address) => isHome(addressKind(address)))) return;
  throw new SpellError("grant.rule", `A secret cannot be sent to "${url.host}" in clear text`, { fix: "Use https" });
}

function answer(response: Response, url: URL, rules: NetworkRules, watch: Watch): NetworkResponse {
  checkLength(response, rules.maxBytes);
  const headers = new Map<string, string>();
  // Cookies are off: they are neither kept nor shown.
  response.headers.forEach((value, name) => name === "set-cookie" || headers.set(name, value));
  return {
    status: response.status,
    headers,
    url: url.href,
    chunks: readBody(response, watch, rules.maxBytes),
    close: () => watch.end(true),
  };
}

function unreachable(url: URL, error: unknown): SpellError {
  return new SpellError("http.network", `Cannot reach "${url.host}": ${networkFault(error)}`, {
    cause: error,
    details: { host: url.host, passing: PASSING.has(networkFaultCode(error)) },
  });
}

/** Faults that the next connection may not have. */
const PASSING = new Set(["ECONNREFUSED", "ConnectionRefused", "ECONNRESET", "ConnectionClosed"]);
