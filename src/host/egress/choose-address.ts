import { SpellError } from "../../contract/errors.ts";

/** How long a connection may take to be made, in ms, and how long an address is given before the next is tried beside it. */
const CONNECT_MS = 10_000;
const STAGGER_MS = 250;

/**
 * The first of some addresses that accepts connections. Fetch would be stuck for minutes on one that is dead, as
 * IPv6 addresses are on many networks, and sending the request itself to two servers is not for us to do. A single
 * address is not tried first: the request will.
 */
export async function chooseAddress(addresses: readonly string[], port: number, signal: AbortSignal): Promise<string> {
  const [first = ""] = addresses;
  if (addresses.length === 1) return first;
  const over = new AbortController();
  const attempts = addresses.map(async (address, index) => {
    await Promise.race([Bun.sleep(index * STAGGER_MS), aborted(over.signal)]);
    if (over.signal.aborted || !(await accepts(address, port, over.signal))) throw new Error(address);
    return address;
  });
  const timer = setTimeout(() => over.abort(), CONNECT_MS);
  try {
    return await Promise.race([Promise.any(attempts), aborted(signal).then(() => first)]);
  } catch (error) {
    throw new SpellError("http.network", `Nothing accepts connections at ${addresses.join(", ")}, port ${port}`, {
      cause: error,
      details: { passing: true },
    });
  } finally {
    clearTimeout(timer);
    over.abort();
    signal.throwIfAborted();
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve(), { once: true });
  });
}

async function accepts(hostname: string, port: number, signal: AbortSignal): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  signal.addEventListener("abort", () => resolve(false), { once: true });
  const connecting = Bun.connect({
    hostname,
    port,
    socket: {
      open: () => resolve(true),
      data() {},
      connectError: () => resolve(false),
      error: () => resolve(false),
    },
  });
  connecting.catch(() => resolve(false));
  const result = await promise;
  connecting.then((socket) => socket.end()).catch(() => {});
  return result;
}
