// How console shows values: readable, limited, and without running the spell's getters.
import {
  bareArray,
  bigintText,
  dataOf,
  dateIso,
  dateTime,
  functionText,
  getOwnPropertyDescriptor,
  getPrototypeOf,
  hasBrand,
  hasOwn,
  isArray,
  isError,
  mapForEach,
  mapSize,
  ObjectPrototype,
  ownKeys,
  regExpText,
  setForEach,
  setSize,
  slice,
  startsWith,
  stringify,
  symbolText,
  typedArrayLength,
  typedArrayName,
  PrimordialString,
  codeAt,
  indexOf,
} from "./primordials.js";
import { resourceOf } from "./registry.js";

const MAX_DEPTH = 4;
const MAX_ITEMS = 100;
const MAX_TEXT = 10_000;
const LINE = 76;

/** A value as text; strings are quoted. Never throws. */
export function inspect(value) {
  return show(value, 0, bareArray());
}

function show(value, depth, above) {
  switch (typeof value) {
    case "string":
      return value.length > MAX_TEXT ? `${stringify(slice(value, 0, MAX_TEXT))}...` : stringify(value);
    case "number":
      return value === 0 && 1 / value < 0 ? "-0" : PrimordialString(value);
    case "bigint":
      return `${bigintText(value)}n`;
    case "symbol":
      return symbolText(value);
    case "object":
    case "function":
      if (value === null) return "null";
      try {
        return showObject(value, depth, above);
      } catch {
        return "[unreadable]";
      }
    default:
      return PrimordialString(value);
  }
}

function showObject(value, depth, above) {
  for (let index = 0; index < depth; index++) if (above[index] === value) return "[Circular]";
  above[depth] = value;
  const resource = resourceOf(value);
  if (resource !== undefined) return `[${resource.kind}]`;
  if (typeof value === "function") return showFunction(value);
  if (isError(value)) return showError(value, depth, above);
  if (hasBrand(dateTime, value)) return dateTime(value) === dateTime(value) ? dateIso(value) : "Invalid Date";
  if (hasBrand(regExpText, value) && className(value) === "RegExp") return regExpText(value);
  if (isArray(value)) {
    if (depth >= MAX_DEPTH) return "[Array]";
    return showList("", value, dataOf(value, "length"), depth, above);
  }
  const typed = typedArrayName(value);
  if (typed !== undefined)
    return showList(`${typed}(${typedArrayLength(value)}) `, value, typedArrayLength(value), depth, above);
  const name = className(value);
  if (depth >= MAX_DEPTH) return `[${name === "" ? "Object" : name}]`;
  if (hasBrand(mapSize, value)) return showMap(value, depth, above);
  if (hasBrand(setSize, value)) return showSet(value, depth, above);
  return showKeys(name === "Object" || name === "" ? "" : `${name} `, value, depth, above);
}

function className(value) {
  const prototype = getPrototypeOf(value);
  if (prototype === null || prototype === ObjectPrototype) return "";
  const constructor = dataOf(prototype, "constructor");
  const name = typeof constructor === "function" ? dataOf(constructor, "name") : undefined;
  return typeof name === "string" ? name : "";
}

/** Whether a function is a class, which nobody can call. */
export function isClass(value) {
  return startsWith(functionText(value), "class");
}

function showFunction(value) {
  const name = dataOf(value, "name");
  const kind = isClass(value) ? "class" : "Function";
  const shown = typeof name === "string" && name !== "" ? name : "(anonymous)";
  return kind === "class" ? `[class ${shown}]` : `[Function: ${shown}]`;
}

function showError(value, depth, above) {
  const name = dataOf(value, "name") ?? className(value);
  const message = dataOf(value, "message");
  const stack = dataOf(value, "stack");
  let text = `${typeof name === "string" && name !== "" ? name : "Error"}`;
  if (typeof message === "string" && message !== "") text += `: ${message}`;
  const code = dataOf(value, "code");
  if (typeof code === "string") text += ` (${code})`;
  if (typeof stack === "string" && stack !== "")
    text += `\n${stack[stack.length - 1] === "\n" ? slice(stack, 0, -1) : stack}`;
  const cause = dataOf(value, "cause");
  if (cause !== undefined && depth < MAX_DEPTH) text += `\nCaused by: ${show(cause, depth + 1, above)}`;
  return depth === 0 ? text : `[${text}]`;
}

function showList(prefix, list, length, depth, above) {
  const parts = bareArray();
  const shown = length > MAX_ITEMS ? MAX_ITEMS : length;
  for (let index = 0; index < shown; index++) {
    const property = getOwnPropertyDescriptor(list, index);
    parts[index] = property === undefined ? "<empty>" : showProperty(property, depth, above);
  }
  if (length > shown) parts[shown] = `... ${length - shown} more items`;
  return wrap(`${prefix}[`, parts, "]", depth);
}

function showProperty(property, depth, above) {
  if (!hasOwn(property, "value")) {
    if (property.get === undefined) return "[Setter]";
    return property.set === undefined ? "[Getter]" : "[Getter/Setter]";
  }
  return show(property.value, depth + 1, above);
}

function showKeys(prefix, value, depth, above) {
  const names = ownKeys(value);
  const parts = bareArray();
  let hidden = 0;
  for (let index = 0; index < names.length; index++) {
    const key = names[index];
    const property = getOwnPropertyDescriptor(value, key);
    if (property === undefined || !property.enumerable) continue;
    if (parts.length >= MAX_ITEMS) hidden++;
    else parts[parts.length] = `${showKey(key)}: ${showProperty(property, depth, above)}`;
  }
  if (hidden > 0) parts[parts.length] = `... ${hidden} more`;
  return wrap(`${prefix}{`, parts, "}", depth);
}

function showKey(key) {
  if (typeof key === "symbol") return `[${symbolText(key)}]`;
  for (let index = 0; index < key.length; index++) {
    const code = codeAt(key, index);
    const letter = (code >= 97 && code <= 122) || (code >= 65 && code <= 90) || code === 95 || code === 36;
    if (!letter && !(index > 0 && code >= 48 && code <= 57)) return stringify(key);
  }
  return key === "" ? '""' : key;
}

function showMap(value, depth, above) {
  const parts = bareArray();
  mapForEach(value, (item, key) => {
    if (parts.length < MAX_ITEMS) {
      parts[parts.length] = `${show(key, depth + 1, above)} => ${show(item, depth + 1, above)}`;
    }
  });
  return wrap(`Map(${mapSize(value)}) {`, parts, "}", depth);
}

function showSet(value, depth, above) {
  const parts = bareArray();
  setForEach(value, (item) => {
    if (parts.length < MAX_ITEMS) parts[parts.length] = show(item, depth + 1, above);
  });
  return wrap(`Set(${setSize(value)}) {`, parts, "}", depth);
}

/** On one line where it fits, otherwise an item a line. */
function wrap(open, parts, close, depth) {
  if (parts.length === 0) return open + close;
  let line = "";
  let long = false;
  for (let index = 0; index < parts.length; index++) {
    line += index === 0 ? parts[index] : `, ${parts[index]}`;
    if (indexOf(parts[index], "\n") >= 0) long = true;
  }
  if (!long && depth * 2 + open.length + line.length + 4 <= LINE) return `${open} ${line} ${close}`;
  let text = open;
  const indent = "                ";
  for (let index = 0; index < parts.length; index++) {
    text += `\n${slice(indent, 0, (depth + 1) * 2)}${parts[index]}${index + 1 < parts.length ? "," : ""}`;
  }
  return `${text}\n${slice(indent, 0, depth * 2)}${close}`;
}

const FORMATS = { __proto__: null, s: 0, d: 1, i: 2, f: 1, j: 3, o: 4, O: 4, c: 5 };

/** The arguments of console.log as one text: strings as they are, a first string's %s %d %i %f %j %o %O %c filled in. */
export function format(args) {
  let text = "";
  let index = 0;
  if (args.length > 1 && typeof args[0] === "string") {
    const pattern = args[0];
    index = 1;
    for (let at = 0; at < pattern.length; at++) {
      const kind = pattern[at] === "%" ? FORMATS[pattern[at + 1]] : undefined;
      if (pattern[at] === "%" && pattern[at + 1] === "%") text += pattern[at++];
      else if (kind === undefined || index >= args.length) text += pattern[at];
      else {
        text += fill(kind, args[index++]);
        at++;
      }
    }
    if (index < args.length) text += " ";
  }
  for (; index < args.length; index++) {
    text += typeof args[index] === "string" ? args[index] : inspect(args[index]);
    if (index + 1 < args.length) text += " ";
  }
  return text;
}

function fill(kind, value) {
  if (kind === 0) return typeof value === "string" ? value : inspect(value);
  if (kind === 5) return "";
  if (kind > 2 || (typeof value !== "number" && typeof value !== "string")) return inspect(value);
  const number = +value;
  return PrimordialString(kind === 2 ? number - (number % 1) : number);
}
