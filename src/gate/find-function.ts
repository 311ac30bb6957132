import type { Bridge, BridgeFunction, BridgeMethod, HandleKind } from "../contract/bridge.ts";
import { SpellError } from "../contract/errors.ts";
import { nearest } from "../contract/nearest.ts";
import { ResourceHandle } from "../contract/value.ts";
import { callName, guestName, type FoundFunction, type GateCall, type Link } from "./call.ts";
import type { Handles } from "./handles.ts";

/** Finds what a call is for. A spell's bindings only hold what exists, but its process may send anything. */
export function findFunction(bridges: ReadonlyMap<string, Bridge>, handles: Handles): Link {
  return (call, next) => {
    const bridge = bridges.get(call.module);
    if (bridge === undefined) {
      throw new SpellError("grant.bridge", `There is no module "${call.module}"`, { details: { bridge: call.module } });
    }
    call.target = call.name.includes(".") ? findMethod(call, bridge, handles) : findPlain(call, bridge);
    return next(call);
  };
}

function findPlain(call: GateCall, bridge: Bridge): FoundFunction {
  const definition: BridgeFunction | undefined = own(bridge.functions, call.name);
  if (definition === undefined) throw unknown(call, Object.keys(bridge.functions));
  return { definition };
}

function findMethod(call: GateCall, bridge: Bridge, handles: Handles): FoundFunction {
  const [kind = "", name = ""] = call.name.split(".");
  const { methods = {}, close }: Partial<HandleKind> = own(bridge.handles ?? {}, kind) ?? {};
  const definition: BridgeMethod | undefined = own(methods, name);
  if (definition === undefined) throw unknown(call, Object.keys(methods));
  const handle = call.args[0];
  const full = `${call.module}.${kind}`;
  if (!(handle instanceof ResourceHandle)) {
    throw new SpellError("call.arguments", `${callName(call)}: call it on a ${full}, as a method`);
  }
  return { definition, handle, resource: handles.get(handle, full, name === close) };
}

function unknown(call: GateCall, names: readonly string[]): SpellError {
  const guest = names.map((name) => guestName(name, call.naming));
  const hint = nearest(guestName(call.name, call.naming), guest);
  const advice = hint === undefined ? "" : `; did you mean "${hint}"?`;
  return new SpellError("call.unknown-function", `There is no function ${callName(call)}${advice}`);
}

function own<T>(record: Readonly<Record<string, T>>, key: string): T | undefined {
  return Object.hasOwn(record, key) ? record[key] : undefined;
}
