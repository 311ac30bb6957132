import type { BridgeFunction, BridgeMethod } from "../contract/bridge.ts";
import type { Link } from "./call.ts";

/** The end of the chain: the bridge itself. */
export const runBridge: Link = (call) => {
  const { target, parsed, context } = call;
  const { definition, handle, resource } = target;
  if (handle === undefined) return Promise.resolve((definition as BridgeFunction).run(parsed as never, context));
  return Promise.resolve((definition as BridgeMethod).run(resource as never, parsed as never, context.of(handle)));
};
