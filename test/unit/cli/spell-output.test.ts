import { expect, test } from "bun:test";
import { spellOutput } from "../../../src/cli/spell-output.ts";

/** What is written of these pieces. */
function written(isScreen: boolean, ...pieces: readonly (string | Uint8Array)[]): (string | Uint8Array)[] {
  const seen: (string | Uint8Array)[] = [];
  const write = spellOutput((text) => seen.push(text), isScreen);
  for (const piece of pieces) write(piece);
  return seen;
}

test("files and pipes get a spell's bytes as they are", () => {
  const bytes = new Uint8Array([0x1b, 0xff, 0]);
  expect(written(false, "\u001b[2J", bytes)).toEqual(["\u001b[2J", bytes]);
});

test("a screen cannot be steered: control characters are written out, lines and tabs stay", () => {
  const [shown] = written(true, "a\tb\r\nc\n\u001b[2J\u001b]0;x\u0007\u009b1m\r\u202e");
  expect(shown).toBe("a\tb\r\nc\n\\x1b[2J\\x1b]0;x\\x07\\x9b1m\\x0d\\x202e");
});

test("a letter that comes in pieces is whole on a screen", () => {
  const bytes = new TextEncoder().encode("ä\u009b");
  expect(written(true, bytes.slice(0, 1), bytes.slice(1, 3), bytes.slice(3)).join("")).toBe("ä\\x9b");
});
