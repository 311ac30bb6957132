import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { bytesOf, faultOf, makeFiles, NEVER, openWorld, type World } from "./world.ts";

let world: World;
const text = async (call: Promise<Uint8Array>) => new TextDecoder().decode(await call);
const write = (path: string, content: string, options: object = {}) =>
  world.files.write(path, bytesOf(content), { mode: "replace", ...options }, NEVER);

describe.each([
  ["by descriptors", false],
  ["by paths", true],
])("files %s", (_name, byPath) => {
  beforeEach(() => {
    world = openWorld(byPath);
  });
  afterEach(() => world.close());

  test("reads a file, by any path that stays inside", async () => {
    for (const path of [
      "ok.txt",
      "./ok.txt",
      "sub/../ok.txt",
      join(world.root, "ok.txt"),
      "link_up",
      "nothing/../ok.txt",
    ]) {
      expect(await text(world.files.read(path, {}, NEVER))).toBe("fine");
    }
    expect(await text(world.files.read("link_in/inner.txt", {}, NEVER))).toBe("inner");
  });

  test("reads a part", async () => {
    for (const [offset, length, part] of [
      [0, 2, "fi"],
      [2, undefined, "ne"],
      [2, 99, "ne"],
      [9, 1, ""],
      [1, 0, ""],
    ] as const) {
      expect(await text(world.files.read("ok.txt", { offset, length }, NEVER))).toBe(part);
    }
  });

  test("reads no more than is granted, whatever a file says of its size", async () => {
    makeFiles(world.root, { exact: "x".repeat(1000), large: "x".repeat(1001) });
    expect((await world.files.read("exact", {}, NEVER)).length).toBe(1000);
    expect(await faultOf(world.files.read("large", {}, NEVER))).toBe(
      'limit.file-size: Cannot read "large": it is over maxFileBytes = 1000',
    );
    expect((await world.files.read("large", { offset: 900 }, NEVER)).length).toBe(101);
    expect((await world.files.read("large", { length: 10 }, NEVER)).length).toBe(10);
  });

  test("writes at once, and leaves nothing else", async () => {
    await write("new.txt", "one");
    await write("new.txt", "two");
    expect(readFileSync(join(world.root, "new.txt"), "utf8")).toBe("two");
    await write("link_new", "through");
    expect(readFileSync(join(world.root, "made.txt"), "utf8")).toBe("through");
    expect(readdirSync(world.root).filter((name) => name.endsWith(".tmp"))).toEqual([]);
    expect(await faultOf(write("no/new.txt", "x"))).toBe(
      'files.not-found: Cannot write "no/new.txt": it does not exist',
    );
    await write("no/deep/new.txt", "x", { makeFolders: true, sync: true });
    expect(existsSync(join(world.root, "no/deep/new.txt"))).toBe(true);
    expect(await faultOf(write("sub", "x"))).toStartWith("files.kind: ");
    expect(await faultOf(write("ok.txt/x", "x"))).toStartWith("files.kind: ");
  });

  test("keeps a file's rights, but none to run as somebody else", async () => {
    chmodSync(join(world.root, "ok.txt"), 0o4750);
    await write("ok.txt", "x");
    expect(statSync(join(world.root, "ok.txt")).mode & 0o7777).toBe(0o750);
  });

  test("creates only what is not there", async () => {
    await write("new.txt", "one", { mode: "create" });
    expect(await faultOf(write("new.txt", "two", { mode: "create" }))).toBe(
      'files.exists: Cannot write "new.txt": it exists already',
    );
    expect(readFileSync(join(world.root, "new.txt"), "utf8")).toBe("one");
    expect(readdirSync(world.root).filter((name) => name.endsWith(".tmp"))).toEqual([]);
  });

  test("appends, and makes what is not there", async () => {
    for (const part of ["a", "b"]) await write("log", part, { mode: "append" });
    await write("link_in/inner.txt", "!", { mode: "append" });
    expect(readFileSync(join(world.root, "log"), "utf8")).toBe("ab");
    expect(readFileSync(join(world.root, "sub/inner.txt"), "utf8")).toBe("inner!");
  });

  test("writes no more than is granted: of one file, by appending, and in all", async () => {
    expect(await faultOf(write("x", "x".repeat(1001)))).toStartWith("limit.file-size: ");
    await write("x", "x".repeat(999));
    expect(await faultOf(write("x", "xx", { mode: "append" }))).toStartWith("limit.file-size: ");
    for (let round = 0; round < 8; round++) await write("x", "x".repeat(1000));
    expect(await faultOf(write("y", "x".repeat(1000)))).toStartWith("limit.file-writes: ");
    expect(existsSync(join(world.root, "y"))).toBe(false);
  });

  test("a call that is no longer wanted writes nothing", async () => {
    const gone = AbortSignal.abort(new Error("gone"));
    expect(await faultOf(world.files.write("new.txt", bytesOf("x"), { mode: "replace" }, gone))).toContain("gone");
    expect(await faultOf(world.files.remove("ok.txt", false, gone))).toContain("gone");
    expect(readdirSync(world.root).includes("ok.txt")).toBe(true);
  });

  test("lists in order, links as links", async () => {
    const entries = await world.files.list(".", NEVER);
    expect(entries.map(({ name }) => name)).toEqual(readdirSync(world.root).sort());
    expect(entries.find(({ name }) => name === "link_out")?.kind).toBe("link");
    expect(await world.files.list("link_in", NEVER)).toEqual([{ name: "inner.txt", kind: "file" }]);
    expect(await faultOf(world.files.list("ok.txt", NEVER))).toStartWith("files.kind: ");
    makeFiles(world.root, Object.fromEntries(Array.from({ length: 51 }, (_, index) => [`many/${index}`, ""])));
    expect(await faultOf(world.files.list("many", NEVER))).toBe(
      'limit.file-count: Cannot list "many": more than maxFiles = 50 files and folders',
    );
  });

  test("stat follows links, and knows nothing of what is not there", async () => {
    expect(await world.files.stat("link_up", NEVER)).toMatchObject({ kind: "file", size: 4 });
    expect(await world.files.stat(".", NEVER)).toMatchObject({ kind: "folder", size: 0 });
    expect(await world.files.stat("sub", NEVER)).toMatchObject({ kind: "folder", size: 0 });
    for (const path of ["nothing", "nothing/more", "ok.txt/more"])
      expect(await world.files.stat(path, NEVER)).toBeUndefined();
    expect(await faultOf(world.files.stat("link_loop", NEVER))).toBe(
      'files.failed: Cannot look at "link_loop": too many links',
    );
  });

  test("removes files, and folders with what is in them only when told", async () => {
    makeFiles(world.root, { "tree/a/b.txt": "", "tree/out": `→${world.outside}` });
    expect(await faultOf(world.files.remove("tree", false, NEVER))).toStartWith("files.kind: ");
    await world.files.remove("tree", true, NEVER);
    await world.files.remove("ok.txt", false, NEVER);
    expect([existsSync(join(world.root, "tree")), existsSync(join(world.root, "ok.txt"))]).toEqual([false, false]);
    expect(readdirSync(world.outside)).toEqual(["secret.txt"]);
    expect(await faultOf(world.files.remove("ok.txt", false, NEVER))).toStartWith("files.not-found: ");
    makeFiles(world.root, Object.fromEntries(Array.from({ length: 30 }, (_, index) => [`many/${index}/x`, ""])));
    expect(await faultOf(world.files.remove("many", true, NEVER))).toStartWith("limit.file-count: ");
    expect(readdirSync(join(world.root, "many"))).toHaveLength(30);
  });

  test("moves, and replaces only when told", async () => {
    await world.files.move("ok.txt", "sub/new.txt", false, NEVER);
    expect(readFileSync(join(world.root, "sub/new.txt"), "utf8")).toBe("fine");
    expect(await faultOf(world.files.move("none.txt", "sub/other.txt", false, NEVER))).toBe(
      'files.not-found: Cannot move "none.txt": it does not exist',
    );
    expect(await faultOf(world.files.move("sub/new.txt", "sub/inner.txt", false, NEVER))).toBe(
      'files.exists: Cannot write "sub/inner.txt": it exists already',
    );
    await world.files.move("sub/new.txt", "sub/inner.txt", true, NEVER);
    expect(await faultOf(world.files.move("nothing", "x", false, NEVER))).toStartWith("files.not-found: ");
    expect(await faultOf(world.files.move("sub", "sub/sub", false, NEVER))).toStartWith("files.failed: ");
  });

  test("makes folders", async () => {
    await world.files.makeFolder("a/b/c", NEVER);
    await world.files.makeFolder("a/b", NEVER);
    await world.files.makeFolder(".", NEVER);
    expect(statSync(join(world.root, "a/b/c")).isDirectory()).toBe(true);
    expect(await faultOf(world.files.makeFolder("ok.txt", NEVER))).toBe(
      'files.exists: Cannot make "ok.txt": it exists already',
    );
    expect(await faultOf(world.files.makeFolder("x/".repeat(100), NEVER))).toStartWith("call.arguments: ");
  });

  test("finds files", async () => {
    makeFiles(world.root, {
      "docs/a.md": "",
      "docs/deep/b.md": "",
      "docs/c.txt": "",
      "docs/.hidden/d.md": "",
      "docs/e.MD": "",
    });
    const find = (pattern: string, options = {}) => world.files.glob(pattern, options, NEVER);
    expect(await find("docs/**/*.md")).toEqual(["docs/a.md", "docs/deep/b.md"]);
    expect(await find("./docs/*.{md,txt}")).toEqual(["docs/a.md", "docs/c.txt"]);
    expect(await find("docs/**", { hidden: true })).toEqual([
      "docs/.hidden/d.md",
      "docs/a.md",
      "docs/c.txt",
      "docs/deep/b.md",
      "docs/e.MD",
    ]);
    expect(await find("docs/[!a].[tm]?*")).toEqual(["docs/c.txt"]);
    expect(await find("**/docs/**/d*", { folders: true })).toEqual(["docs/deep"]);
    expect(await find("docs/a.md")).toEqual(["docs/a.md"]);
    expect(await find("nothing/*")).toEqual([]);
    expect(await find(join(world.root, "docs/*.txt"))).toEqual([join(world.root, "docs/c.txt")]);
    expect(await find("**/secret*")).toEqual([]);
    const wide = "{a,b}".repeat(7);
    expect(await faultOf(find(wide))).toStartWith("call.arguments: ");
  });

  test("no pattern takes long", async () => {
    makeFiles(world.root, { [`long/${"a".repeat(200)}`]: "" });
    expect(await world.files.glob(`long/${"*a".repeat(500)}*b`, {}, NEVER)).toEqual([]);
    expect(await world.files.glob(`${"**/".repeat(500)}*b`, {}, NEVER)).toEqual([]);
  });

  test("a run's own folder is there when asked for, and gone at the end", async () => {
    const own = world.under({ read: [], write: [], scratch: true });
    expect(await faultOf(own.read("ok.txt", {}, NEVER))).toStartWith("grant.rule: ");
    const folder = await own.scratch();
    expect(await own.scratch()).toBe(folder);
    await own.write(join(folder, "a.txt"), bytesOf("mine"), { mode: "create" }, NEVER);
    expect(await text(own.read(join(folder, "a.txt"), {}, NEVER))).toBe("mine");
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    expect(await faultOf(own.remove(folder, true, NEVER))).toContain("granted root");
    expect(await faultOf(world.files.read(join(folder, "a.txt"), {}, NEVER))).toStartWith("grant.rule: ");
    expect(await faultOf(world.files.scratch())).toStartWith("grant.rule: ");
    world.close();
    expect(existsSync(folder)).toBe(false);
    expect(await faultOf(own.read("ok.txt", {}, NEVER))).toBe("call.cancelled: The run has ended");
  });

  test("says which roots cannot be used", async () => {
    mkdirSync(join(world.root, "real"));
    const files = world.under({ read: ["real", "nothing", "ok.txt"], write: ["ok.txt/x", "link_in"] });
    expect(await files.faults()).toEqual([
      { list: "read", index: 1, reason: "does not exist" },
      { list: "read", index: 2, reason: "is no folder" },
      { list: "write", index: 0, reason: "is no folder" },
    ]);
  });
});
