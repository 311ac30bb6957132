import type { AddressKind } from "../../contract/network.ts";
import { parseAddress } from "./parse-address.ts";

/** A network: the first `bits` bits of `bytes`. */
interface Range {
  readonly bytes: Uint8Array;
  readonly bits: number;
  readonly kind: AddressKind;
}

/** IANA's special-purpose registries: what is in none of these is public. The first that fits counts. */
const RANGES: readonly Range[] = [
  ...ranges("loopback", ["127.0.0.0/8", "::1/128"]),
  // The metadata services of Alibaba and of Amazon live in ranges that are otherwise private.
  ...ranges("special", ["100.100.100.200/32", "fd00:ec2::/32", "fd20:ce::/32"]),
  // 100.64.0.0/10: between a provider's customers and its gateway.
  ...ranges("private", ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "fc00::/7", "fec0::/10"]),
  // "This network" (0.0.0.0 is this machine on Linux), link-local, protocol assignments, documentation, tests of
  // networks, the relays of 6to4, multicast, reserved and broadcast.
  ...ranges("special", [
    ...["0.0.0.0/8", "169.254.0.0/16", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "198.18.0.0/15"],
    ...["198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4", "168.63.129.16/32"],
  ]),
  // Of IPv6 only 2000::/3 is given out; within it some is not: Teredo, ORCHID, documentation, 6bone.
  ...ranges("special", ["2001:0::/23", "2001:db8::/32", "3fff::/20", "3ffe::/16", "5f00::/16"]),
];

const GLOBAL_V6 = range("2000::/3", "public");

/** Prefixes behind which an IPv4 address stands, and the byte at which it begins: mapped, compatible, NAT64, 6to4, ISATAP is by its end. */
const WRAPPERS: readonly (readonly [Range, at: number])[] = [
  [range("::ffff:0:0/96", "special"), 12],
  [range("::ffff:0:0:0/96", "special"), 12],
  [range("::/96", "special"), 12],
  [range("64:ff9b::/96", "special"), 12],
  [range("2002::/16", "special"), 2],
];

/** Where an address leads; what is no address is `special`. An IPv4 address within an IPv6 one counts as itself. */
export function addressKind(text: string): AddressKind {
  const bytes = parseAddress(text);
  return bytes === undefined ? "special" : kindOfBytes(bytes);
}

function kindOfBytes(bytes: Uint8Array): AddressKind {
  const found = RANGES.find((range) => contains(range, bytes));
  if (found !== undefined) return found.kind;
  if (bytes.length === 4) return "public";
  const wrapper = WRAPPERS.find(([range]) => contains(range, bytes));
  if (wrapper !== undefined) {
    const [, at] = wrapper;
    return kindOfBytes(bytes.slice(at, at + 4));
  }
  return contains(GLOBAL_V6, bytes) ? "public" : "special";
}

function contains({ bytes, bits }: Range, address: Uint8Array): boolean {
  if (bytes.length !== address.length) return false;
  for (let index = 0, left = bits; left > 0; index++, left -= 8) {
    const mask = left >= 8 ? 255 : (255 << (8 - left)) & 255;
    if (((bytes[index] ?? 0) & mask) !== ((address[index] ?? 0) & mask)) return false;
  }
  return true;
}

function ranges(kind: AddressKind, texts: readonly string[]): Range[] {
  return texts.map((text) => range(text, kind));
}

function range(text: string, kind: AddressKind): Range {
  const [address = "", bits = ""] = text.split("/");
  const bytes = parseAddress(address);
  if (bytes === undefined) throw new Error(`no network: ${text}`);
  return { bytes, bits: Number(bits), kind };
}
