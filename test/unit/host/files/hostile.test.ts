import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { execFileSync } from "node:child_process";
import { linkSync, readdirSync, readFileSync, renameSync, rmSync, symlinkSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { SpellError } from "../../../../src/contract/errors.ts";
import { checkPathText } from "../../../../src/host/files/path-text.ts";
import { bytesOf, faultOf, makeFiles, NEVER, openWorld, type World } from "./world.ts";

let world: World;

/** Every function with a path, as a call that could do harm. */
const CALLS: Readonly<Record<string, (path: string) => Promise<unknown>>> = {
  read: (path) => world.files.read(path, {}, NEVER),
  write: (path) => world.files.write(path, bytesOf("pwn"), { mode: "replace" }, NEVER),
  create: (path) => world.files.write(path, bytesOf("pwn"), { mode: "create", makeFolders: true }, NEVER),
  append: (path) => world.files.write(path, bytesOf("pwn"), { mode: "append" }, NEVER),
  list: (path) => world.files.list(path, NEVER),
  stat: (path) => world.files.stat(path, NEVER),
  remove: (path) => world.files.remove(path, true, NEVER),
  "move from": (path) => world.files.move(path, "taken", true, NEVER),
  "move to": (path) => world.files.move("ok.txt", path, true, NEVER),
  makeFolder: (path) => world.files.makeFolder(path, NEVER),
  glob: (path) => world.files.glob(`${path}/*`, {}, NEVER),
};

/** Paths that lead outside by more than their last name: refused for every function. */
const OUTSIDE = [
  "../outside/secret.txt",
  "sub/../../outside/secret.txt",
  "../root-evil/secret.txt",
  "link_out/secret.txt",
  "link_out/new.txt",
  "link_chain/secret.txt",
  "link_in/../../outside/secret.txt",
  "..",
];

/** Only for what changes nothing, should it not be refused. */
const ELSEWHERE = ["/etc/passwd", "/etc", "/"];
const HARMLESS = new Set(["read", "list", "stat", "glob"]);

/** Links at the end that lead outside: removing and moving them concerns the link itself. */
const LINKS_OUT = ["link_out", "link_file", "link_absolute", "link_chain", "link_dead", "link_proc"];
const OF_THE_LINK = new Set(["remove", "move from", "move to"]);

describe.each([
  ["by descriptors", false],
  ["by paths", true],
])("files %s", (_name, byPath) => {
  beforeEach(() => {
    world = openWorld(byPath);
  });
  afterEach(() => world.close());

  test.each(Object.keys(CALLS))("%s touches nothing outside", async (name) => {
    for (const path of HARMLESS.has(name) ? [...OUTSIDE, ...ELSEWHERE] : OUTSIDE) {
      const fault = await faultOf(CALLS[name]?.(path) as Promise<unknown>);
      expect([path, fault]).toEqual([path, expect.stringMatching(/^grant\.rule: Cannot .* the granted roots$/)]);
    }
    for (const path of OF_THE_LINK.has(name) ? [] : LINKS_OUT) {
      const fault = await faultOf(CALLS[name]?.(path) as Promise<unknown>);
      expect([path, fault]).toEqual([path, expect.stringMatching(/^grant\.rule: /)]);
      expect(fault).not.toContain("outside/");
    }
    expect(readdirSync(world.outside)).toEqual(["secret.txt"]);
    expect(readFileSync(join(world.outside, "secret.txt"), "utf8")).toBe("secret");
  });

  test("a link is removed and moved itself", async () => {
    await world.files.remove("link_out", true, NEVER);
    await world.files.move("link_file", "sub/moved", false, NEVER);
    expect(readdirSync(world.outside)).toEqual(["secret.txt"]);
    expect(await faultOf(world.files.read("sub/moved", {}, NEVER))).toStartWith("files.not-found: ");
  });

  test.each(["ok.txt\0.png", "\0", "", "x".repeat(5000), "a\ud800"])("%j is no path", async (path) => {
    for (const call of Object.values(CALLS)) {
      if (path !== "" || call !== CALLS["glob"]) expect(await faultOf(call(path))).toStartWith("call.arguments: ");
    }
  });

  test("nothing in a path is decoded", async () => {
    expect(await faultOf(world.files.read("%2e%2e/outside/secret.txt", {}, NEVER))).toStartWith("files.not-found: ");
    expect(await faultOf(world.files.read("..\\outside\\secret.txt", {}, NEVER))).toStartWith("files.not-found: ");
  });

  test("devices, pipes and sockets are not opened", async () => {
    execFileSync("mkfifo", [join(world.root, "pipe")]);
    const server = createServer().listen(join(world.root, "socket"));
    symlinkSync("/dev/zero", join(world.root, "zero"));
    const all = world.under({ read: ["/"], write: ["/"] });
    for (const path of ["pipe", "socket", "zero", "/dev/null", "/dev/urandom"]) {
      for (const mode of ["replace", "append"] as const) {
        const fault = await faultOf(all.write(path, bytesOf("x"), { mode }, NEVER));
        expect(fault).toMatch(/^grant\.rule: .*it is a device, pipe or socket$/);
      }
      expect(await faultOf(all.read(path, {}, NEVER))).toMatch(/^grant\.rule: .*it is a device, pipe or socket$/);
    }
    server.close();
  });

  test.skipIf(process.platform !== "linux")("the kernel's files belong to no grant", async () => {
    const all = world.under({ read: ["/"], write: ["/"] });
    for (const path of ["/proc/self/environ", "/proc/1/cmdline", "/sys/kernel/mm", "link_proc"]) {
      const calls = [
        () => all.read(path, {}, NEVER),
        () => all.stat(path, NEVER),
        () => all.write(path, bytesOf("x"), { mode: "append" }, NEVER),
      ];
      for (const call of calls) {
        const fault = await faultOf(call());
        expect([path, fault]).toEqual([path, expect.stringMatching(/^(?:grant\.rule|files\.)/)]);
      }
    }
    expect(await faultOf(all.read("/proc/self/environ", {}, NEVER))).toMatch(/it belongs to the kernel$/);
    expect(await faultOf(all.list("/proc", NEVER))).toMatch(/it belongs to the kernel$/);
    expect(await all.glob("/proc/*", {}, NEVER).catch(String)).toContain("it belongs to the kernel");
  });

  test("a file with another name elsewhere is replaced, never written into", async () => {
    const [secret, linked] = [join(world.outside, "secret.txt"), join(world.root, "linked")];
    linkSync(secret, linked);
    expect(await faultOf(world.files.write("linked", bytesOf("+"), { mode: "append" }, NEVER))).toContain("hard links");
    await world.files.write("linked", bytesOf("mine"), { mode: "replace" }, NEVER);
    expect([readFileSync(secret, "utf8"), readFileSync(linked, "utf8")]).toEqual(["secret", "mine"]);
  });

  test("a root is neither removed nor moved, nor what holds one", async () => {
    const nested = world.under({ read: ["sub"], write: ["."] });
    for (const path of [".", "sub", "link_in/..", world.root]) {
      expect(await faultOf(nested.remove(path, true, NEVER))).toContain("it is, or holds, a granted root");
      expect(await faultOf(nested.move(path, "new", true, NEVER))).toContain("it is, or holds, a granted root");
    }
  });

  test("writing alone lets nobody read, not even by moving", async () => {
    const files = world.under({ read: ["sub"], write: ["."] });
    expect(await faultOf(files.read("ok.txt", {}, NEVER))).toStartWith("grant.rule: ");
    expect(await faultOf(files.list(".", NEVER))).toStartWith("grant.rule: ");
    expect(await faultOf(files.glob("*", {}, NEVER))).toStartWith("grant.rule: ");
    expect(await faultOf(files.move("ok.txt", "sub/now.txt", false, NEVER))).toMatch(/^grant\.rule: .*may not be read/);
    expect((await files.stat("ok.txt", NEVER))?.size).toBe(4);
    await files.write("new.txt", bytesOf("x"), { mode: "create" }, NEVER);
    await files.move("sub/inner.txt", "out.txt", false, NEVER);
    const reader = world.under({ read: ["."], write: [] });
    expect(await faultOf(reader.write("new.txt", bytesOf("x"), { mode: "replace" }, NEVER))).toStartWith(
      "grant.rule: ",
    );
  });

  test("a root that is moved away is no root any more", async () => {
    expect((await world.files.read("ok.txt", {}, NEVER)).length).toBe(4);
    renameSync(world.root, join(world.outside, "root"));
    symlinkSync(world.outside, world.root);
    const faults = await Promise.all([
      faultOf(world.files.read("secret.txt", {}, NEVER)),
      faultOf(world.files.read("ok.txt", {}, NEVER)),
    ]);
    for (const fault of faults) expect(fault).toMatch(/^(?:grant\.rule|files\.)/);
    expect(await faultOf(world.files.write("x", bytesOf("x"), { mode: "replace" }, NEVER))).toMatch(
      /^(?:grant\.rule|files\.)/,
    );
    rmSync(world.root);
  });

  test("what says which rights a spell has is not changed", async () => {
    makeFiles(world.root, {
      "profiles/wiki.yaml": "",
      "profiles/real.yaml": "",
      "linked.yaml": "→profiles/real.yaml",
      link_profile: "→profiles/wiki.yaml",
      "llmspell.yaml": "",
    });
    const kept = [
      "llmspell.yaml",
      "sub/llmspell.yaml",
      "LLMSPELL.yaml",
      "llmspell.approvals.yaml",
      "profiles/wiki.yaml",
    ];
    for (const path of [...kept, "profiles/Wiki.yaml", "profiles/real.yaml", "linked.yaml", "link_profile"]) {
      for (const mode of ["replace", "create", "append"] as const) {
        const fault = await faultOf(world.files.write(path, bytesOf("x"), { mode }, NEVER));
        expect([path, fault]).toEqual([path, expect.stringContaining("a file that says what spells may do")]);
      }
      expect(await faultOf(world.files.move("ok.txt", path, true, NEVER))).toStartWith(
        path === "link_profile" ? "done" : "grant.rule: ",
      );
    }
    for (const path of ["profiles", "profiles/wiki.yaml", "linked.yaml", "llmspell.yaml"]) {
      expect(await faultOf(world.files.remove(path, true, NEVER))).toContain("a file that says what spells may do");
      expect(await faultOf(world.files.move(path, "away", true, NEVER))).toContain(
        "a file that says what spells may do",
      );
    }
    expect((await world.files.read("llmspell.yaml", {}, NEVER)).length).toBe(0);
  });

  test("says what would grant it, to the person alone", async () => {
    const error: unknown = await world.files.read("link_file", {}, NEVER).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(SpellError);
    const { message, details, fix } = error as SpellError;
    expect(JSON.stringify([message, details])).not.toContain("outside/");
    expect(fix).toBe(
      `Under bridges: in the profile: files: { read: [".", ${JSON.stringify(world.outside)}], write: ["."] }`,
    );
  });
});

describe("a folder that is swapped for a link all the time", () => {
  beforeEach(() => {
    world = openWorld(false);
  });
  afterEach(() => world.close());

  test.skipIf(process.platform !== "linux")("never lets anything outside be read, written or removed", async () => {
    makeFiles(world.root, { "spot/": "", "spot/secret.txt": "harmless", decoy: `→${world.outside}` });
    const swapper = Bun.spawn(
      [
        process.execPath,
        "-e",
        "const { renameSync: r } = require('fs'); for (;;) { r('spot', 'a'); r('decoy', 'spot'); r('spot', 'decoy'); r('a', 'spot'); }",
      ],
      { cwd: world.root, stdout: "ignore", stderr: "ignore" },
    );
    const seen = new Map<string, number>();
    const note = (what: string) => seen.set(what, (seen.get(what) ?? 0) + 1);
    try {
      for (let round = 0; round < 400; round++) {
        const text = await world.files
          .read("spot/secret.txt", {}, NEVER)
          .then((bytes) => new TextDecoder().decode(bytes))
          .catch(() => "refused");
        note(text);
        await world.files.write(`spot/new${round}`, bytesOf("x"), { mode: "replace" }, NEVER).then(
          () => note("written"),
          () => note("not written"),
        );
        await world.files.remove(`spot/new${round}`, false, NEVER).catch(() => {});
        if (round % 20 === 0) await world.files.remove("spot/secret.txt", false, NEVER).catch(() => {});
        if (round % 20 === 0)
          await world.files.write("spot/secret.txt", bytesOf("harmless"), { mode: "replace" }, NEVER).catch(() => {});
      }
    } finally {
      swapper.kill("SIGKILL");
      await swapper.exited;
    }
    expect(seen.has("secret")).toBe(false);
    expect(readdirSync(world.outside)).toEqual(["secret.txt"]);
    expect(readFileSync(join(world.outside, "secret.txt"), "utf8")).toBe("secret");
  });
});

test("Windows' other names are no paths", () => {
  const check = (path: string) => checkPathText({ verb: "read", path }, "win32");
  for (const path of [
    "NUL",
    "a/con.txt",
    "file:stream",
    "C:\\a:b",
    "\\\\server\\share",
    "\\\\?\\C:\\x",
    "name.",
    "name ",
    "COM1",
    "sub\\aux",
  ]) {
    expect(() => check(path)).toThrow(SpellError);
  }
  for (const path of ["C:\\Users\\a.txt", "../x", "console.txt", ".", "nullable"])
    expect(() => check(path)).not.toThrow();
});
