import * as api from "fengari/src/lua.js";
import { writeNumber } from "./write-number.ts";

type State = Parameters<typeof api.lua_gettop>[0];

/** `%`, flags, width, precision, letter. */
const ITEM = /%([-+ #0]*)(\d{0,2})(?:\.(\d{0,2}))?([a-zA-Z%])/g;

/** Bytes that are turned at once: JavaScript allows only so many arguments. */
const SLICE = 4096;

/** One character a byte. */
function toCharacters(bytes: Uint8Array): string {
  let text = "";
  for (let at = 0; at < bytes.length; at += SLICE) text += String.fromCharCode(...bytes.subarray(at, at + SLICE));
  return text;
}

const toBytes = (characters: string) => Uint8Array.from(characters, (character) => character.charCodeAt(0));

/**
 * Puts a function in front of `string.format`, the value at the top of the stack: it writes numbers as C does and pads
 * strings by bytes, and leaves the rest, with all errors, to fengari's.
 */
export function exactFormat(state: State): void {
  const format = api.lua_tocfunction(state, -1);
  api.lua_settop(state, -2);
  api.lua_pushcfunction(state, (running) => {
    if (api.lua_type(running, 1) === api.LUA_TSTRING && !isPlain(running)) writeItems(running);
    return format(running);
  });
}

const PERCENT = 37;
/** Verbs that fengari writes as C does where nothing stands between them and `%`. */
const PLAIN_VERBS = new Set([..."%scq"].map((verb) => verb.charCodeAt(0)));
const WHOLE_VERBS = new Set([..."di"].map((verb) => verb.charCodeAt(0)));

/** Whether fengari writes all of it as C does, as it does most. */
function isPlain(state: State): boolean {
  const pattern = api.lua_tolstring(state, 1);
  let argument = 1;
  for (let at = pattern.indexOf(PERCENT); at >= 0; at = pattern.indexOf(PERCENT, at + 2)) {
    const verb = pattern[at + 1] ?? 0;
    if (verb !== PERCENT) argument++;
    const isWhole = WHOLE_VERBS.has(verb) && api.lua_isinteger(state, argument);
    if (!isWhole && !PLAIN_VERBS.has(verb)) return false;
  }
  return true;
}

/** Replaces arguments by their texts, and what stands for them in the format by `%s`. */
function writeItems(state: State): void {
  const pattern = toCharacters(api.lua_tolstring(state, 1));
  let argument = 1;
  const rest = pattern.replace(
    ITEM,
    (item: string, flags: string, width: string, precision: string | undefined, verb: string) => {
      if (verb === "%") return item;
      argument++;
      const written = writeItem(state, argument, {
        flags,
        width: Number(width),
        precision: precision === undefined ? undefined : Number(precision),
        verb,
      });
      if (written === undefined) return item;
      api.lua_pushlstring(state, toBytes(written), written.length);
      api.lua_replace(state, argument);
      return "%s";
    },
  );
  if (rest === pattern) return;
  api.lua_pushlstring(state, toBytes(rest), rest.length);
  api.lua_replace(state, 1);
}

function writeItem(state: State, argument: number, form: Parameters<typeof writeNumber>[1]): string | undefined {
  const { flags, width, precision, verb } = form;
  if (argument > api.lua_gettop(state) || flags.length >= 5) return undefined;
  if (verb === "s") {
    if (api.lua_type(state, argument) !== api.LUA_TSTRING || (width === 0 && precision === undefined)) return undefined;
    const text = toCharacters(api.lua_tolstring(state, argument)).slice(0, precision);
    if (text.includes("\0")) return undefined;
    return flags.includes("-") ? text.padEnd(width) : text.padStart(width);
  }
  if (!api.lua_isnumber(state, argument)) return undefined;
  const value = api.lua_tonumber(state, argument);
  if ("diuoxX".includes(verb)) return isInt64(value) ? writeNumber(value, form) : undefined;
  return "eEfgG".includes(verb) ? writeNumber(value, form) : undefined;
}

function isInt64(value: number): boolean {
  return Number.isInteger(value) && value >= -(2 ** 63) && value < 2 ** 63;
}
