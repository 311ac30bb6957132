import { describe, expect, test } from "bun:test";
import { SpellError } from "../../../src/contract/errors.ts";
import { encodeFrame, FrameReader } from "../../../src/isolation/frames.ts";

const codeOf = (work: () => unknown) => {
  try {
    work();
  } catch (error) {
    return error instanceof SpellError ? error.code : String(error);
  }
  return undefined;
};

const raw = (length: number, bytes: readonly number[]) => {
  const frame = new Uint8Array(4 + bytes.length);
  new DataView(frame.buffer).setUint32(0, length);
  frame.set(bytes, 4);
  return frame;
};

describe("frames", () => {
  const values = [{ a: "ä😀\0" }, [1, null, "x"], "text", 0, {}, "\ud800"];
  const stream = new Uint8Array(values.flatMap((value) => [...encodeFrame(value)]));

  test("come out whole wherever the stream is cut", () => {
    for (let cut = 0; cut <= stream.length; cut++) {
      const reader = new FrameReader(1000);
      expect([...reader.push(stream.slice(0, cut)), ...reader.push(stream.slice(cut))]).toEqual(values);
    }
  });

  test("come out byte by byte, also from a buffer that is used again", () => {
    const reader = new FrameReader(1000);
    const one = new Uint8Array(1);
    const frames = [...stream].flatMap((byte) => {
      one[0] = byte;
      return [...reader.push(one)];
    });
    expect(frames).toEqual(values);
  });

  test("may have exactly the size of the cap, and not one byte more", () => {
    const reader = new FrameReader(12);
    expect([...reader.push(encodeFrame("1234567890"))]).toEqual(["1234567890"]);
    expect(codeOf(() => [...new FrameReader(11).push(encodeFrame("1234567890"))])).toBe("limit.frame");
  });

  test("over the cap are refused by their length alone", () => {
    expect(codeOf(() => [...new FrameReader(1000).push(raw(1001, []))])).toBe("limit.frame");
    expect(codeOf(() => [...new FrameReader(1000).push(raw(2 ** 32 - 1, []))])).toBe("limit.frame");
  });

  test.each([
    ["no JSON", [0x7b]],
    ["nothing", []],
    ["bytes that are no UTF-8", [0x22, 0xff, 0x22]],
    ["a byte order mark", [0xef, 0xbb, 0xbf, 0x31]],
    ["two values", [0x31, 0x20, 0x31]],
    ["NaN", [0x4e, 0x61, 0x4e]],
  ])("of %s are malformed", (_name, bytes) => {
    expect(codeOf(() => [...new FrameReader(1000).push(raw(bytes.length, bytes))])).toBe("frame.malformed");
  });

  test("that come before a bad one in the same bytes are heard", () => {
    const heard: unknown[] = [];
    const bytes = Buffer.concat([encodeFrame("first"), raw(2000, [])]);
    const code = codeOf(() => {
      for (const frame of new FrameReader(1000).push(bytes)) heard.push(frame);
    });
    expect({ heard, code }).toEqual({ heard: ["first"], code: "limit.frame" });
  });

  test("of very deep JSON end in a value or an error of ours", () => {
    const deep = new TextEncoder().encode(`${"[".repeat(200_000)}${"]".repeat(200_000)}`);
    const code = codeOf(() => [...new FrameReader(1e6).push(raw(deep.length, [...deep]))]);
    expect([undefined, "frame.malformed"]).toContain(code);
  });
});
