/** The module hex: bytes as hexadecimal digits. */
import { TengoRuntimeError } from "../errors.ts";
import { fromRune, toBytes } from "../byte-strings.ts";
import { digitValue, isPrint } from "../forms/index.ts";
import { NativeFunction, TengoBytes, type NativeBody, type TengoValue } from "../values.ts";
import { bytesArgument, chargeText, errorValue, expectCount, spend, stringArgument } from "./arguments.ts";

const encode: NativeBody = (args, context) => {
  expectCount(args, 1);
  const bytes = bytesArgument(args, 0);
  chargeText(context, bytes.length * 2);
  return toBytes(bytes).toHex();
};

function describe(code: number): string {
  const number = `U+${code.toString(16).toUpperCase().padStart(4, "0")}`;
  return isPrint(code) ? `${number} '${fromRune(code)}'` : number;
}

const decode: NativeBody = (args, context) => {
  expectCount(args, 1);
  const text = stringArgument(args, 0, context);
  spend(context, text.length);
  const data = new Uint8Array(text.length >> 1);
  for (let at = 0; at < text.length; at++) {
    const value = digitValue(text.charCodeAt(at));
    const even = at + 1 === text.length && at % 2 === 0;
    if (value > 15) return errorValue(`encoding/hex: invalid byte: ${describe(text.charCodeAt(at))}`);
    if (even) return errorValue("encoding/hex: odd length hex string");
    data[at >> 1] = ((data[at >> 1] as number) << 4) | value;
  }
  if (data.length > context.maxBytesLength) throw new TengoRuntimeError("exceeding bytes size limit");
  return new TengoBytes(data);
};

/** Makes the module hex. Its functions have no names in the reference. */
export function makeHex(): ReadonlyMap<string, TengoValue> {
  return new Map(
    Object.entries({ encode, decode }).map(([name, body]) => [name, new NativeFunction("user-function", "", body)]),
  );
}
