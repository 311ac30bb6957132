import { lookup } from "node:dns/promises";
import { isIP } from "node:net";
import { SpellError } from "../../contract/errors.ts";
import type { AddressKind } from "../../contract/network.ts";
import { addressKind } from "./address-kind.ts";

/** All addresses of a host's name. */
export type Lookup = (host: string) => Promise<readonly string[]>;

/** The system's resolver, in the order that it gives. */
export const systemLookup: Lookup = async (host) => {
  const found = await lookup(host, { all: true, verbatim: true });
  return found.map(({ address }) => address);
};

/** Enough for any service; a name with thousands is no service. */
const MAX_ADDRESSES = 64;

/** The addresses of a URL's host, each of an allowed kind. One that is not refuses them all: who answers so means no good. */
export async function resolveHost(host: string, kinds: readonly AddressKind[], lookup: Lookup): Promise<string[]> {
  const bare = host.replace(/^\[|\]$/g, "");
  const addresses = isIP(bare) === 0 ? await lookUp(bare, lookup) : [bare];
  for (const address of addresses) {
    const kind = addressKind(address);
    if (!kinds.includes(kind)) throw refused(bare, address, kind);
  }
  return addresses;
}

async function lookUp(host: string, lookup: Lookup): Promise<string[]> {
  let found: readonly string[];
  try {
    found = await lookup(host);
  } catch (error) {
    throw new SpellError("http.network", `There is no host "${host}"`, { cause: error, details: { host } });
  }
  if (found.length === 0) throw new SpellError("http.network", `The host "${host}" has no address`);
  return [...new Set(found)].slice(0, MAX_ADDRESSES);
}

const NAMES: Readonly<Record<AddressKind, string>> = {
  public: "a public address",
  loopback: "this machine",
  private: "a private network",
  special: "no ordinary address (link-local, metadata, multicast or reserved)",
};

function refused(host: string, address: string, kind: AddressKind): SpellError {
  const where = host === address ? `"${address}" is ${NAMES[kind]}` : `"${host}" is ${address}, ${NAMES[kind]}`;
  const fix =
    kind === "special"
      ? "Name the address itself in a rule of http in the profile, if it is meant"
      : `Under bridges: in the profile, beside the rule that allows it: http: { private: ["${host}"] }`;
  return new SpellError("grant.address", `${where}, which is not granted`, { fix, details: { host } });
}
