import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { files } from "../../../src/bridges/files.ts";
import { redactionMarker } from "../../../src/contract/redaction.ts";
import { Time } from "../../../src/contract/value.ts";
import { openFiles } from "../../../src/host/index.ts";
import { effects } from "./bridges.ts";
import { faultOf, granted } from "./granted.ts";

let folder: string;
let opened: ReturnType<typeof openFiles>;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "llmspell-bridge-"));
  writeFileSync(join(folder, "a.txt"), "\uFEFFä\r\n");
  writeFileSync(join(folder, "b.bin"), Uint8Array.of(255, 0));
  opened = openFiles({ folder });
});
afterEach(() => {
  opened.close();
  rmSync(folder, { recursive: true, force: true });
});

const under = (grant: object) => granted(files, grant, { ...effects, files: opened.files });
const all = () => under({ read: ["."], write: ["."], scratch: true });

describe("files", () => {
  test("reads text as it is, and bytes", async () => {
    const { call } = all();
    expect(await call("read", { path: "a.txt" })).toBe("\uFEFFä\r\n");
    expect(await call("readBytes", { path: "b.bin" })).toEqual(Uint8Array.of(255, 0));
    expect(await call("readBytes", { path: "b.bin", options: { offset: 1 } })).toEqual(Uint8Array.of(0));
    expect(await faultOf(call("read", { path: "b.bin" }))).toBe(
      'files.not-text: Cannot read "b.bin": it is not UTF-8 text',
    );
  });

  test("writes text and bytes", async () => {
    const { call } = all();
    await call("write", { path: "x/y.txt", content: "é", options: { makeFolders: true } });
    await call("append", { path: "x/y.txt", content: Uint8Array.of(1) });
    expect(readFileSync(join(folder, "x/y.txt"))).toEqual(Buffer.from([0xc3, 0xa9, 1]));
    expect(await faultOf(call("write", { path: "a.txt", content: "", options: { create: true } }))).toStartWith(
      "files.exists: ",
    );
  });

  test("tells what is there", async () => {
    const { call } = all();
    expect(await call("list")).toEqual([
      { name: "a.txt", kind: "file" },
      { name: "b.bin", kind: "file" },
    ]);
    const info = (await call("stat", { path: "b.bin" })) as Record<string, unknown>;
    expect(info).toMatchObject({ kind: "file", size: 2 });
    expect(info["modified"]).toBeInstanceOf(Time);
    expect(await call("exists", { path: "b.bin" })).toBe(true);
    expect(await call("exists", { path: "c.bin" })).toBe(false);
    expect(await faultOf(call("exists", { path: "../c" }))).toStartWith("grant.rule: ");
    expect(await faultOf(call("stat", { path: "c.bin" }))).toStartWith("files.not-found: ");
    expect(await call("glob", { pattern: "*.{txt,bin}" })).toEqual(["a.txt", "b.bin"]);
  });

  test("moves, makes and removes", async () => {
    const { call } = all();
    await call("makeFolder", { path: "d/e" });
    await call("move", { from: "a.txt", to: "d/a.txt" });
    await call("remove", { path: "d", options: { recursive: true } });
    expect(await call("list")).toEqual([{ name: "b.bin", kind: "file" }]);
  });

  test("without options grants nothing", async () => {
    const { call } = under({});
    expect(await faultOf(call("read", { path: "a.txt" }))).toBe(
      'grant.rule: Cannot read "a.txt": outside the granted roots; Under bridges: in the profile: files: { read: ["."] }',
    );
    expect(await faultOf(call("scratch"))).toStartWith("grant.rule: The profile grants no scratch folder");
  });

  test("a secret's marker is not written", async () => {
    const { call } = all();
    const content = `key: ${redactionMarker("WIKI_TOKEN")}`;
    for (const each of [content, new TextEncoder().encode(content)]) {
      for (const name of ["write", "append"]) {
        expect(await faultOf(call(name, { path: "new", content: each }))).toBe(
          'files.redacted: Cannot write "new": a secret in it was redacted',
        );
      }
    }
    expect(await call("exists", { path: "new" })).toBe(false);
  });
});

describe("a grant of files", () => {
  test("names folders that are there", async () => {
    const findings = await under({ read: [".", "nope"], write: ["a.txt"] }).findings();
    expect(findings.map(({ severity, path, message }) => `${severity} ${path}: ${message}`)).toEqual([
      'error read.1: the folder "nope" does not exist',
      'error write.0: the folder "a.txt" is no folder',
    ]);
  });

  test("is warned of where it is the whole disk", async () => {
    const findings = await under({ read: ["/"], write: ["~/"] }).findings();
    expect(findings).toMatchObject([
      { severity: "warning", path: "read.0", message: '"/" lets a spell read every file that you can' },
      { severity: "warning", path: "write.0" },
    ]);
    expect(await under({ read: ["."] }).findings()).toEqual([]);
  });
});
