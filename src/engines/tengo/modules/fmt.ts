/** The module fmt: printing, and texts by a format. */
import type { RunContext } from "../context.ts";
import { TengoRuntimeError, WrongArgumentCount, WrongArgumentType } from "../errors.ts";
import { formatText, quote, toText } from "../forms/index.ts";
import { typeName, type TengoValue } from "../values.ts";
import { functions, spend } from "./arguments.ts";

/** All arguments, one after the other. Undefined has no text. */
function joined(args: readonly TengoValue[], context: RunContext): string {
  let length = 0;
  const texts = args.map((value) => {
    const text = value === undefined ? "" : toText(value, context);
    length += text.length;
    if (length > context.maxStringLength) throw new TengoRuntimeError("exceeding string size limit");
    return text;
  });
  spend(context, length);
  return texts.join("");
}

function formatOf(args: readonly TengoValue[]): string {
  if (args.length === 0) throw new WrongArgumentCount();
  const format = args[0];
  if (typeof format !== "string") throw new WrongArgumentType("format", "string", typeName(format));
  return format;
}

/** Makes the module fmt. */
export function makeFmt(): ReadonlyMap<string, TengoValue> {
  return functions({
    print: (args, context) => {
      context.print(joined(args, context));
      return undefined;
    },
    println: (args, context) => {
      context.print(`${joined(args, context)}\n`);
      return undefined;
    },
    printf: (args, context) => {
      const format = formatOf(args);
      spend(context, format.length);
      // A format alone is printed as a value is told: in quotes.
      context.print(args.length === 1 ? quote(format) : formatText(format, args.slice(1), context));
      return undefined;
    },
    sprintf: (args, context) => {
      const format = formatOf(args);
      return args.length === 1 ? format : formatText(format, args.slice(1), context);
    },
  });
}
