import type { KeywordCompiler, KeywordRow } from "../compiler.ts";
import { FORMATS } from "../formats.ts";
import { show } from "../values.ts";

/** Characters as people count code points. */
function lengthOf(text: string, spend: (steps: number) => void): number {
  spend(text.length >> 6);
  let length = text.length;
  for (let index = 0; index < text.length - 1; index++) {
    const code = text.charCodeAt(index);
    if (code < 0xd800 || code > 0xdbff) continue;
    const next = text.charCodeAt(index + 1);
    if (next >= 0xdc00 && next <= 0xdfff) length--;
  }
  return length;
}

const minLength: KeywordCompiler = (given, context) => {
  const least = context.count(given);
  return (value, place, run) => {
    if (typeof value !== "string") return true;
    const length = lengthOf(value, run.meter.spend);
    return (
      length >= least ||
      run.fail(place, "minLength", context.pointer, `must have at least ${letters(least)}, and has ${length}`)
    );
  };
};

const maxLength: KeywordCompiler = (given, context) => {
  const most = context.count(given);
  return (value, place, run) => {
    if (typeof value !== "string") return true;
    const length = lengthOf(value, run.meter.spend);
    return (
      length <= most ||
      run.fail(place, "maxLength", context.pointer, `must have at most ${letters(most)}, and has ${length}`)
    );
  };
};

function letters(count: number): string {
  return count === 1 ? "1 letter" : `${count} letters`;
}

const pattern: KeywordCompiler = (given, context) => {
  const compiled = context.pattern(given);
  return (value, place, run) =>
    typeof value !== "string" ||
    compiled.test(value, run.meter) ||
    run.fail(
      place,
      "pattern",
      context.pointer,
      `must match the pattern ${compiled.source.slice(0, 200)}, and is ${show(value)}`,
    );
};

const format: KeywordCompiler = (given, context) => {
  if (typeof given !== "string") throw context.fault("must be a string");
  const isOfFormat = context.formats ? FORMATS.get(given) : undefined;
  // A format that nobody knows says nothing, as the specification has it.
  if (isOfFormat === undefined) return undefined;
  return (value, place, run) => {
    if (typeof value !== "string") return true;
    run.meter.spend(value.length);
    return (
      isOfFormat(value) ||
      run.fail(place, "format", context.pointer, `must be of the form ${given}, and is ${show(value)}`)
    );
  };
};

/** Keywords for texts. */
export const STRINGS: readonly KeywordRow[] = [
  { keyword: "minLength", compile: minLength, validation: true },
  { keyword: "maxLength", compile: maxLength, validation: true },
  { keyword: "pattern", compile: pattern, validation: true },
  { keyword: "format", compile: format },
];
