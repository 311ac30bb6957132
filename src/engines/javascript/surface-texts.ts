import type { FunctionSurface, ModuleSurface, Surface } from "../../contract/message.ts";
import { encodeValue } from "../../contract/wire.ts";

/** Each granted module as the prelude takes it: JSON that it parses when the spell first looks at the module. */
export function surfaceTexts(surface: Surface): Record<string, string> {
  const texts: Record<string, string> = Object.create(null);
  for (const [name, module] of Object.entries(surface)) texts[name] = JSON.stringify(toLists(module));
  return texts;
}

/** Lists throughout: what a list lacks is found on no prototype. */
function toLists({ values, functions, handles }: ModuleSurface): readonly unknown[] {
  return [
    Object.entries(values).map(([name, value]) => [name, encodeValue(value)]),
    functionLists(functions),
    Object.entries(handles).map(([kind, { methods, next = "", close = "" }]) => [
      kind,
      functionLists(methods),
      next,
      close,
    ]),
  ];
}

function functionLists(functions: Readonly<Record<string, FunctionSurface>>): readonly (readonly string[])[] {
  return Object.entries(functions).map(([guest, { name, text = "", iterable, local = "", keeps }]) => [
    guest,
    name,
    text,
    iterable ? "iterable" : local,
    keeps ? "keeps" : "",
  ]);
}
