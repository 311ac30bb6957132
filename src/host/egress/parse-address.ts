import { isIPv4, isIPv6 } from "node:net";

/** An IP address as its bytes, 4 or 16; undefined for all else. Forms such as `0x7f.1` are the URL parser's to undo, and none here. */
export function parseAddress(text: string): Uint8Array | undefined {
  const [address = ""] = text.split("%");
  if (isIPv4(address)) return Uint8Array.from(address.split("."), Number);
  return isIPv6(address) ? parseV6(address) : undefined;
}

function parseV6(address: string): Uint8Array {
  const [head = "", tail] = address.split("::");
  const before = groupsOf(head);
  const after = tail === undefined ? [] : groupsOf(tail);
  const bytes = new Uint8Array(16);
  bytes.set(before, 0);
  bytes.set(after, 16 - after.length);
  return bytes;
}

/** The bytes of `2001:db8` or `ffff:127.0.0.1`. */
function groupsOf(text: string): number[] {
  if (text === "") return [];
  return text.split(":").flatMap((group) => {
    if (group.includes(".")) return group.split(".").map(Number);
    const value = Number.parseInt(group, 16);
    return [value >> 8, value & 255];
  });
}
