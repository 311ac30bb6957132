import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { readdirSync, readFileSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { BINARY, environment, leftOver, makeFolder, runBinary, startBinary, until, TEST_TIME } from "./binary.ts";

setDefaultTimeout(TEST_TIME);

const MOCKED = 'Hello from the mock model. You asked: "Write one line about the sea"\n';

describe("what lies in the current folder has no effect", () => {
  const preload = `require("node:fs").writeFileSync("owned", ""); console.log("owned");`;

  test("bunfig.toml, .env, tsconfig.json, package.json, node_modules", async () => {
    const cwd = makeFolder({
      "bunfig.toml": 'preload = ["./preload.js"]\n[run]\nbun = true\n',
      "preload.js": preload,
      ".env": "OPENAI_API_KEY=sk-x\nNO_COLOR=\nFORCE_COLOR=1\nLLMSPELL_CHUNK_TIMEOUT=soon\n",
      ".env.local": "OPENAI_API_KEY=sk-x\n",
      "tsconfig.json": '{"compilerOptions": {"paths": {"*": ["./preload.js"]}}}',
      "package.json": '{"type": "commonjs", "imports": {"#x": "./preload.js"}, "bun": {"preload": ["./preload.js"]}}',
      "node_modules/zod/index.js": preload,
      "node_modules/commander/index.js": preload,
      "spells/.keep": "",
    });
    const before = readdirSync(cwd).sort();
    const run = await runBinary(["run", "hello"], { cwd });
    expect(run).toMatchObject({ stdout: MOCKED, status: 0 });
    expect(run.stderr).toStartWith("llmspell: no model key");
    expect(readdirSync(cwd).sort()).toEqual(before);
  });

  test("a spell sees none of it either, nor the environment", async () => {
    const cwd = makeFolder({ "secret.txt": "secret" });
    const lua = "return {io == nil, os.getenv == nil, package == nil, debug == nil, loadfile == nil, dofile == nil}";
    const js = "export default [typeof process, typeof require, typeof Bun, typeof fetch, typeof WebAssembly]";
    const env = { SECRET: "secret" };
    const [first, second] = await Promise.all([
      runBinary(["exec", "-e", lua], { cwd, env }),
      runBinary(["exec", "--engine", "javascript", "-e", js], { cwd, env }),
    ]);
    expect(JSON.parse(first.stdout)).toEqual([true, true, true, true, true, true]);
    expect(JSON.parse(second.stdout)).toEqual(Array.from({ length: 5 }, () => "undefined"));
  });
});

describe("what Bun itself reads from the environment", () => {
  test("BUN_OPTIONS cannot load code of the folder", async () => {
    const preload = `require("node:fs").writeFileSync("owned", "");`;
    const cwd = makeFolder({ "preload.js": preload });
    const run = await runBinary(["run", "hello"], { cwd, env: { BUN_OPTIONS: "--preload=./preload.js" } });
    expect(run).toMatchObject({ stdout: "", status: 1 });
    expect(readdirSync(cwd)).toEqual(["preload.js"]);
    expect((await runBinary(["run", "hello", "-q"], { cwd, env: { BUN_OPTIONS: "--smol" } })).stdout).toBe(MOCKED);
  });

  test("neither that nor any key reaches the spell's process", async () => {
    if (process.platform !== "linux") return;
    const env = { BUN_OPTIONS: "--smol", OPENAI_API_KEY: "sk-secret", SECRET: "secret" };
    const child = startBinary(["exec", "-e", "time.sleep(60000)"], { env });
    const spell = () => leftOver().find((line) => line.includes("--spell-process"));
    expect(await until(() => spell() !== undefined)).toBe(true);
    const names = readFileSync(`/proc/${spell()?.split(" ")[0]}/environ`, "utf8")
      .split("\0")
      .map((line) => line.split("=")[0] ?? "");
    child.kill("SIGKILL");
    await child.exited;
    for (const name of names) expect(name).not.toMatch(/KEY|SECRET|HOME|BASE_URL|BUN_(OPTIONS|BE_BUN|INSPECT)/);
  });
});

describe("a project", () => {
  const files = {
    "llmspell.yaml": `model: mock/echo
profiles:
  tight: { extends: standard, limits: { calls: 1 } }
spells:
  "jobs/*": { profile: tight }
  "vendor/**": { profile: minimal }
`,
    "spells/jobs/nightly/main.lua": "print(llm.complete('Tell me')) time.now()",
    "vendor/theirs.lua": "print(llm.complete('Tell me'))",
    "mine.lua": "print(llm.complete('Tell me')) time.now()",
  };

  test("chooses profiles and the model; the person's words go before it", async () => {
    const cwd = makeFolder(files);
    const [nightly, theirs, mine, chosen, model] = await Promise.all([
      runBinary(["run", "spells/jobs/nightly"], { cwd }),
      runBinary(["run", "vendor/theirs.lua"], { cwd }),
      runBinary(["run", "mine.lua"], { cwd }),
      runBinary(["run", "vendor/theirs.lua", "--profile", "standard"], { cwd }),
      runBinary(["run", "mine.lua", "-m", "mock"], { cwd }),
    ]);
    expect(nightly).toMatchObject({ stdout: "Tell me\n", status: 4 });
    expect(theirs).toMatchObject({ stdout: "", status: 3 });
    expect(mine).toEqual({ stdout: "Tell me\n", stderr: "", status: 0 });
    expect(chosen).toMatchObject({ stdout: "Tell me\n", status: 0 });
    expect(model.stdout).toContain("Hello from the mock model");
  });

  test("is found from a folder below it", async () => {
    const cwd = makeFolder(files);
    const [below, whole, around] = await Promise.all([
      runBinary(["run", "theirs.lua"], { cwd: join(cwd, "vendor") }),
      runBinary(["run", join(cwd, "vendor/theirs.lua")], { cwd }),
      runBinary(["run", "../vendor/theirs.lua"], { cwd: join(cwd, "spells") }),
    ]);
    expect([below.status, whole.status, around.status]).toEqual([3, 3, 3]);
  });

  test("that is wrong is an error with its place", async () => {
    const cwd = makeFolder({ "llmspell.yaml": "spells:\n  a: { profil: x }\n" });
    const run = await runBinary(["run", "hello"], { cwd });
    expect(run.status).toBe(2);
    expect(run.stderr).toContain("--> llmspell.yaml:2:");
    expect(run.stderr).toContain('did you mean "profile"?');
  });
});

describe("a spell of modules", () => {
  test("in Lua, JavaScript and TypeScript; errors name the module's own place", async () => {
    const cwd = makeFolder({
      "lua/main.lua": 'local greet = require("lib.greet")\nprint(greet("Ada"))\ngreet(nil)',
      "lua/lib/greet.lua": 'return function(name)\n  return "Hello, " .. name\nend',
      "js/main.js": 'import { greet } from "./lib/greet.js";\nconsole.log(greet("Ada"));\ngreet(null);',
      "js/lib/greet.js": "export function greet(name) {\n  return `Hello, ${name.trim()}`;\n}",
      "ts/main.ts":
        'import { greet, type Name } from "./lib/greet.ts";\nconst name: Name = "Ada";\nconsole.log(greet(name));\ngreet(null as never);',
      "ts/lib/greet.ts":
        "export type Name = string;\nexport function greet(name: Name): string {\n  return `Hello, ${name.trim()}`;\n}",
    });
    for (const [folder, place, text] of [
      ["lua", "lua/lib/greet.lua:2", ' 2 |   return "Hello, " .. name'],
      ["js", "js/lib/greet.js:2:", " 2 |   return `Hello, ${name.trim()}`;"],
      ["ts", "ts/lib/greet.ts:3:", " 3 |   return `Hello, ${name.trim()}`;"],
    ] as const) {
      const run = await runBinary(["run", folder], { cwd });
      expect(run).toMatchObject({ stdout: "Hello, Ada\n", status: 1 });
      expect(run.stderr).toContain(`--> ${place}`);
      expect(run.stderr).toContain(text);
    }
  });

  test("modules outside of the spell's folder are not read", async () => {
    const cwd = makeFolder({
      "secret.lua": "return 'secret'",
      "secret.js": "export default 'secret'",
      "spell/main.lua": "print(pcall(require, '../secret'))\nprint(pcall(require, '..secret'))",
      "spell/main.js": 'import("../secret.js").then(() => console.log("read"), (error) => console.log(error.code));',
    });
    const [lua, js] = await Promise.all([
      runBinary(["run", "spell"], { cwd }),
      runBinary(["run", "spell/main.js"], { cwd }),
    ]);
    expect(lua.stdout).not.toContain("secret'");
    expect(lua.stdout.match(/^false/gm)).toHaveLength(2);
    expect(js.stdout).toBe("script.module-not-found\n");
  });
});

describe("the binary", () => {
  test("is alone in its folder, and runs where it may write nothing", async () => {
    expect(readdirSync(join(BINARY, ".."))).toEqual(["llmspell"]);
    const child = Bun.spawnSync([BINARY, "run", "hello"], { cwd: "/", env: environment({ HOME: "/nonexistent" }) });
    expect(child.stdout.toString()).toBe(MOCKED);
  });

  test("runs the same with --seed, and differently without", async () => {
    const code = "return math.random(1 << 40)";
    const seeded = await Promise.all([1, 2].map(() => runBinary(["exec", "-e", code, "--seed", "7"])));
    const free = await Promise.all([1, 2].map(() => runBinary(["exec", "-e", code])));
    expect(seeded[0]?.stdout).toBe(seeded[1]?.stdout ?? "");
    expect(free[0]?.stdout).not.toBe(free[1]?.stdout ?? "");
    expect((await runBinary(["exec", "-e", code, "--seed", "x"])).stderr).toContain("--seed takes a whole number");
  });
});

describe("the current folder", () => {
  test("that somebody has taken away is told as such", async () => {
    const cwd = makeFolder({ "r.lua": "return 1" });
    const inGone = async (more: string) => {
      const script = `mkdir g; cd g; rmdir ../g; "$0" run "$1" ${more}`;
      const child = Bun.spawn(["sh", "-c", script, BINARY, join(cwd, "r.lua")], {
        ...{ cwd, env: environment(), stdout: "pipe", stderr: "pipe" },
      });
      return { out: await child.stdout.text(), err: await child.stderr.text(), status: await child.exited };
    };
    const plain = await inGone("");
    expect([plain.err, plain.status]).toEqual([expect.stringContaining("error[usage]: The current folder is"), 2]);
    const asJson = await inGone("--json");
    expect(JSON.parse(asJson.out)).toMatchObject({ status: "failed", error: { code: "usage" } });
    expect([asJson.err, asJson.status]).toEqual(["", 2]);
  });

  test("has spells that are links to folders", async () => {
    const cwd = makeFolder({
      "elsewhere/main.lua": "return 1",
      "elsewhere/tests/a.yaml": "expect: { result: 1 }\n",
      "spells/.keep": "",
    });
    symlinkSync("../elsewhere", join(cwd, "spells/linked"));
    symlinkSync("nowhere", join(cwd, "spells/dangling"));
    const [list, check, cases] = await Promise.all([
      runBinary(["list"], { cwd }),
      runBinary(["check"], { cwd }),
      runBinary(["test", "--list"], { cwd }),
    ]);
    expect(list.stdout).toMatch(/^linked +lua +spells\/linked$/m);
    expect(list.stdout + list.stderr).not.toContain("dangling");
    expect(check.stdout).toBe("ok  spells/linked/main.lua (lua, profile standard)\n");
    expect(cases.stdout).toContain("spells/linked");
  });

  test("has names that nobody can mean: links that lead nowhere, and what is not UTF-8", async () => {
    const cwd = makeFolder({ "good.lua": "return 1" });
    symlinkSync("nowhere", join(cwd, "dang.lua"));
    const dangling = await runBinary(["run", "dang.lua"], { cwd });
    expect(dangling.stderr).toContain('"dang.lua" is a link to what is not there');
    expect(dangling.status).toBe(2);
    if (process.platform !== "linux") return;
    const script = `printf 'return 1' > "$(printf 'x\\377.lua')"; "$0" run "$(printf 'x\\377.lua')"`;
    const child = Bun.spawn(["sh", "-c", script, BINARY], { cwd, env: environment(), stderr: "pipe" });
    const text = await child.stderr.text();
    expect(text).toContain("There is no file");
    expect(text).not.toContain("did you mean");
  });

  test("hides a spell of the binary where it has one of that name, and the list says so", async () => {
    const cwd = makeFolder({ "hello/main.lua": "return 'mine'", "chat/notes.txt": "" });
    expect((await runBinary(["run", "hello"], { cwd })).stdout).toBe("mine\n");
    const { stdout, stderr } = await runBinary(["list"], { cwd });
    expect(stdout).toMatch(/^hello +lua +\.\/hello$/m);
    expect(stderr).toContain("chat cannot be run (llmspell check ./chat)");
  });
});
