import { describe, expect, test } from "bun:test";
import { runSource } from "./run-source.ts";

const enumerate = (expression: string): string => runSource(`e := import("enum"); out := ${expression}`);
const os = (expression: string): string => runSource(`os := import("os"); out := ${expression}`);

describe("enum", () => {
  test.each([
    ["e.all([1, 2], func(k, v) { return v > 0 })", "true"],
    ["e.any({a: 1}, func(k, v) { return k == `b` })", "false"],
    ["e.chunk([1, 2, 3], 2)", "[[1, 2], [3]]"],
    ["[e.chunk([], 2), e.chunk([1], 0), e.chunk({a: 1}, 1)]", "[[], <undefined>, <undefined>]"],
    ["[e.at([1, 2], 1), e.at([1], true), e.at({a: 5}, `a`), e.at({a: 5}, 0)]", "[2, <undefined>, 5, <undefined>]"],
    ["e.filter([1, 2, 3], func(k, v) { return k != 1 })", "[1, 3]"],
    ["[e.find([4, 5], func(k, v) { return v > 4 }), e.find_key([4, 5], func(k, v) { return v > 4 })]", "[5, 1]"],
    ["[e.map([1, 2], e.key), e.map(immutable([1, 2]), e.value), e.map(5, e.key)]", "[[0, 1], [1, 2], <undefined>]"],
  ])("%s", (expression, expected) => {
    expect(enumerate(expression)).toBe(expected);
  });

  test("errors are traced to where the reference has its calls", () => {
    expect(enumerate("e.map([1], func(k) { return k })")).toBe(
      "Runtime Error: wrong number of arguments: want=1, got=2\n\tat enum:118:25\n\tat (main):1:29",
    );
  });
});

describe("os", () => {
  test.each([
    [
      "[os.platform, os.arch, os.o_create, os.mode_type, os.path_separator, os.args()]",
      '["linux", "amd64", 64, 2401763328, /, []]',
    ],
    ["[os.getpid(), os.getuid(), os.getpagesize(), os.temp_dir()]", '[-1, -1, 4096, "/tmp"]'],
  ])("%s", (expression, expected) => {
    expect(os(expression)).toBe(expected);
  });

  test.each([
    ['os.getenv("HOME")', "os.getenv: a spell's environment is reached only through the module env, where the profile"],
    ['os.read_file("a")', "os.read_file: a spell's files are reached only through the module files, where the profile"],
    ['os.exec("ls", 1)', "os.exec: a spell's programs are reached only through the module shell, where the profile"],
    ['os.exec("ls", undefined)', "invalid type for argument 'args[0]' in call to 'user-function:exec': expected"],
    ["os.exec()", "wrong number of arguments in call to 'user-function:exec'"],
    ["os.exit(1)", "os.exit: a spell cannot end its process"],
    ["os.open(undefined)", "expected string(compatible), found undefined"],
    [
      'os.start_process("a", [1], "", [])',
      "argument 'second[0]' in call to 'user-function:start_process': expected string",
    ],
  ])("%s fails", (expression, message) => {
    expect(os(expression)).toContain(message);
  });
});
