/** THE LIST of groups of cases. One file a group or two; each case runs on every engine whose language it has. */
import type { Case } from "../harness.ts";
import { CALL_CASES, CALLBACK_CASES, STREAM_CASES } from "./calls.ts";
import { ERROR_CASES, MODULE_CASES, OUTPUT_CASES } from "./errors.ts";
import { ERROR_PLACE_CASES } from "./error-places.ts";
import { FIBER_CASES } from "./fibers.ts";
import { DETERMINISM_CASES, GLOBAL_CASES } from "./globals.ts";
import { JAVASCRIPT_CASES } from "./javascript.ts";
import { LIMIT_CASES } from "./limits.ts";
import { LUA_CASES } from "./lua.ts";
import { LUA_LIBRARY_CASES } from "./lua-library.ts";
import { LUA_STREAM_CASES } from "./lua-streams.ts";
import { POSITION_CASES } from "./positions.ts";
import { TENGO_CASES } from "./tengo.ts";
import { REJECTED_CASES, VALUE_CASES } from "./values.ts";

export const CASES: Readonly<Record<string, readonly Case[]>> = {
  values: VALUE_CASES,
  "rejected values": REJECTED_CASES,
  calls: CALL_CASES,
  callbacks: CALLBACK_CASES,
  streams: STREAM_CASES,
  fibers: FIBER_CASES,
  errors: ERROR_CASES,
  "places of errors": ERROR_PLACE_CASES,
  modules: MODULE_CASES,
  positions: POSITION_CASES,
  output: OUTPUT_CASES,
  globals: GLOBAL_CASES,
  determinism: DETERMINISM_CASES,
  limits: LIMIT_CASES,
  lua: LUA_CASES,
  "lua library": LUA_LIBRARY_CASES,
  "lua streams": LUA_STREAM_CASES,
  javascript: JAVASCRIPT_CASES,
  tengo: TENGO_CASES,
};
