/**
 * THE LIST of Tengo's standard modules, one file (or folder) a module. A maker is called once a run, when the module is
 * first imported: nothing may be computed at the top level of a module's file that a run without it would pay for.
 */
import type { RunContext } from "../context.ts";
import type { TengoValue } from "../values.ts";
import { makeBase64 } from "./base64.ts";
import { ENUM_SOURCE } from "./enum.ts";
import { makeFmt } from "./fmt.ts";
import { makeHex } from "./hex.ts";
import { makeJson } from "./json/index.ts";
import { makeMath } from "./math/index.ts";
import { makeOs } from "./os.ts";
import { makeRand } from "./rand/index.ts";
import { makeText } from "./text/index.ts";
import { makeTimes } from "./times/index.ts";

/** Makes a module's members for one run. */
export type ModuleMaker = (context: RunContext) => ReadonlyMap<string, TengoValue>;

/** The modules written in TypeScript. */
export const MODULES: Readonly<Record<string, ModuleMaker>> = {
  base64: makeBase64,
  fmt: makeFmt,
  hex: makeHex,
  json: makeJson,
  math: makeMath,
  os: makeOs,
  rand: makeRand,
  text: makeText,
  times: makeTimes,
};

/** The modules written in Tengo, as source text. */
export const SOURCE_MODULES: Readonly<Record<string, string>> = { enum: ENUM_SOURCE };
