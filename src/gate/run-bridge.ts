import type { BridgeFunction, BridgeMethod } from "../contract/bridge.ts";
import type { Link } from "./call.ts";

/** The end of the chain: the bridge itself. */
export const runBridge: Link = async (call) => {
  const { definition, handle, resource } = call.target;
  if (handle === undefined) return (definition as BridgeFunction).run(call.parsed as never, call.context);
  return (definition as BridgeMethod).run(resource as never, call.parsed as never, { ...call.context, handle });
};
