/** The module json. What is no JSON is an error value; JSON that is made is bytes. */
import { toBytes } from "../../byte-strings.ts";
import { NativeFunction, TengoBytes, type NativeBody, type TengoValue } from "../../values.ts";
import { bytesArgument, errorValue, expectCount, stringArgument } from "../arguments.ts";
import { decodeJson } from "./decode.ts";
import { encodeJson, JsonFault } from "./encode.ts";
import { escapeHtml, indentJson } from "./layout.ts";

const decode: NativeBody = (args, context) => {
  expectCount(args, 1);
  const decoded = decodeJson(bytesArgument(args, 0, "bytes/string"), context);
  return "fault" in decoded ? errorValue(decoded.fault) : decoded.value;
};

const encode: NativeBody = (args, context) => {
  expectCount(args, 1);
  try {
    return new TengoBytes(toBytes(encodeJson(args[0], context)));
  } catch (cause) {
    if (cause instanceof JsonFault) return errorValue(cause.message);
    throw cause;
  }
};

const indent: NativeBody = (args, context) => {
  expectCount(args, 3);
  const prefix = stringArgument(args, 1, context, "prefix");
  const step = stringArgument(args, 2, context, "indent");
  const indented = indentJson(bytesArgument(args, 0, "bytes/string"), prefix, step, context);
  return "fault" in indented ? errorValue(indented.fault) : new TengoBytes(toBytes(indented.text));
};

const htmlEscape: NativeBody = (args, context) => {
  expectCount(args, 1);
  return new TengoBytes(toBytes(escapeHtml(bytesArgument(args, 0, "bytes/string"), context)));
};

/** Makes the module json. The reference calls `indent` by the name of `encode` in its messages. */
export function makeJson(): ReadonlyMap<string, TengoValue> {
  return new Map([
    ["decode", new NativeFunction("user-function", "decode", decode)],
    ["encode", new NativeFunction("user-function", "encode", encode)],
    ["indent", new NativeFunction("user-function", "encode", indent)],
    ["html_escape", new NativeFunction("user-function", "html_escape", htmlEscape)],
  ]);
}
