/**
 * THE LIST of engines. One folder an engine, one line here; what differs stands on the item. An engine is a
 * reactor (contract/engine.ts): it knows no other engine and touches nothing of the world.
 */
import type { Engine } from "../contract/engine.ts";
import { fengari } from "./fengari/index.ts";
import { javascript } from "./javascript/index.ts";
import { lua } from "./lua/index.ts";
import { tengo } from "./tengo/index.ts";

/** Every engine of this binary, the most usual first: a spell with several main files runs on the first of them. */
export const ENGINES: readonly Engine[] = [lua, javascript, tengo, fengari];
