import { SpellError } from "../contract/errors.ts";
import type { Manifest, ParameterDefinition } from "../contract/manifest.ts";
import { nearest } from "../contract/nearest.ts";
import type { Value, ValueMap } from "../contract/value.ts";
import { list } from "../contract/check-schema.ts";
import { coerceText, hasType, isTooLong, isSameValue, TYPE_NAMES } from "./parameter-value.ts";

/**
 * The parameters of a run: texts turned into the types that the manifest names, defaults filled in. A spell without
 * declared parameters takes any, as they are. Throws `spell.parameter` naming the first that is wrong.
 */
export function checkParameters(
  manifest: Pick<Manifest, "parameters"> | undefined,
  given: Readonly<Record<string, Value>>,
): ValueMap {
  const definitions = manifest?.parameters;
  const checked: Record<string, Value> = Object.create(null);
  if (definitions === undefined) return copyInto(checked, given);
  const known = Object.keys(definitions);
  for (const name of Object.keys(given)) {
    if (!Object.hasOwn(definitions, name)) throw unknownParameter(name, known);
  }
  for (const [name, definition] of Object.entries(definitions)) {
    const value = Object.hasOwn(given, name) ? given[name] : undefined;
    if (value !== undefined) checked[name] = checkOne(name, value, definition);
    else if (definition.default !== undefined) checked[name] = definition.default;
    else if (definition.required) throw missingParameter(name, definition);
  }
  return checked;
}

function copyInto(target: Record<string, Value>, source: Readonly<Record<string, Value>>): ValueMap {
  for (const [name, value] of Object.entries(source)) {
    // Not by assignment: a parameter may be called __proto__.
    Object.defineProperty(target, name, { value, enumerable: true, writable: true, configurable: true });
  }
  return target;
}

function checkOne(name: string, given: Value, definition: ParameterDefinition): Value {
  const value = typeof given === "string" ? coerceText(given, definition.type) : given;
  if (value === undefined && isTooLong(given, definition.type)) {
    throw new SpellError("spell.parameter", `Parameter "${name}" holds a number that is too large`, {
      details: { parameter: name, expected: definition.type },
    });
  }
  if (value === undefined || !hasType(value, definition.type)) {
    throw new SpellError(
      "spell.parameter",
      `Parameter "${name}" must be ${TYPE_NAMES[definition.type]}, not ${show(given)}`,
      {
        details: { parameter: name, expected: definition.type },
      },
    );
  }
  if (definition.enum === undefined || definition.enum.some((allowed) => isSameValue(allowed, value))) return value;
  const allowed = definition.enum.map(show);
  const near =
    typeof value === "string"
      ? nearest(
          value,
          definition.enum.filter((item) => typeof item === "string"),
        )
      : undefined;
  const hint = near === undefined ? "" : `; did you mean "${near}"?`;
  const message = `Parameter "${name}" must be ${list(allowed, "or", false)}, not ${show(value)}${hint}`;
  throw new SpellError("spell.parameter", message, { details: { parameter: name, expected: definition.type } });
}

function unknownParameter(name: string, known: readonly string[]): SpellError {
  const near = nearest(name, known);
  const hint = near === undefined ? "" : `; did you mean "${near}"?`;
  return new SpellError("spell.parameter", `The spell has no parameter "${name}"${hint}`, {
    fix: known.length === 0 ? "The spell takes no parameters" : `Its parameters are ${known.join(", ")}`,
    details: { parameter: name },
  });
}

function missingParameter(name: string, { type, description }: ParameterDefinition): SpellError {
  const about = description === "" ? "" : ` (${description})`;
  return new SpellError("spell.parameter", `Parameter "${name}" is missing${about}; it must be ${TYPE_NAMES[type]}`, {
    fix: `Add -p ${name}=…`,
    details: { parameter: name, expected: type },
  });
}

function show(value: Value): string {
  const text =
    JSON.stringify(value, (_key, item: unknown) => (typeof item === "bigint" ? String(item) : item)) ?? "nothing";
  return text.length > 80 ? `${text.slice(0, 79)}…` : text;
}
