import { describe, expect, test } from "bun:test";
import { addressKind } from "../../../../src/host/egress/address-kind.ts";

const KINDS = {
  public: ["8.8.8.8", "1.1.1.1", "172.32.0.1", "100.128.0.1", "192.169.0.1", "2606:4700::1111", "2001:4860:4860::8888"],
  loopback: ["127.0.0.1", "127.255.255.254", "::1", "0:0:0:0:0:0:0:1"],
  private: ["10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1", "100.64.0.1", "fc00::1", "fdff::1", "fec0::1"],
  special: [
    ...["0.0.0.0", "0.1.2.3", "169.254.169.254", "169.254.0.1", "192.0.2.1", "198.18.0.1", "203.0.113.9"],
    ...["224.0.0.1", "239.255.255.255", "240.0.0.1", "255.255.255.255", "100.100.100.200", "168.63.129.16"],
    ...["::", "fe80::1", "fe80::1%eth0", "febf::1", "ff02::1", "fd00:ec2::254", "fd20:ce::254"],
    ...["2001:db8::1", "2001::1", "3fff::1", "64:ff9b:1::1", "4000::1", "not an address", "", "127.1", "0x7f.0.0.1"],
  ],
} as const;

describe("an address", () => {
  for (const [kind, addresses] of Object.entries(KINDS)) {
    for (const address of addresses)
      test(`${address || "(empty)"} is ${kind}`, () => expect(addressKind(address)).toBe(kind as never));
  }
});

describe("an IPv4 address within an IPv6 one counts as itself", () => {
  const forms = {
    mapped: (hex: string) => `::ffff:${hex}`,
    translated: (hex: string) => `::ffff:0:${hex}`,
    compatible: (hex: string) => `::${hex}`,
    NAT64: (hex: string) => `64:ff9b::${hex}`,
    "6to4": (hex: string) => `2002:${hex}::1`,
  };
  for (const [name, form] of Object.entries(forms)) {
    test(name, () => {
      expect(addressKind(form("7f00:1"))).toBe("loopback");
      expect(addressKind(form("a00:1"))).toBe("private");
      expect(addressKind(form("a9fe:a9fe"))).toBe("special");
      expect(addressKind(form("808:808"))).toBe("public");
    });
  }
  test("with dots as well", () => {
    expect(addressKind("::ffff:127.0.0.1")).toBe("loopback");
    expect(addressKind("64:ff9b::10.0.0.1")).toBe("private");
  });
});

test("forms that the URL parser knows end as plain addresses", () => {
  for (const host of ["0x7f.1", "2130706433", "017700000001", "127.1", "①②⑦.⓪.⓪.①", "[::ffff:127.0.0.1]"]) {
    const { hostname } = new URL(`http://${host}/`);
    expect(addressKind(hostname.replace(/^\[|\]$/g, "")), host).toBe("loopback");
  }
});
