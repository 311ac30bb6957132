import type { Value } from "../../../../contract/value.ts";
import { nearest } from "../../../../contract/nearest.ts";
import { aKind, type KeywordCompiler, type KeywordRow } from "../compiler.ts";
import { asJson, identityOf, isWhole, kindOf, show } from "../values.ts";

const TYPES = ["null", "boolean", "number", "string", "array", "object", "integer"];

function isOf(type: string, value: Value): boolean {
  const kind = kindOf(value);
  return kind === type || (type === "integer" && kind === "number" && isWhole(value));
}

const type: KeywordCompiler = (keyword, context) => {
  const types = typeof keyword === "string" ? [keyword] : context.names(keyword);
  for (const each of types) {
    if (TYPES.includes(each)) continue;
    const near = nearest(each, TYPES);
    throw context.fault(
      `there is no type ${JSON.stringify(each)}${near === undefined ? "" : `; did you mean "${near}"?`}`,
    );
  }
  if (types.length === 0) throw context.fault("names no type");
  const wanted = types
    .map((each) => (each === "null" ? each : `${/^[aeio]/.test(each) ? "an" : "a"} ${each}`))
    .join(" or ");
  return (value, place, run) =>
    types.some((each) => isOf(each, value)) ||
    run.fail(place, "type", context.pointer, `must be ${wanted}, not ${found(value, types)}`);
};

function found(value: Value, types: readonly string[]): string {
  const kind = aKind(value);
  if (types.includes("integer") && typeof value === "number") return show(value);
  const isEmptyMap = types.includes("array") && kindOf(value) === "object" && Object.keys(value as object).length === 0;
  return isEmptyMap ? "an empty object (in Lua, json.array{} is an empty array)" : kind;
}

const MAX_SHOWN = 10;

const oneOf: KeywordCompiler = (keyword, context) => {
  const options = context.list(keyword);
  const known = new Set(options.map((option) => identityOf(option, context.spend)));
  const texts = options.filter((option) => typeof option === "string");
  const shown = options.slice(0, MAX_SHOWN).map(show).join(", ") + (options.length > MAX_SHOWN ? ", …" : "");
  return (value, place, run) => {
    if (known.has(identityOf(value, run.meter.spend))) return true;
    if (!run.wantsErrors) return false;
    const near =
      typeof value === "string" && value.length < 100 && texts.length < 1000 ? nearest(value, texts) : undefined;
    const hint = near === undefined ? "" : `; did you mean ${show(near)}?`;
    return run.fail(place, "enum", context.pointer, `must be one of ${shown}, not ${show(value)}${hint}`);
  };
};

const constant: KeywordCompiler = (keyword, context) => {
  const known = identityOf(keyword, context.spend);
  return (value, place, run) =>
    identityOf(value, run.meter.spend) === known ||
    run.fail(place, "const", context.pointer, `must be ${show(asJson(keyword))}, not ${show(value)}`);
};

/** Keywords for all kinds of values. */
export const GENERAL: readonly KeywordRow[] = [
  { keyword: "type", compile: type, validation: true },
  { keyword: "enum", compile: oneOf, validation: true },
  { keyword: "const", compile: constant, validation: true },
];
