/**
 * THE LIST of engines. One folder an engine, one line here; what differs stands on the item. An engine is a
 * reactor (contract/engine.ts): it knows no other engine and touches nothing of the world.
 */
export { lua } from "./lua/index.ts";
export { fengari } from "./fengari/index.ts";
export { javascript } from "./javascript/index.ts";
