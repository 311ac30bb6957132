import { describe, expect, test } from "bun:test";
import { fromBytes, fromText } from "../../../../src/engines/tengo/byte-strings.ts";
import type { RunContext } from "../../../../src/engines/tengo/context.ts";
import { TengoLimit, TengoRuntimeError, WrongArgumentType } from "../../../../src/engines/tengo/errors.ts";
import { nestedText } from "../../../../src/engines/tengo/forms/index.ts";
import { TENGO_LEXIS } from "../../../../src/engines/tengo/language.ts";
import { MODULES, SOURCE_MODULES } from "../../../../src/engines/tengo/modules/index.ts";
import { Meter } from "../../../../src/engines/tengo/run/index.ts";
import {
  NativeFunction,
  TengoArray,
  TengoBytes,
  TengoError,
  TengoMap,
  type TengoValue,
} from "../../../../src/engines/tengo/values.ts";

function call(context: RunContext, name: string, ...args: TengoValue[]): TengoValue {
  const [module, member] = name.split(".") as [string, string];
  const native = MODULES[module]?.(context).get(member);
  if (!(native instanceof NativeFunction)) throw new Error(`no ${name}`);
  return native.body(args, context);
}

/** The String() form of what a function gives. */
function told(name: string, ...args: TengoValue[]): string {
  return nestedText(call(new Meter(), name, ...args));
}

function faultOf(name: string, ...args: TengoValue[]): unknown {
  return thrownBy(new Meter({ fuel: 1_000_000, memoryBytes: 10_000_000 }), name, ...args);
}

function thrownBy(context: RunContext, name: string, ...args: TengoValue[]): unknown {
  try {
    call(context, name, ...args);
    return undefined;
  } catch (fault) {
    return fault;
  }
}

describe("text", () => {
  test.each([
    ["text.split", ["a,b,c", ","], '["a", "b", "c"]'],
    ["text.split", ["", ""], "[]"],
    ["text.split", ["a\xff", ""], String.raw`["a", "\xff"]`],
    ["text.split_after_n", ["a,b,c", ",", 2], '["a,", "b,c"]'],
    ["text.split_n", ["a,b", ",", 0], "[]"],
    ["text.fields", [" a\u00a0b\t\nc "], String.raw`["a\xa0b", "c"]`],
    ["text.count", ["cheese", "e"], "3"],
    ["text.count", ["five", ""], "5"],
    ["text.index_any", ["golang", "ny"], "4"],
    ["text.last_index", ["go gopher", "go"], "3"],
    ["text.trim", ["xxhixx", "x"], '"hi"'],
    ["text.trim_space", ["\xe3\x80\x80 a\t"], '"a"'],
    ["text.replace", ["oink oink", "", "-", 3], '"-o-i-nk oink"'],
    ["text.substr", ["abc", -5, 2], '"ab"'],
    ["text.pad_left", ["7", 3, "ab"], '"ab7"'],
    ["text.pad_right", ["7", 4, "ab"], '"7aba"'],
    ["text.join", [TengoArray.of([1, "a", true]), "-"], '"1-a-true"'],
    ["text.atoi", ["x"], String.raw`error: "strconv.Atoi: parsing \"x\": invalid syntax"`],
    ["text.unquote", ["x"], 'error: "invalid syntax"'],
    ["text.format_int", [-255, 16], '"-ff"'],
    ["text.re_find", ["(a)|(b)", "xb"], '[[{text: "b", begin: 1, end: 2}, {text: "b", begin: 1, end: 2}]]'],
    ["text.re_find", ["a", "aXa", 0], "<undefined>"],
    ["text.re_replace", ["(?P<n>a)(b)?", "ab-a", "<${n}$2$$>"], '"<ab$>-<a$>"'],
    ["text.re_split", ["a*", "baac"], '["b", "c"]'],
    ["text.re_match", [fromText("^é.$"), fromText("é世")], "true"],
  ] as const)("%s %p", (name, args, expected) => {
    expect(told(name, ...args)).toBe(expected);
  });

  test("ends the run where the reference does", () => {
    expect(faultOf("text.parse_int", "x", 10, 64)).toEqual(
      new TengoRuntimeError('strconv.ParseInt: parsing "x": invalid syntax'),
    );
    expect(faultOf("text.re_match", "(", "")).toEqual(
      new TengoRuntimeError("error parsing regexp: missing closing ): `(`"),
    );
    expect(faultOf("text.repeat", "a", -1)).toBeInstanceOf(TengoRuntimeError);
    expect(faultOf("text.pad_left", "", 5, "abc")).toBeInstanceOf(TengoRuntimeError);
    expect(faultOf("text.index", 5, undefined)).toEqual(new WrongArgumentType("second", "string(compatible)", "int"));
    expect(faultOf("text.split", "a", undefined)).toEqual(
      new WrongArgumentType("first", "string(compatible)", "undefined"),
    );
  });

  test("a compiled expression panics on a group that is not in the match", () => {
    const context = new Meter();
    const re = call(context, "text.re_compile", "(a)|(b)") as TengoMap;
    const find = re.entries.get("find") as NativeFunction;
    expect(() => find.body(["b"], context)).toThrow();
    expect(re.immutable).toBe(true);
  });
});

describe("json", () => {
  test.each([
    ['[1, -0, 2.50, 1e2, "\\ud83d\\ude00\\ud83d", null]', fromText('[1, 0, 2.5, 100, "😀\ufffd", <undefined>]')],
    ['{"a": {"b": [true]}, "a": 2}', "{a: 2}"],
    ["99999999999999999999", "9223372036854775807"],
    ["[1,]", "error: \"invalid character ']' looking for beginning of value\""],
    ["", 'error: "unexpected end of JSON input"'],
    ["nul", "error: \"invalid character ' ' in literal null (expecting 'l')\""],
  ])("decodes %s", (text, expected) => {
    expect(told("json.decode", text)).toBe(expected);
  });

  test("encodes what it can, and the rest as the reference does", () => {
    const encoded = (value: TengoValue): string =>
      fromBytes((call(new Meter(), "json.encode", value) as TengoBytes).data);
    expect(
      encoded(TengoArray.of(["<\u0001\n\xff", 1, undefined, new TengoError("e"), new TengoBytes(Uint8Array.of(1))])),
    ).toBe('["<\\u0001\\n\xff",1,null,,"AQ=="]');
  });

  test("lays out", () => {
    expect(told("json.indent", '{"a":[1,{}]} ', ">", " ")).toBe('{\n> "a": [\n>  1,\n>  {}\n> ]\n>} ');
    expect(told("json.html_escape", "<\xe2\x80\xa8")).toBe("\\u003c\\u2028");
  });

  test("nests as deep as it likes", () => {
    const depth = 200_000;
    const context = new Meter();
    const deep = call(context, "json.decode", "[".repeat(depth) + "]".repeat(depth));
    expect((call(context, "json.encode", deep) as TengoBytes).data).toHaveLength(depth * 2);
    expect(told("json.indent", "[".repeat(10_001), "", "")).toBe('error: "exceeded max depth"');
  });
});

test("base64 and hex say where a text is wrong", () => {
  expect(told("base64.decode", "Zm9v\nYg==")).toBe("foob");
  expect(told("base64.raw_decode", "Zg==")).toBe('error: "illegal base64 data at input byte 2"');
  expect(told("base64.url_encode", new TengoBytes(Uint8Array.of(251, 255)))).toBe('"-_8="');
  expect(told("hex.decode", "0g")).toBe("error: \"encoding/hex: invalid byte: U+0067 'g'\"");
});

test("fmt prints without spaces, and a format alone in quotes", () => {
  const printed: string[] = [];
  const context = new Meter({ print: (text) => printed.push(text) });
  call(context, "fmt.print", 1, "a", undefined, TengoArray.of(["x"]));
  call(context, "fmt.println", "b");
  call(context, "fmt.printf", "%d-%s", 5, "c");
  call(context, "fmt.printf", "d");
  expect(printed).toEqual(['1a["x"]', "b\n", "5-c", '"d"']);
});

describe("limits", () => {
  const loop = TengoArray.of([undefined, undefined]);
  loop.store.fill(loop);
  test.each([
    ["text.repeat", ["abc", 1_000_000_000]],
    ["text.join", [TengoArray.of(Array.from({ length: 1000 }, () => "x".repeat(100_000))), ""]],
    ["text.replace", ["a".repeat(10_000), "", "b".repeat(10_000), -1]],
    ["text.re_replace", ["", "a".repeat(10_000), "b".repeat(10_000)]],
    ["text.re_compile", ["((((a{1,10}){1,10}){1,10})*b){1000}".repeat(100)]],
    ["text.re_match", ["(?:(?:a?){100}){10}b", "a".repeat(100_000)]],
    ["text.to_upper", [loop]],
    ["json.encode", [loop]],
    ["json.indent", ["[".repeat(9000), "", " ".repeat(1000)]],
    ["fmt.sprintf", ["%1000000d".repeat(20), ...Array.from({ length: 20 }, () => 1)]],
    ["fmt.print", [loop]],
  ] as const)("%s stops", (name, args) => {
    const fault = faultOf(name, ...args);
    expect(fault instanceof TengoLimit || fault instanceof TengoRuntimeError).toBe(true);
  });

  test("texts may be as long as the run says", () => {
    const short = new Meter({ maxStringLength: 8 });
    for (const [name, ...args] of [
      ["text.repeat", "abc", 3],
      ["text.join", TengoArray.of(["aaaa", "bbbb"]), "-"],
      ["text.re_replace", "a", "aaaa", "bbb"],
      ["text.pad_left", "a", 9],
      ["fmt.sprintf", "%9d", 1],
    ] as const) {
      expect(thrownBy(short, name, ...args)).toEqual(new TengoRuntimeError("exceeding string size limit"));
    }
  });
});

test("the standard modules that the rest of the project knows by name are all of them", () => {
  expect([...(TENGO_LEXIS.standard ?? [])].sort()).toEqual(
    [...Object.keys(MODULES), ...Object.keys(SOURCE_MODULES)].sort(),
  );
});
