import { describe, expect, test } from "bun:test";
import type { Failure } from "../../../src/contract/errors.ts";
import { printable } from "../../../src/cli/printable.ts";
import { showFailure } from "../../../src/cli/show-failure.ts";
import { formatTable, wrapText } from "../../../src/cli/table.ts";
import type { Style, Terminal } from "../../../src/cli/terminal.ts";

const plain = (text: string) => text;
const style: Style = { bold: plain, dim: plain, red: plain, yellow: plain, green: plain, cyan: plain };

/** What is shown of a failure. */
function shown(failure: Partial<Failure>, source = ""): string {
  const lines: string[] = [];
  const nothing = () => {};
  const terminal: Terminal = {
    out: nothing,
    err: nothing,
    spell: nothing,
    note: (line) => lines.push(line),
    style,
    isInteractive: false,
    columns: 80,
  };
  showFailure(
    terminal,
    { code: "script.error", message: "m", details: null, stack: [], ...failure },
    new Map([["a.lua", source]]),
  );
  return lines.join("\n");
}

describe("a failure", () => {
  test("has its line and a caret below the column", () => {
    const text = shown({ position: { file: "a.lua", line: 2, column: 3 } }, "x\nab!\n");
    expect(text).toBe("error[script.error]: m\n  --> a.lua:2:3\n   |\n 2 | ab!\n   |   ^");
  });

  test("has no caret without a column, and no line where there is none", () => {
    expect(shown({ position: { file: "a.lua", line: 1, column: 0 } }, "x")).toEndWith("\n 1 | x");
    expect(shown({ position: { file: "b.lua", line: 1, column: 1 } }, "x")).toEndWith("--> b.lua:1:1");
    expect(shown({ position: { file: "a.lua", line: 9, column: 1 } }, "x")).toEndWith("--> a.lua:9:1");
  });

  test("keeps the caret in place behind tabs, in long lines and behind wide letters", () => {
    const caret = (source: string, column: number) => {
      const [line = "", mark = ""] = shown({ position: { file: "a.lua", line: 1, column } }, source)
        .split("\n")
        .slice(-2);
      return line.slice(0, Math.max(0, mark.indexOf("^") + 1)).at(-1);
    };
    expect(caret("\t\t!", 3)).toBe("!");
    expect(shown({ position: { file: "a.lua", line: 1, column: 3 } }, "鳥鳥!")).toEndWith(" 1 | 鳥鳥!\n   |     ^");
    expect(caret(`${"x".repeat(500)}!${"y".repeat(500)}`, 501)).toBe("!");
  });

  test("offers what the code says, or what the error itself says", () => {
    expect(shown({ code: "provider.key" })).toContain("fix: Set the variable");
    expect(shown({ code: "provider.key", fix: "Do that" })).toContain("fix: Do that");
    expect(shown({ code: "my.code" })).toBe("error[my.code]: m");
  });

  test("shows a long stack in part", () => {
    const stack = Array.from({ length: 30 }, (_, index) => ({ name: `f${index}`, file: "a.lua", line: 1, column: 0 }));
    expect(shown({ stack })).toContain("at f11 (a.lua:1)\n  … 18 more");
  });

  test("cannot steer the terminal", () => {
    expect(printable("a\u001b[2J\u0007\u009b\u202e\r")).toBe("a\\x1b[2J\\x07\\x9b\\x202e\\x0d");
    expect(shown({ message: "\u001b[31m", code: "\u001b]0;x" })).not.toContain("\u001b");
  });
});

test("tables align by columns of the terminal, not by letters", () => {
  expect(
    formatTable([
      ["a", "b"],
      ["鳥鳥", "c"],
      ["", "d"],
    ]),
  ).toBe("a     b\n鳥鳥  c\n      d\n");
  expect(formatTable([])).toBe("");
});

test("text is broken at spaces", () => {
  expect(wrapText("one two three", 8, "  ")).toBe("  one\n  two\n  three\n");
  expect(wrapText("averylongword", 4)).toBe("averylongword\n");
});
